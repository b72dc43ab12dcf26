using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Tests.Api;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed partial class TokenPagesTests
{
    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task Token_IsShownOnce_Works_AndIsRevoked(bool ofCustomer)
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        string list = ofCustomer ? "/api-access" : "/admin/api-tokens";
        using var visitor = await portal.SignedInAsync(ofCustomer ? customer.Email : SeededPortal.Owner);
        Assert.Contains("No tokens yet", (await visitor.GetAsync(list)).Text);
        var form = await visitor.GetAsync($"{list}/new");
        Assert.AreEqual(ofCustomer, form.Text.Contains("Service: of this account", StringComparison.Ordinal));
        Assert.AreEqual(!ofCustomer, form.Text.Contains("See customers", StringComparison.Ordinal));

        var made = await visitor.PostAsync($"{list}/new", new()
        {
            ["Name"] = "Script <1>", ["Scopes"] = "usage:read", ["LastDay"] = "2099-12-31",
            ["AllowedNetworks"] = "127.0.0.1, 203.0.113.0/24",
        });

        Assert.AreEqual(HttpStatusCode.OK, made.Status, made.Text);
        string token = Token().Match(made.Text).Value;
        Assert.Contains($"curl -H \"Authorization: Bearer {token}\" {portal.Portal.Address}api/v1/me", made.Text);
        using var client = new ApiClient(portal, token);
        Assert.AreEqual(HttpStatusCode.OK, (await client.GetAsync("/me")).Status);
        var page = await visitor.GetAsync(list);
        Assert.DoesNotContain(token, page.Text);
        Assert.Contains("Script &lt;1&gt;", page.Body);
        Assert.Contains("See usage", page.Text);
        Assert.Contains("203.0.113.0/24", page.Text);
        string revoke = RevokeLink().Match(page.Body).Groups[1].Value;
        Assert.Contains("Revoke the token Script <1>?", (await visitor.GetAsync(revoke)).Text);
        Assert.Contains("The token is revoked.", (await visitor.FollowAsync(await visitor.PostAsync(revoke))).Text);
        Assert.AreEqual(HttpStatusCode.Unauthorized, (await client.GetAsync("/me")).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.GetAsync(revoke)).Status);
    }

    [TestMethod]
    public async Task Form_WronglyFilled_KeepsWhatWasTyped()
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = await portal.SignedInAsync((await portal.AddCustomerAsync()).Email);

        var refused = await visitor.PostAsync("/api-access/new",
            new() { ["Name"] = "", ["Kind"] = "Service", ["LastDay"] = "2020-01-01", ["AllowedNetworks"] = "here" });

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        foreach (string field in new[] { "Name", "Scopes", "LastDay", "AllowedNetworks" })
            Assert.Contains($"id=\"{field}-error\"", refused.Body);
        Assert.Contains(">here</textarea>", refused.Body);
        Assert.AreEqual(HttpStatusCode.BadRequest,
            (await visitor.PostAsync("/api-access/new", new() { ["LastDay"] = "tomorrow" })).Status);
    }

    [TestMethod]
    public async Task Token_OfAnother_IsSeenByLeadsAlone()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        string developer = await portal.AddMemberAsync(customer, MemberRole.Developer);
        using var owner = await portal.SignedInAsync(customer.Email);
        using var other = await portal.SignedInAsync(developer);
        using var stranger = await portal.SignedInAsync((await portal.AddCustomerAsync()).Email);
        var token = await ApiClient.TokenAsync(portal, customer.Email, "usage:read");
        await ApiClient.TokenAsync(portal, developer, "usage:read");
        await portal.Portal.Database.ExecuteAsync($"update api_tokens set expires_at = now() where id = {token.Id}");

        Assert.Contains(developer, (await owner.GetAsync("/api-access")).Text);
        Assert.Contains("Expired", (await owner.GetAsync("/api-access")).Text);
        Assert.DoesNotContain("Expired", (await other.GetAsync("/api-access")).Text);
        foreach (var visitor in new[] { other, stranger })
        {
            Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.GetAsync($"/api-access/{token.Id}/revoke")).Status);
            Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.PostAsync($"/api-access/{token.Id}/revoke")).Status);
        }
    }

    [GeneratedRegex("ap_[A-Za-z0-9]{38}")]
    private static partial Regex Token();

    [GeneratedRegex("href=\"([a-z/-]+/\\d+/revoke)\"")]
    private static partial Regex RevokeLink();
}

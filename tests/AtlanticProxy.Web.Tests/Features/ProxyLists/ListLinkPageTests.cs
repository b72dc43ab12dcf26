using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.ProxyLists;

/// <summary>The page of a list link.</summary>
[TestClass]
public sealed partial class ListLinkPageTests
{
    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task Link_IsShownOnce_Works_IsRenewedAndRevoked(bool byStaff)
    {
        var portal = await SeededPortal.SharedAsync();
        await portal.Portal.UseAsync<AddShadowsocksKey, Result<ShadowsocksCredentials>>(async add =>
            await add.ExecuteAsync(new(Scope.Staff, (await portal.AddCustomerAsync()).ProxyUserId, "aes-256-gcm"), default));
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(byStaff ? SeededPortal.Operator : customer.Email);
        string page = byStaff ? $"/admin/proxy-users/{customer.ProxyUserId}/list" : $"/credentials/{customer.ProxyUserId}/list";
        var empty = await visitor.GetAsync(page);
        Assert.Contains("No link yet", empty.Text);
        Assert.Contains("shadowsocks\">Shadowsocks key</a>", empty.Body);

        var made = await visitor.PostAsync($"{page}?Ttl=10&Sessions=3&Format=at");

        Assert.AreEqual(HttpStatusCode.OK, made.Status, made.Text);
        string link = Link().Match(made.Text).Value;
        Assert.EndsWith(".txt?format=at&ttl=10&count=3", link);
        Assert.Contains(".json?ttl=10&count=3", made.Text);
        Assert.DoesNotContain("sip008", made.Text, "there is no key yet");
        using var tool = new HttpClient();
        Assert.HasCount(3, (await tool.GetStringAsync(link)).TrimEnd().Split('\n'));
        var shown = await visitor.GetAsync(page);
        Assert.DoesNotContain("data-list-link", shown.Body);
        Assert.Contains(link.Split('/')[^1][..12], shown.Text);
        Assert.DoesNotContain("Never", shown.Text, "it was used");

        await portal.Portal.UseAsync<AddShadowsocksKey, Result<ShadowsocksCredentials>>(
            add => add.ExecuteAsync(new(Scope.Staff, customer.ProxyUserId, "aes-256-gcm"), default));
        Assert.Contains("New list link for", (await visitor.GetAsync($"{page}/renew")).Text);
        var renewed = await visitor.PostAsync($"{page}/renew");
        Assert.Contains(".sip008.json", renewed.Text);
        Assert.Contains("<svg", renewed.Body[renewed.Body.IndexOf("qr-code", StringComparison.Ordinal)..]);
        Assert.AreEqual(HttpStatusCode.NotFound, (await tool.GetAsync(link)).StatusCode);
        Assert.Contains("Revoke the list link of", (await visitor.GetAsync($"{page}/revoke")).Text);
        Assert.Contains("The list link is revoked.", (await visitor.FollowAsync(await visitor.PostAsync($"{page}/revoke"))).Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await tool.GetAsync(Link().Match(renewed.Text).Value)).StatusCode);
        Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.PostAsync($"{page}/revoke")).Status);
        Assert.AreEqual(3L, await portal.Portal.Database.ScalarAsync<long>(
            $"select count(*) from audit_entries where object = 'list_tokens' and label = '{customer.ProxyUserName}'"));
    }

    [TestMethod]
    public async Task Link_OfAnotherCustomer_IsNotFound()
    {
        var portal = await SeededPortal.SharedAsync();
        var theirs = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync((await portal.AddCustomerAsync()).Email);
        string page = $"/credentials/{theirs.ProxyUserId}/list";

        foreach (string act in new[] { "", "/renew", "/revoke" })
        {
            Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.GetAsync(page + act)).Status);
            Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.PostAsync(page + act)).Status);
        }
    }

    [TestMethod]
    public async Task Link_AfterAWhile_AsksForThePasswordFirst()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(customer.Email);
        await portal.Portal.Database.ExecuteAsync("update user_sessions set confirmed_at = now() - interval '1 hour' "
            + $"where user_id = (select id from users where email = '{customer.Email}')");

        var asked = await visitor.PostAsync($"/credentials/{customer.ProxyUserId}/list");

        Assert.Contains("StepUpAnswer", asked.Body);
        Assert.DoesNotContain("data-list-link", asked.Body);
    }

    [TestMethod]
    public async Task Endpoints_LeadToALinkWithTheirChoice()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(customer.Email);

        var page = await visitor.GetAsync("/endpoints?Ttl=30&Sessions=5");

        Assert.Contains($"/credentials/{customer.ProxyUserId}/list?user={customer.ProxyUserId}&amp;Ttl=30", page.Body);
    }

    [GeneratedRegex("http[^\\s]+/lists/apl_[A-Za-z0-9]{38}\\.txt[^<\\s]*")]
    private static partial Regex Link();
}

using System.Net;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class AdminTests
{
    [TestMethod]
    public async Task Customer_AddedWithASignIn_SeesTheirPortal()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var created = await owner.PostAsync("/admin/customers/new",
            new() { ["Email"] = "new@added.example", ["Name"] = "Added & Sons" });
        var page = await owner.FollowAsync(created);
        Assert.Contains("Added & Sons is added", page.Text);
        Assert.Contains("Added &amp; Sons", page.Body);
        await owner.PostAsync($"{created.Location}/logins",
            new() { ["Email"] = "new@added.example", ["Password"] = RunningPortal.Password });

        using var customer = await portal.SignedInAsync("new@added.example");
        Assert.Contains("No proxy users yet", (await customer.GetAsync("/overview")).Text);
    }

    [TestMethod]
    public async Task Customer_BadOrTakenEmail_IsSaidBesideTheField()
    {
        var portal = await SeededPortal.SharedAsync();
        var taken = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var bad = await owner.PostAsync("/admin/customers/new",
            new() { ["Email"] = "not an address", ["Name"] = "Kept as typed" });
        var conflict = await owner.PostAsync("/admin/customers/new", new() { ["Email"] = taken.Email });

        Assert.AreEqual(HttpStatusCode.BadRequest, bad.Status);
        Assert.Contains("id=\"Email-error\"", bad.Text);
        Assert.Contains("value=\"Kept as typed\"", bad.Text);
        Assert.AreEqual(HttpStatusCode.Conflict, conflict.Status);
        Assert.Contains("There is a customer with this email address already.", conflict.Text);
    }

    [TestMethod]
    [DataRow("<script>alert(1)</script>"), DataRow("\"><img src=x onerror=alert(1)>"), DataRow("{{7*7}}'--")]
    public async Task Customer_HostileName_IsShownAsTextEverywhere(string name)
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync(name);
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        using var themselves = await portal.SignedInAsync(customer.Email);

        foreach (var page in new[]
        {
            await owner.GetAsync($"/admin/customers?search={Uri.EscapeDataString(name)}"),
            await owner.GetAsync($"/admin/customers/{customer.Id}"),
            await themselves.GetAsync("/overview"),
        })
        {
            Assert.AreEqual(HttpStatusCode.OK, page.Status);
            Assert.Contains(name, page.Text);
            Assert.DoesNotContain(name, page.Body);
        }
    }

    [TestMethod]
    public async Task Customer_Suspended_ShowsOnTheirOverview()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Operator);
        using var themselves = await portal.SignedInAsync(customer.Email);

        await owner.PostAsync($"/admin/customers/{customer.Id}/suspend");
        Assert.Contains("This account is suspended", (await themselves.GetAsync("/overview")).Text);
        await owner.PostAsync($"/admin/customers/{customer.Id}/activate");
        Assert.DoesNotContain("This account is suspended", (await themselves.GetAsync("/overview")).Text);
    }

    [TestMethod]
    public async Task PlanEnd_SetAndCleared_ShowsForStaffAndCustomer()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Operator);
        using var themselves = await portal.SignedInAsync(customer.Email);
        string address = $"/admin/customers/{customer.Id}";
        Assert.DoesNotContain("Last day of the plan", (await owner.GetAsync(address)).Text, "there is none yet");
        Assert.AreEqual(HttpStatusCode.Conflict,
            (await owner.PostAsync($"{address}/plan-end", new() { ["lastDay"] = "2030-01-31" })).Status);
        await owner.PostAsync("/admin/plans/new",
            new() { ["Name"] = "Ends", ["Kind"] = "Subscription", ["Price"] = "5", ["Currency"] = "USD" });
        long plan = await portal.Portal.Database.ScalarAsync<long>("select id from plans where name = 'Ends'");
        await owner.PostAsync($"{address}/plan", new() { ["planId"] = $"{plan}" });

        var far = await owner.FollowAsync(await owner.PostAsync($"{address}/plan-end", new() { ["lastDay"] = "2130-01-31" }));
        Assert.Contains("The last day of the plan is 31 Jan 2130.", far.Text);
        Assert.Contains("value=\"2130-01-31\"", far.Body);
        Assert.DoesNotContain("last day of the plan", (await themselves.GetAsync("/overview")).Text);
        await owner.PostAsync($"{address}/plan-end", new() { ["lastDay"] = "2020-01-31" });
        Assert.Contains("refused: the plan has ended", (await owner.GetAsync(address)).Text);
        Assert.Contains("The plan has ended, so connections are refused.", (await themselves.GetAsync("/overview")).Text);
        await owner.PostAsync($"{address}/plan-end", new() { ["lastDay"] = "" });
        Assert.DoesNotContain("The plan has ended", (await themselves.GetAsync("/overview")).Text);

        var wrong = await owner.PostAsync($"{address}/plan-end", new() { ["lastDay"] = "soon" });
        Assert.AreEqual(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Contains("id=\"lastDay-error\"", wrong.Text);
    }

    [TestMethod]
    public async Task ProxyUser_Added_ShowsItsSecretOnce()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var created = await owner.PostAsync("/admin/proxy-users/new",
            new() { ["Customer"] = customer.Email, ["Name"] = $"{customer.ProxyUserName}x" });
        var first = await owner.FollowAsync(created);
        var second = await owner.GetAsync(created.Location);

        Assert.Contains("data-proxy-secret", first.Text);
        Assert.DoesNotContain("data-proxy-secret", second.Text);
        Assert.Contains("data-proxy-secret", (await owner.FollowAsync(await owner.PostAsync($"{created.Location}/reveal"))).Text);
    }

    [TestMethod]
    public async Task ProxyUser_BadNameOrCustomer_IsSaidBesideTheField()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var badName = await owner.PostAsync("/admin/proxy-users/new",
            new() { ["Customer"] = customer.Email, ["Name"] = "Not-Valid" });
        var nobody = await owner.PostAsync("/admin/proxy-users/new",
            new() { ["Customer"] = "nobody@test.example", ["Name"] = "valid1" });

        Assert.Contains("id=\"Name-error\"", badName.Text);
        Assert.AreEqual(HttpStatusCode.BadRequest, badName.Status);
        Assert.Contains("id=\"Customer-error\"", nobody.Text);
    }

    [TestMethod]
    public async Task ProxyUser_Limits_AreSavedOrExplained()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        string path = $"/admin/proxy-users/{customer.ProxyUserId}";

        await owner.PostAsync($"{path}/limits",
            new() { ["MaxConnections"] = "25", ["SpeedMbps"] = "12.5", ["AllowedSources"] = "203.0.113.7\n198.51.100.0/24" });
        var saved = await owner.GetAsync(path);
        var everyone = await owner.PostAsync($"{path}/limits", new() { ["SpeedMbps"] = "0", ["AllowedSources"] = "0.0.0.0/0" });
        var words = await owner.PostAsync($"{path}/limits", new() { ["MaxConnections"] = "many" });

        Assert.Contains("value=\"25\"", saved.Text);
        Assert.Contains("value=\"12.5\"", saved.Text);
        Assert.Contains("198.51.100.0/24", saved.Text);
        Assert.AreEqual(1_562_500L,
            await portal.Portal.Database.ScalarAsync<long>(
                $"select speed_bytes_per_second from proxy_users where id = {customer.ProxyUserId}"));
        Assert.AreEqual(HttpStatusCode.BadRequest, everyone.Status);
        Assert.Contains("open proxy", everyone.Text);
        Assert.Contains("id=\"SpeedMbps-error\"", everyone.Text);
        Assert.Contains("'many' is not a number, such as 1.5.", words.Text);
    }

    [TestMethod]
    public async Task ProxyUser_DisabledAndDeleted_AsksBeforeDeleting()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        string path = $"/admin/proxy-users/{customer.ProxyUserId}";

        Assert.Contains("Disabled", (await owner.FollowAsync(await owner.PostAsync($"{path}/disable"))).Text);
        var question = await owner.GetAsync($"{path}/delete");
        Assert.Contains($"Delete {customer.ProxyUserName}?", question.Text);
        Assert.Contains("<title>", question.Text, "the question stands in the portal's frame");
        Assert.AreEqual(HttpStatusCode.OK, (await owner.GetAsync(path)).Status, "asking deletes nothing");
        await owner.PostAsync($"{path}/delete");
        Assert.AreEqual(HttpStatusCode.NotFound, (await owner.GetAsync(path)).Status);
    }

    [TestMethod]
    public async Task Provider_AddedDisabledAndRemoved_NeverShowsItsPassword()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var bad = await owner.PostAsync("/admin/providers/new",
            new() { ["Name"] = "up-1", ["Endpoint"] = "gateway", ["Password"] = "hush-hush-hush" });
        var list = await owner.FollowAsync(await owner.PostAsync("/admin/providers/new", new()
        {
            ["Name"] = "up-1", ["Endpoint"] = "socks5://gateway.test:1080", ["UsernameTemplate"] = "acme",
            ["Password"] = "hush-hush-hush", ["Priority"] = "5", ["Weight"] = "2",
        }));
        long id = await portal.Portal.Database.ScalarAsync<long>("select id from providers where name = 'up-1'");

        Assert.Contains("id=\"Endpoint-error\"", bad.Text);
        Assert.DoesNotContain("hush-hush-hush", bad.Text + list.Text);
        Assert.Contains("socks5://gateway.test:1080", list.Text);
        Assert.Contains("Disabled", (await owner.FollowAsync(await owner.PostAsync($"/admin/providers/{id}/disable"))).Text);
        Assert.Contains("Remove up-1?", (await owner.GetAsync($"/admin/providers/{id}/remove")).Text);
        Assert.DoesNotContain("socks5://gateway.test:1080",
            (await owner.FollowAsync(await owner.PostAsync($"/admin/providers/{id}/remove"))).Text);
    }

    [TestMethod]
    public async Task Lists_HandTypedPagesAndSearches_DoNotFail()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        foreach (string query in new[] { "?page=-5", "?page=99999999", "?page=abc", "?search=%00%25_\\",
            $"?search={new string('x', 1000)}" })
            foreach (string list in new[] { "/admin/customers", "/admin/proxy-users" })
                Assert.AreEqual(HttpStatusCode.OK, (await owner.GetAsync(list + query)).Status, list + query);
    }
}

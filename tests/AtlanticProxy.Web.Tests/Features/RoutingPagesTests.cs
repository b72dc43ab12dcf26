using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>Providers by preset, pools, plans, and changes of exits.</summary>
[TestClass]
public sealed class RoutingPagesTests
{
    [TestMethod]
    public async Task Provider_ByPreset_AsksOnlyForWhatItNeedsAndCanBeChanged()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var choice = await owner.GetAsync("/admin/providers/new");
        var form = await owner.GetAsync("/admin/providers/new?preset=oxylabs");
        Assert.Contains("/admin/providers/new?preset=oxylabs", choice.Text);
        Assert.Contains("id=\"Username\"", form.Text);
        Assert.DoesNotContain("id=\"UsernameTemplate\"", form.Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await owner.GetAsync("/admin/providers/new?preset=nobody")).Status);

        var wrong = await owner.PostAsync("/admin/providers/new", new() { ["Preset"] = "oxylabs", ["Name"] = "web-ox" });
        Assert.AreEqual(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Contains("id=\"Username-error\"", wrong.Text);
        var list = await owner.FollowAsync(await owner.PostAsync("/admin/providers/new", new()
        {
            ["Preset"] = "oxylabs", ["Name"] = "web-ox", ["Username"] = "reseller", ["Password"] = "hush-hush-hush", ["DailyCapGb"] = "10", ["CostPerGb"] = "420",
        }));
        Assert.Contains("http://pr.oxylabs.io:7777", list.Text);
        Assert.Contains("10 GB a day", list.Text);

        long id = await portal.Portal.Database.ScalarAsync<long>("select id from providers where name = 'web-ox'");
        Assert.DoesNotContain("hush-hush-hush", (await owner.GetAsync($"/admin/providers/{id}")).Text);
        await owner.PostAsync($"/admin/providers/{id}", new() { ["Username"] = "other", ["DailyCapGb"] = "0" });
        Assert.AreEqual("reseller", await portal.Portal.Database.ScalarAsync<string>($"select username from providers where id = {id}"), "a cap of nothing is refused");
        await owner.PostAsync($"/admin/providers/{id}", new() { ["Username"] = "other", ["Weight"] = "7" });
        Assert.AreEqual("other 7 t", await portal.Portal.Database.ScalarAsync<string>(
            $"select username || ' ' || weight || ' ' || (password_sealed is not null)::text::char from providers where id = {id}"), "the password stays");
    }

    [TestMethod]
    public async Task Provider_List_NamesTheWrongLine()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var wrong = await owner.PostAsync("/admin/providers/new", new() { ["Preset"] = "list", ["Name"] = "web-list", ["List"] = "203.0.113.1:8000\nnonsense" });
        var list = await owner.FollowAsync(await owner.PostAsync("/admin/providers/new", new() { ["Preset"] = "list", ["Name"] = "web-list", ["List"] = "203.0.113.1:8000:u:s3cr3t" }));

        Assert.Contains("Line 2 is no proxy", wrong.Text);
        Assert.Contains("1 proxy", list.Text);
        Assert.DoesNotContain("s3cr3t", list.Text);
    }

    [TestMethod]
    public async Task PoolAndPlan_AddedAndChanged_HoldEachOther()
    {
        var portal = await SeededPortal.SharedAsync();
        await portal.AddProviderAsync("web-first");
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var wrong = await owner.PostAsync("/admin/pools/new", new() { ["Name"] = "web-pool", ["Policy"] = "Priority", ["Members"] = "web-first:x" });
        var unknown = await owner.PostAsync("/admin/pools/new", new() { ["Name"] = "web-pool", ["Policy"] = "Priority", ["Members"] = "nobody" });
        await owner.PostAsync("/admin/pools/new", new() { ["Name"] = "web-pool", ["Policy"] = "Cheapest", ["Members"] = "web-first:1:5" });
        var plans = await owner.FollowAsync(await owner.PostAsync("/admin/plans/new", new()
        {
            ["Name"] = "Web plan", ["Kind"] = "PerGb", ["Price"] = "300", ["Currency"] = "USD", ["Pool"] = "web-pool", ["Includes"] = "country",
        }));
        long pool = await portal.Portal.Database.ScalarAsync<long>("select id from pools where name = 'web-pool'");
        long plan = await portal.Portal.Database.ScalarAsync<long>("select id from plans where name = 'Web plan'");
        var used = await owner.PostAsync($"/admin/pools/{pool}/remove");

        Assert.Contains("id=\"Members-error\"", wrong.Text);
        Assert.Contains("There is no provider 'nobody'", unknown.Text);
        Assert.Contains("web-pool", plans.Text);
        Assert.AreEqual(HttpStatusCode.Conflict, used.Status);
        Assert.Contains("give Web plan another pool first", used.Text);
        Assert.Contains("web-first:1:5", (await owner.GetAsync($"/admin/pools/{pool}")).Text);

        await owner.PostAsync($"/admin/plans/{plan}", new() { ["Pool"] = "", ["Includes"] = "city" });
        Assert.AreEqual("{city}", await portal.Portal.Database.ScalarAsync<string>($"select includes::text from plans where id = {plan} and pool_id is null"));
        Assert.Contains("Withdrawn", (await owner.FollowAsync(await owner.PostAsync($"/admin/plans/{plan}/withdraw"))).Text);
        Assert.Contains("The pool is removed", (await owner.FollowAsync(await owner.PostAsync($"/admin/pools/{pool}/remove"))).Text);
    }

    [TestMethod]
    public async Task ChangeIp_ByStaffAndCustomer_ChangesAllSessionsOrOne()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        using var themselves = await portal.SignedInAsync(customer.Email);

        Assert.Contains("All sessions get another exit", (await owner.FollowAsync(await owner.PostAsync($"/admin/proxy-users/{customer.ProxyUserId}/change-ip"))).Text);
        Assert.Contains("Session cart1 gets another exit",
            (await themselves.FollowAsync(await themselves.PostAsync($"/credentials/{customer.ProxyUserId}/change-ip", new() { ["session"] = "cart1" }))).Text);
        var wrong = await themselves.PostAsync($"/credentials/{customer.ProxyUserId}/change-ip", new() { ["session"] = "a b" });

        Assert.AreEqual(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Contains("A session's name has at most", wrong.Text);
        Assert.AreEqual(1L, await portal.Portal.Database.ScalarAsync<long>($"select exit_generation from proxy_users where id = {customer.ProxyUserId}"));
        Assert.AreEqual(1L, await portal.Portal.Database.ScalarAsync<long>($"select count(*) from session_exit_changes where proxy_user_id = {customer.ProxyUserId}"));
    }
}

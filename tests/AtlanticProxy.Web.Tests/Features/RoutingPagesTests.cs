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
            ["Preset"] = "oxylabs", ["Name"] = "web-ox", ["Username"] = "reseller", ["Password"] = "hush-hush-hush",
            ["DailyCapGb"] = "10", ["CostPerGb"] = "4.20",
        }));
        Assert.Contains(">4.20 USD<", list.Body);
        Assert.Contains("http://pr.oxylabs.io:7777", list.Text);
        Assert.Contains("10 GB a day", list.Text);

        long id = await portal.Portal.Database.ScalarAsync<long>("select id from providers where name = 'web-ox'");
        Assert.DoesNotContain("hush-hush-hush", (await owner.GetAsync($"/admin/providers/{id}")).Text);
        await owner.PostAsync($"/admin/providers/{id}", new() { ["Username"] = "other", ["DailyCapGb"] = "0" });
        Assert.AreEqual("reseller",
            await portal.Portal.Database.ScalarAsync<string>($"select username from providers where id = {id}"),
            "a cap of nothing is refused");
        await owner.PostAsync($"/admin/providers/{id}", new() { ["Username"] = "other", ["Weight"] = "7" });
        Assert.AreEqual("other 7 t", await portal.Portal.Database.ScalarAsync<string>(
            $"select username || ' ' || weight || ' ' || (password_sealed is not null)::text::char from providers where id = "
                + $"{id}"), "the password stays");
    }

    [TestMethod]
    public async Task Provider_List_NamesTheWrongLine()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var wrong = await owner.PostAsync("/admin/providers/new",
            new() { ["Preset"] = "list", ["Name"] = "web-list", ["List"] = "203.0.113.1:8000\nnonsense" });
        var list = await owner.FollowAsync(
            await owner.PostAsync("/admin/providers/new",
                new() { ["Preset"] = "list", ["Name"] = "web-list", ["List"] = "203.0.113.1:8000:u:s3cr3t" }));

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

        var wrong = await owner.PostAsync("/admin/pools/new", PoolOf("web-first", tier: "x"));
        var unknown = await owner.PostAsync("/admin/pools/new", PoolOf("nobody"));
        var empty = await owner.PostAsync("/admin/pools/new",
            new() { ["Name"] = "web-pool", ["Policy"] = "Priority", ["Members[0].Provider"] = "web-first" });
        await owner.PostAsync("/admin/pools/new", PoolOf("web-first", tier: "1"));
        var plans = await owner.FollowAsync(await owner.PostAsync("/admin/plans/new", new()
        {
            ["Name"] = "Web plan", ["Kind"] = "PerGb", ["Price"] = "3.50", ["Currency"] = "USD", ["Pool"] = "web-pool",
            ["Includes"] = "country",
        }));
        long pool = await portal.Portal.Database.ScalarAsync<long>("select id from pools where name = 'web-pool'");
        long plan = await portal.Portal.Database.ScalarAsync<long>("select id from plans where name = 'Web plan'");
        var used = await owner.PostAsync($"/admin/pools/{pool}/remove");

        Assert.Contains("id=\"Members-error\"", wrong.Text);
        Assert.Contains("There is no provider 'nobody'", unknown.Text);
        Assert.Contains("A pool needs a provider", empty.Text);
        Assert.Contains("web-pool", plans.Text);
        Assert.Contains("3.50 USD a GB", plans.Text);
        Assert.AreEqual(HttpStatusCode.Conflict, used.Status);
        Assert.Contains("give Web plan another pool first", used.Text);
        Assert.AreEqual("1:5",
            await portal.Portal.Database.ScalarAsync<string>(
                $"select tier || ':' || weight from pool_members where pool_id = {pool}"));
        StringAssert.Matches((await owner.GetAsync($"/admin/pools/{pool}")).Body,
            new("<input[^>]*type=\"checkbox\"[^>]*checked=\"checked\"[^>]*><span class=\"form-check-label\">web-first<"));

        Dictionary<string, string> routing = new() { ["Pool"] = "", ["Includes"] = "city" };
        Assert.Contains("0 customers have this plan.", (await owner.PostAsync($"/admin/plans/{plan}", routing)).Text);
        await owner.PostAsync($"/admin/plans/{plan}", new(routing) { ["seen"] = "true" });
        Assert.AreEqual("{city}",
            await portal.Portal.Database.ScalarAsync<string>(
                $"select includes::text from plans where id = {plan} and pool_id is null"));
        Assert.Contains("Withdrawn", (await owner.FollowAsync(await owner.PostAsync($"/admin/plans/{plan}/withdraw"))).Text);
        Assert.Contains("The pool is removed",
            (await owner.FollowAsync(await owner.PostAsync($"/admin/pools/{pool}/remove"))).Text);
    }

    [TestMethod]
    [DataRow("Price", "", "USD", "Give a price"), DataRow("Price", "9.999", "USD", "USD has 2 digits"),
        DataRow("Price", "9.5", "JPY", "whole units only")]
    [DataRow("Price", "much", "USD", "'much' is not a"), DataRow("Price", "-1", "USD", "A price is not negative"),
        DataRow("Currency", "9", "US", "three letters")]
    public async Task Plan_WithAWrongPrice_SaysSoBesideTheFieldAndPutsTheCursorThere(
        string field, string price, string currency, string words)
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var refused = await owner.PostAsync("/admin/plans/new",
            new() { ["Name"] = "Priceless", ["Kind"] = "PerGb", ["Price"] = price, ["Currency"] = currency });

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains(words, refused.Text);
        Assert.Contains($"id=\"{field}-error\"", refused.Body);
        StringAssert.Matches(refused.Body, new($"<input[^>]*autofocus=\"autofocus\"[^>]*id=\"{field}\""));
        StringAssert.DoesNotMatch(refused.Body, new("<input[^>]*autofocus=\"autofocus\"[^>]*id=\"Name\""));
    }

    [TestMethod]
    [DataRow("CostPerGb", "1.005", "USD has 2 digits"), DataRow("CostPerGb", "99999999999999999999", "is too large"),
        DataRow("DailyCapGb", "-7", "is less than nothing")]
    [DataRow("CostPerGb", "1,5", "write 1.5"), DataRow("DailyCapGb", "0,5", "write 0.5"),
        DataRow("MonthlyCapGb", "18446744074", "is too large")]
    [DataRow("DailyCapGb", "0", "A cap is more than nothing"), DataRow("MaxConnections", "0x10", "is not a number"),
        DataRow("Priority", "1.5", "is not a whole number")]
    public async Task Provider_WithAWrongAmount_SaysSoBesideTheField(string field, string typed, string words)
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var refused = await owner.PostAsync("/admin/providers/new",
            new() { ["Preset"] = "custom", ["Name"] = "web-wrong", ["Endpoint"] = "http://gateway.test:8000", [field] = typed });

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains($"id=\"{field}-error\"", refused.Body);
        Assert.Contains(words, refused.Text);
    }

    [TestMethod]
    public async Task Plan_ByTheYear_IsTwelveMonthsAndShownAsAYear()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        Dictionary<string, string> form = new() { ["Name"] = "Yearly", ["Kind"] = "Subscription", ["Price"] = "99",
            ["Currency"] = "USD" };

        var refused = await owner.PostAsync("/admin/plans/new", new(form) { ["Period"] = "fortnight" });
        var tooLong = await owner.PostAsync("/admin/plans/new", new(form) { ["Period"] = "31year" });
        await owner.PostAsync("/admin/plans/new", new(form) { ["Period"] = "year" });

        Assert.Contains("id=\"Period-error\"", refused.Body);
        Assert.Contains("'fortnight' is not day, week, month or year", refused.Text);
        Assert.Contains("id=\"Period-error\"", tooLong.Body);
        Assert.Contains("30 years at most", tooLong.Text);
        Assert.AreEqual("12 month", await portal.Portal.Database.ScalarAsync<string>(
            "select period_length || ' ' || period_unit from plans where name = 'Yearly'"));
        Assert.Contains("99.00 USD a year, any traffic", (await owner.GetAsync("/admin/plans")).Text);
    }

    [TestMethod]
    public async Task Amounts_OfForms_AreStoredExactlyAndShownAsTheyAre()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        await owner.PostAsync("/admin/plans/new",
            new() { ["Name"] = "Half", ["Kind"] = "Subscription", ["Price"] = "900", ["Currency"] = "jpy",
                ["IncludedGb"] = "500 MB" });
        await owner.PostAsync("/admin/providers/new", new()
        {
            ["Preset"] = "custom", ["Name"] = "web-half", ["Endpoint"] = "http://gateway.test:8000", ["CostPerGb"] = "3.5",
            ["DailyCapGb"] = "0.5",
        });
        await owner.PostAsync($"/admin/proxy-users/{customer.ProxyUserId}/limits",
            new() { ["SpeedMbps"] = "0.5", ["LimitGb"] = "0.5" });
        long provider = await portal.Portal.Database.ScalarAsync<long>("select id from providers where name = 'web-half'");

        Assert.AreEqual("900 JPY 500000000",
            await portal.Portal.Database.ScalarAsync<string>(
                "select price || ' ' || currency || ' ' || included_bytes from plans where name = 'Half'"));
        Assert.AreEqual("350 500000000",
            await portal.Portal.Database.ScalarAsync<string>(
                $"select cost_per_gb || ' ' || daily_cap_bytes from providers where id = {provider}"));
        string providerForm = (await owner.GetAsync($"/admin/providers/{provider}")).Body;
        StringAssert.Matches(providerForm,
            new("<input[^>]*id=\"DailyCapGb\"[^>]*value=\"0.5\"|<input[^>]*value=\"0.5\"[^>]*id=\"DailyCapGb\""));
        StringAssert.Matches(providerForm,
            new("<input[^>]*id=\"CostPerGb\"[^>]*value=\"3.50\"|<input[^>]*value=\"3.50\"[^>]*id=\"CostPerGb\""));
        string limits = (await owner.GetAsync($"/admin/proxy-users/{customer.ProxyUserId}")).Body;
        StringAssert.Matches(limits,
            new("<input[^>]*id=\"SpeedMbps\"[^>]*value=\"0.5\"|<input[^>]*value=\"0.5\"[^>]*id=\"SpeedMbps\""));
        StringAssert.Matches(limits,
            new("<input[^>]*id=\"LimitGb\"[^>]*value=\"0.5\"|<input[^>]*value=\"0.5\"[^>]*id=\"LimitGb\""));
    }

    [TestMethod]
    public async Task ChangeIp_OfACustomer_ChangesAllItsProxyUsersAndIsForOperators()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Operator);
        using var support = await portal.SignedInAsync(SeededPortal.Support);
        string page = $"/admin/customers/{customer.Id}";

        Assert.Contains("Change IP of all", (await staff.GetAsync(page)).Text);
        Assert.DoesNotContain("Change IP of all", (await support.GetAsync(page)).Text);
        Assert.Contains("All sessions of all proxy users get another exit",
            (await staff.FollowAsync(await staff.PostAsync($"{page}/change-ip"))).Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await staff.PostAsync("/admin/customers/987654321/change-ip")).Status);

        Assert.AreEqual(1L,
            await portal.Portal.Database.ScalarAsync<long>($"select exit_generation from customers where id = {customer.Id}"));
    }

    [TestMethod]
    public async Task ChangeIp_ByStaffAndCustomer_ChangesAllSessionsOrOne()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        using var themselves = await portal.SignedInAsync(customer.Email);

        Assert.Contains("All sessions get another exit",
            (await owner.FollowAsync(await owner.PostAsync($"/admin/proxy-users/{customer.ProxyUserId}/change-ip"))).Text);
        Assert.Contains("Session cart1 gets another exit",
            (await themselves.FollowAsync(
                await themselves.PostAsync($"/credentials/{customer.ProxyUserId}/change-ip",
                    new() { ["session"] = "cart1" }))).Text);
        var wrong = await themselves.PostAsync($"/credentials/{customer.ProxyUserId}/change-ip", new() { ["session"] = "a b" });

        Assert.AreEqual(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Contains("A session's name has at most", wrong.Text);
        Assert.AreEqual(1L,
            await portal.Portal.Database.ScalarAsync<long>(
                $"select exit_generation from proxy_users where id = {customer.ProxyUserId}"));
        Assert.AreEqual(1L,
            await portal.Portal.Database.ScalarAsync<long>(
                $"select count(*) from session_exit_changes where proxy_user_id = {customer.ProxyUserId}"));
    }

    private static Dictionary<string, string> PoolOf(string provider, string tier = "0") => new()
    {
        ["Name"] = "web-pool", ["Policy"] = "Cheapest", ["Members[0].Provider"] = provider, ["Members[0].In"] = "true",
        ["Members[0].Tier"] = tier, ["Members[0].Weight"] = "5",
    };
}

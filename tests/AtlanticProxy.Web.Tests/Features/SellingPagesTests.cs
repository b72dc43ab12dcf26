using System.Net;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>Coupons, the terms of plans, and what a customer has bought.</summary>
[TestClass]
public sealed class SellingPagesTests
{
    [TestMethod]
    [DataRow("Percent", "12.5", "", "12.5%"), DataRow("Amount", "5", "eur", "5.00 EUR"), DataRow("Traffic", "1.5", "", "1.5 GB")]
    public async Task Coupon_AddedStoppedAndResumed(string kind, string value, string currency, string gives)
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        string code = $"SPRING-{kind.ToUpperInvariant()}";

        await owner.FollowAsync(await owner.PostAsync("/admin/coupons/new", new()
        {
            ["Code"] = code.ToLowerInvariant(), ["Kind"] = kind, ["Value"] = value, ["Currency"] = currency,
            ["MaxRedemptions"] = "3", ["LastDay"] = "2099-12-31",
        }));

        var list = await owner.GetAsync($"/admin/coupons?search={code}");
        foreach (string shown in new[] { code, gives, "0 of 3", "1 Jan 2100, 00:00 UTC", "Enabled" })
            Assert.Contains(shown, list.Text);
        long id = await portal.Portal.Database.ScalarAsync<long>($"select id from coupons where code = '{code}'");
        await owner.PostAsync($"/admin/coupons/{id}/stop");
        Assert.Contains("Stopped", (await owner.GetAsync($"/admin/coupons?search={code}")).Text);
        await owner.PostAsync($"/admin/coupons/{id}/resume");
        Assert.Contains("Enabled", (await owner.GetAsync($"/admin/coupons?search={code}")).Text);
        using var operators = await portal.SignedInAsync(SeededPortal.Operator);
        Assert.DoesNotContain("Add coupon", (await operators.GetAsync("/admin/coupons")).Text);
    }

    [TestMethod]
    [DataRow("Percent", "101", "", "Value"), DataRow("Percent", "0", "", "Value"), DataRow("Percent", "1,5", "", "Value")]
    [DataRow("Amount", "5", "", "Currency"), DataRow("Amount", "5.001", "USD", "Value"), DataRow("Traffic", "", "", "Value")]
    public async Task Coupon_WronglyFilled_SaysSoBesideTheField(string kind, string value, string currency, string field)
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var refused = await owner.PostAsync("/admin/coupons/new",
            new() { ["Code"] = "<WRONG>", ["Kind"] = kind, ["Value"] = value, ["Currency"] = currency });

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains($"id=\"{field}-error\"", refused.Body);
        Assert.Contains("&lt;WRONG&gt;", refused.Body);
    }

    [TestMethod]
    public async Task Plan_TermsSet_AreSoldAndShownAgain()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        await owner.FollowAsync(await owner.PostAsync("/admin/plans/new", new()
        {
            ["Name"] = "By the GB", ["Kind"] = "PerGb", ["Price"] = "1.20", ["Currency"] = "USD", ["HasTerms"] = "true",
            ["Packages"] = "10=11.00, 25=25", ["Tiers"] = "50=1", ["Dialects"] = "http", ["OnRequest"] = "true",
        }));
        var plan = (await portal.Portal.UseAsync<PlanQueries, Result<PlanSummary>>(
            queries => queries.FindByNameAsync("By the GB", default))).Value;
        Assert.AreEqual(new PlanOffer(Api: false, OnRequest: true)
        {
            Packages = [new(10_000_000_000, 1100), new(25_000_000_000, 2500)], Tiers = [new(50_000_000_000, 100)],
            Dialects = PlanOffer.DialectsOf(["http"])!.Value,
        }, plan.Offer);
        string address = $"/admin/plans/{plan.Id}/terms";
        var page = await owner.GetAsync(address);
        Assert.Contains("value=\"10=11.00,25=25.00\"", page.Body);
        Assert.DoesNotContain("OveragePrice", page.Body, "only a subscription has that");

        Dictionary<string, string> form = new()
        {
            ["price"] = "1.50", ["HasTerms"] = "true", ["Dialects"] = "socks5", ["Hidden"] = "true", ["TrialDays"] = "3",
            ["TrialGb"] = "0.5", ["Deposit"] = "20", ["HasLimits"] = "true", ["MaxConnections"] = "50", ["SpeedDownMbps"] = "40",
        };
        var preview = await owner.PostAsync(address, form);
        Assert.AreEqual(HttpStatusCode.OK, preview.Status);
        foreach (string shown in new[]
            { "0 customers have By the GB and keep", ">1.2", "<strong>1.50", "<strong>socks5", "<strong>50" })
            Assert.Contains(shown, preview.Text);
        Assert.Contains("name=\"Deposit\" value=\"20\"", preview.Body);
        Assert.AreEqual(120, (await FindAsync()).Price, "nothing is saved yet");
        var alike = await owner.FollowAsync(await owner.PostAsync(address, new()
        {
            ["price"] = "1.2", ["HasTerms"] = "true", ["Packages"] = "10=11, 25=25.00", ["Tiers"] = "50=1.00",
            ["Dialects"] = "http", ["OnRequest"] = "true",
        }));
        Assert.Contains("No changes: By the GB already has these terms.", alike.Text, "the same, written in another way");

        await owner.FollowAsync(await owner.PostAsync(address, new(form) { ["seen"] = "true" }));
        var sold = await FindAsync();
        Assert.AreEqual((50, 5_000_000), (sold.Limits.MaxConnections, sold.Limits.SpeedDownBytesPerSecond));
        Assert.AreEqual((150, 3, 500_000_000, 2000, true),
            (sold.Price, sold.Offer.TrialDays, sold.Offer.TrialBytes, sold.Offer.Deposit, sold.Offer.Hidden));

        async Task<PlanSummary> FindAsync() => (await portal.Portal.UseAsync<PlanQueries, Result<PlanSummary>>(
            queries => queries.FindAsync(plan.Id, default))).Value;
    }

    [TestMethod]
    [DataRow("price", "", "price"), DataRow("includedGb", "lots", "includedGb"), DataRow("OveragePrice", "0.001", "OveragePrice")]
    [DataRow("GraceDays", "31", "GraceDays"), DataRow("TrialDays", "3", "TrialDays"), DataRow("Dialects", "smtp", "Dialects")]
    [DataRow("CarryOverGb", "0", "CarryOverGb"), DataRow("Packages", "10", "Packages")]
    [DataRow("Surcharges", "city", "Packages"), DataRow("MaxConnections", "0", "MaxConnections")]
    [DataRow("FloorMbps", "0", "FloorMbps"), DataRow("SpeedUpMbps", "fast", "SpeedUpMbps")]
    public async Task Plan_TermsWronglyFilled_SaySoBesideTheField(string field, string value, string said)
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);
        var form = new Dictionary<string, string>
        {
            ["price"] = "29", ["includedGb"] = "50", ["HasTerms"] = "true", ["Dialects"] = "http", ["HasLimits"] = "true",
            ["seen"] = "true", [field] = value,
        };

        var refused = await owner.PostAsync($"/admin/plans/{shop.PlanId}/terms", form);

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        if (said != "Packages") // which a subscription has no field for
            Assert.Contains($"id=\"{said}-error\"", refused.Body);
    }

    [TestMethod]
    public async Task Traffic_Given_CountsOnceAndIsShown()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        string address = $"/admin/customers/{customer.Id}/money";
        var page = await owner.GetAsync(address);
        Dictionary<string, string> form = new()
        {
            ["Amount"] = "5", ["LastDay"] = "2099-12-31", ["Memo"] = "<b>sorry</b>", ["version"] = Shop.VersionOf(page),
        };

        var given = await owner.FollowAsync(await owner.PostAsync($"{address}/grants", form));

        foreach (string shown in new[] { "5 GB is given.", "Given by staff", "1 Jan 2100, 00:00 UTC" })
            Assert.Contains(shown, given.Text);
        Assert.Contains("&lt;b&gt;sorry", given.Body);
        Assert.AreEqual(HttpStatusCode.Conflict, (await owner.PostAsync($"{address}/grants", form)).Status, "sent twice");
        foreach (var (field, value) in new[] { ("Amount", ""), ("Amount", "five"), ("LastDay", "2020-01-01"),
            ("LastDay", "soon") })
        {
            var refused = await owner.PostAsync($"{address}/grants", new() { ["Amount"] = "5", [field] = value });
            Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
            Assert.Contains($"id=\"{field}-error\"", refused.Body);
        }
        using var support = await portal.SignedInAsync(SeededPortal.Support);
        Assert.DoesNotContain("Give traffic", (await support.GetAsync(address)).Text);
    }

    [TestMethod]
    public async Task Subscription_CancelledWithdrawnAndEndedWithCredit()
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);
        await shop.PaidAsync(owner);
        string address = $"/admin/customers/{shop.Customer.Id}/money";
        Assert.Contains("Renews on", (await owner.GetAsync(address)).Text);
        long id = await shop.Portal.Portal.Database.ScalarAsync<long>(
            $"select id from subscriptions where customer_id = {shop.Customer.Id}");

        Assert.Contains("Ends on",
            (await owner.FollowAsync(await owner.PostAsync($"{address}/subscription/{id}/cancel"))).Text);
        Assert.Contains("Renews on",
            (await owner.FollowAsync(await owner.PostAsync($"{address}/subscription/{id}/resume"))).Text);
        Assert.Contains("Credit what is unused", (await owner.GetAsync($"{address}/subscription/{id}/end")).Text);
        var ended = await owner.FollowAsync(await owner.PostAsync($"{address}/subscription/{id}/end",
            new() { ["credit"] = "true" }));

        Assert.Contains("is in the wallet.", ended.Text);
        Assert.Contains("No subscription runs.", ended.Text);
        Assert.AreEqual(HttpStatusCode.Conflict, (await owner.PostAsync($"{address}/subscription/{id}/end")).Status);
    }
}

using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

[TestClass]
public sealed class SubscriptionApiTests
{
    private static readonly string[] Billing = ["billing:read", "billing:write"];

    [TestMethod]
    public async Task Subscription_IsCancelledAndKept()
    {
        var shop = await BillingShop.SharedAsync();
        var (ann, visitor) = await shop.SubscribedAsync();
        visitor.Dispose();
        using var client = await ApiClient.OfAsync(shop.Seeded, ann.Email, Billing);

        var listed = (await client.GetAsync("/subscriptions?state=active")).Body.GetProperty("data")[0];
        string path = $"/subscriptions/{listed.GetProperty("id").GetString()}";
        var shown = await client.GetAsync(path);

        Assert.AreEqual(($"cus_{ann.Id}", "active", $"pln_{shop.Personal}", "Personal", "2900", "USD"), (shown["customer"],
            shown["state"], shown["plan"], shown["planName"], shown["price"], shown["currency"]));
        Assert.AreEqual(("month", "1", "50000000000", "0", "null"), (shown["periodUnit"], shown["periodLength"],
            shown["includedBytes"], shown["owed"], shown["endedAt"]));
        Assert.AreEqual(0, (await client.GetAsync("/subscriptions?state=past_due")).Body.GetProperty("data").GetArrayLength());
        (await client.GetAsync("/subscriptions?state=PastDue"))
            .IsProblem(HttpStatusCode.BadRequest, "request.parameter_invalid", "state");
        (await client.GetAsync("/subscriptions?limit=0")).IsProblem(HttpStatusCode.BadRequest, "request.limit_invalid", "limit");

        (await client.SendAsync(HttpMethod.Post, $"{path}/cancel", null, ("If-Match", "\"old\"")))
            .IsProblem(HttpStatusCode.PreconditionFailed, "request.version_differs");
        var cancelled = await client.SendAsync(HttpMethod.Post, $"{path}/cancel", null, ("If-Match", shown.Header("ETag")));
        Assert.AreEqual(("true", "active"), (cancelled["cancelAtEnd"], cancelled["state"]));
        Assert.AreNotEqual(shown.Header("ETag"), cancelled.Header("ETag"));
        Assert.AreEqual("true", (await client.PostAsync($"{path}/cancel"))["cancelAtEnd"], "again: it is so already");
        Assert.AreEqual("false", (await client.PostAsync($"{path}/keep"))["cancelAtEnd"]);
        await shop.Seeded.Portal.Database.ExecuteAsync($"""
            update subscriptions set state = 'ended', ended_at = now(), end_reason = 'staff' where customer_id = {ann.Id}
            """);
        (await client.PostAsync($"{path}/cancel")).IsProblem(HttpStatusCode.Conflict, "subscription.ended");
        Assert.AreEqual("staff", (await client.GetAsync(path))["endReason"]);
    }

    [TestMethod]
    public async Task Subscription_ChangesItsPlan_NowAndAtThePeriodsEnd()
    {
        var shop = await BillingShop.SharedAsync();
        var (ann, visitor) = await shop.SubscribedAsync();
        visitor.Dispose();
        using var client = await ApiClient.OfAsync(shop.Seeded, ann.Email, Billing);
        string path = $"/subscriptions/{(await client.GetAsync("/subscriptions")).Body.GetProperty("data")[0]
            .GetProperty("id").GetString()}", business = $"pln_{shop.Business}";

        var later = await client.GetAsync($"{path}/plan-cost?plan={business}");
        Assert.AreEqual(("0", "0", "USD"), (later["credit"], later["missing"], later["currency"]));
        var now = await client.GetAsync($"{path}/plan-cost?plan={business}&now=true");
        Assert.IsGreaterThan(0, long.Parse(now["missing"], null));
        (await client.GetAsync($"{path}/plan-cost?plan=pln_999999"))
            .IsProblem(HttpStatusCode.BadRequest, "order.plan_not_sold", "plan");
        (await client.SendAsync(HttpMethod.Put, $"{path}/plan", new { now = true }))
            .IsProblem(HttpStatusCode.BadRequest, "subscription.plan_missing", "plan");
        (await client.SendAsync(HttpMethod.Put, $"{path}/plan", new { plan = business }, ("If-Match", "\"old\"")))
            .IsProblem(HttpStatusCode.PreconditionFailed, "request.version_differs");
        (await client.SendAsync(HttpMethod.Put, $"{path}/plan", new { plan = business, now = true }))
            .IsProblem(HttpStatusCode.Conflict, "subscription.not_paid");

        var planned = await client.SendAsync(HttpMethod.Put, $"{path}/plan", new { plan = business });
        Assert.AreEqual(("Personal", "Business <1>"), (planned["planName"], planned["nextPlan"]));
        Assert.AreEqual("null", (await client.SendAsync(HttpMethod.Put, $"{path}/plan",
            new { plan = $"pln_{shop.Personal}" }))["nextPlan"], "taken back");
        await shop.CreditAsync(ann, long.Parse(now["missing"], null));
        var changed = await client.SendAsync(HttpMethod.Put, $"{path}/plan", new { plan = business, now = true });
        Assert.AreEqual((business, "Business <1>", "active"), (changed["plan"], changed["planName"], changed["state"]));
        Assert.IsGreaterThanOrEqualTo(0L, await shop.BalanceAsync(ann));
    }

    [TestMethod]
    public async Task Subscription_IsPausedAndResumed()
    {
        var shop = await BillingShop.SharedAsync();
        var (ann, visitor) = await shop.SubscribedAsync();
        visitor.Dispose();
        using var client = await ApiClient.OfAsync(shop.Seeded, ann.Email, Billing);
        string path = $"/subscriptions/{(await client.GetAsync("/subscriptions")).Body.GetProperty("data")[0]
            .GetProperty("id").GetString()}";

        (await client.PostAsync($"{path}/resume")).IsProblem(HttpStatusCode.Conflict, "subscription.not_paused");
        Assert.AreEqual("paused", (await client.PostAsync($"{path}/pause"))["state"]);
        (await client.PostAsync($"{path}/pause")).IsProblem(HttpStatusCode.Conflict, "subscription.not_active");
        Assert.AreEqual("active", (await client.PostAsync($"{path}/resume"))["state"]);
    }

    [TestMethod]
    public async Task Subscription_OfAnother_Is404()
    {
        var shop = await BillingShop.SharedAsync();
        var (ann, visitor) = await shop.SubscribedAsync();
        visitor.Dispose();
        long id = await shop.Seeded.Portal.Database.ScalarAsync<long>(
            $"select id from subscriptions where customer_id = {ann.Id}");
        using var thief = await ApiClient.OfAsync(shop.Seeded, (await shop.Seeded.AddCustomerAsync()).Email, Billing);

        (await thief.GetAsync($"/subscriptions/sub_{id}")).IsProblem(HttpStatusCode.NotFound, "subscription.not_found");
        (await thief.GetAsync($"/subscriptions/sub_{id}/plan-cost?plan=pln_{shop.Business}"))
            .IsProblem(HttpStatusCode.NotFound, "subscription.not_found");
        (await thief.SendAsync(HttpMethod.Put, $"/subscriptions/sub_{id}/plan", new { plan = $"pln_{shop.Business}" }))
            .IsProblem(HttpStatusCode.NotFound, "subscription.not_found");
        foreach (string action in new[] { "cancel", "keep", "pause", "resume" })
            (await thief.PostAsync($"/subscriptions/sub_{id}/{action}"))
                .IsProblem(HttpStatusCode.NotFound, "subscription.not_found");
        foreach (string filter in new[] { "", $"?customer=cus_{ann.Id}" })
            Assert.AreEqual(0, (await thief.GetAsync($"/subscriptions{filter}")).Body.GetProperty("data").GetArrayLength());
    }

    [TestMethod]
    public async Task Subscriptions_ForTheStaff_ByTheirRights()
    {
        var shop = await BillingShop.SharedAsync();
        var (ann, visitor) = await shop.SubscribedAsync();
        visitor.Dispose();
        using var support = await ApiClient.OfAsync(shop.Seeded, SeededPortal.Support, Billing);
        using var finance = await ApiClient.OfAsync(shop.Seeded, SeededPortal.Finance, Billing);

        string id = (await support.GetAsync($"/subscriptions?customer=cus_{ann.Id}")).Body.GetProperty("data")[0]
            .GetProperty("id").GetString()!;

        (await support.PostAsync($"/subscriptions/{id}/cancel")).IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
        (await finance.SendAsync(HttpMethod.Put, $"/subscriptions/{id}/plan", new { plan = $"pln_{shop.Business}" }))
            .IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
        Assert.AreEqual("true", (await finance.PostAsync($"/subscriptions/{id}/cancel"))["cancelAtEnd"]);
        var first = await finance.GetAsync("/subscriptions?limit=1");
        Assert.AreNotEqual("null", first["nextCursor"]);
    }
}

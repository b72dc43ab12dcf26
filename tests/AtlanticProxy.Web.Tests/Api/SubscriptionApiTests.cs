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
    public async Task Subscription_OfAnother_Is404()
    {
        var shop = await BillingShop.SharedAsync();
        var (ann, visitor) = await shop.SubscribedAsync();
        visitor.Dispose();
        long id = await shop.Seeded.Portal.Database.ScalarAsync<long>(
            $"select id from subscriptions where customer_id = {ann.Id}");
        using var thief = await ApiClient.OfAsync(shop.Seeded, (await shop.Seeded.AddCustomerAsync()).Email, Billing);

        (await thief.GetAsync($"/subscriptions/sub_{id}")).IsProblem(HttpStatusCode.NotFound, "subscription.not_found");
        foreach (string action in new[] { "cancel", "keep" })
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
        Assert.AreEqual("true", (await finance.PostAsync($"/subscriptions/{id}/cancel"))["cancelAtEnd"]);
        var first = await finance.GetAsync("/subscriptions?limit=1");
        Assert.AreNotEqual("null", first["nextCursor"]);
    }
}

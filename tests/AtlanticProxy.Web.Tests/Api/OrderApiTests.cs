using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

[TestClass]
public sealed class OrderApiTests
{
    private const long Gb = 1_000_000_000;

    private static readonly string[] Billing = ["billing:read", "billing:write"];

    private static async Task<(BillingShop Shop, SeededCustomer Customer, ApiClient Client)> StartAsync(long credit = 0)
    {
        var shop = await BillingShop.SharedAsync();
        var customer = await shop.Seeded.AddCustomerAsync("Ann");
        if (credit > 0)
            await shop.CreditAsync(customer, credit);
        return (shop, customer, await ApiClient.OfAsync(shop.Seeded, customer.Email, Billing));
    }

    [TestMethod]
    public async Task Order_WithEnoughMoney_IsPaidAtOnce_AndOnceByItsKey()
    {
        var (shop, customer, client) = await StartAsync(10_000);
        using var _ = client;
        var body = new { kind = "package", plan = $"pln_{shop.PayAsYouGo}", amount = 10 * Gb };

        var paid = await client.PostAsync("/orders", body, $"k{customer.Id}");
        var again = await client.PostAsync("/orders", body, $"k{customer.Id}");

        Assert.AreEqual((HttpStatusCode.Created, "paid", "2500", "0", $"cus_{customer.Id}", $"{10 * Gb}"),
            (paid.Status, paid["state"], paid["total"], paid["missing"], paid["customer"], paid["amount"]));
        Assert.AreEqual((paid["id"], "true"), (again["id"], again.Header("Idempotent-Replayed")));
        Assert.AreEqual(7500L, await shop.BalanceAsync(customer));
        Assert.StartsWith("inv_", paid["invoice"]);
        Assert.AreEqual("Pay as you go", (await client.GetAsync($"/orders/{paid["id"]}"))["planName"]);
        Assert.AreEqual($"/api/v1/orders/{paid["id"]}", paid.Header("Location"));

        // A subscription, and what is bought on top of it: that needs no plan.
        Assert.AreEqual("paid", (await client.PostAsync("/orders",
            new { kind = "subscription", plan = $"pln_{shop.Personal}" }))["state"]);
        Assert.AreEqual(("paid", "100"), await OnTopAsync("top_up", Gb));
        Assert.AreEqual("paid", (await OnTopAsync("seats", 2)).Item1);
        (await client.PostAsync("/orders", new { kind = "subscription", plan = $"pln_{shop.Business}" }))
            .IsProblem(HttpStatusCode.Conflict, "order.subscribed");

        async Task<(string, string)> OnTopAsync(string kind, long amount)
        {
            var answer = await client.PostAsync("/orders", new { kind, plan = $"pln_{shop.Business}", amount });
            return (answer["state"], answer["total"]);
        }
    }

    [TestMethod]
    public async Task Order_WithoutMoney_StaysOpen_AndIsCancelled()
    {
        var (shop, _, client) = await StartAsync(1000);
        using var _2 = client;

        var open = await client.PostAsync("/orders", new { kind = "subscription", plan = $"pln_{shop.Personal}" });

        Assert.AreEqual((HttpStatusCode.Created, "open", "2900", "1900", "null"),
            (open.Status, open["state"], open["total"], open["missing"], open["invoice"]));
        Assert.AreEqual(1, (await client.GetAsync("/orders?state=open")).Body.GetProperty("data").GetArrayLength());
        string path = $"/orders/{open["id"]}";
        (await client.SendAsync(HttpMethod.Post, $"{path}/cancel", null, ("If-Match", "\"old\"")))
            .IsProblem(HttpStatusCode.PreconditionFailed, "request.version_differs");
        var cancelled = await client.SendAsync(HttpMethod.Post, $"{path}/cancel", null, ("If-Match", open.Header("ETag")));
        Assert.AreEqual(("cancelled", "0"), (cancelled["state"], cancelled["missing"]));
        Assert.AreEqual("cancelled", (await client.PostAsync($"{path}/cancel"))["state"], "again: it is so already");
        Assert.AreEqual(0, (await client.GetAsync("/orders?state=open")).Body.GetProperty("data").GetArrayLength());
    }

    [TestMethod]
    public async Task Order_OfWhatIsNotSold_IsRefused()
    {
        var (shop, _, client) = await StartAsync();
        using var _2 = client;
        async Task RefusedAsync(object body, HttpStatusCode status, string code, string? field) =>
            (await client.PostAsync("/orders", body)).IsProblem(status, code, field);

        await RefusedAsync(new { }, HttpStatusCode.BadRequest, "order.kind_missing", "kind");
        await RefusedAsync(new { kind = "gift" }, HttpStatusCode.BadRequest, "request.body_invalid", "kind");
        await RefusedAsync(new { kind = "subscription", plan = "pln_999999" }, HttpStatusCode.BadRequest, "order.plan_not_sold",
            "plan");
        await RefusedAsync(new { kind = "top_up", amount = 1 }, HttpStatusCode.Conflict, "order.no_subscription", null);
        string plan = $"pln_{shop.PayAsYouGo}";
        foreach (long amount in new[] { 0, -1, 1_000_001 * Gb, long.MaxValue })
            await RefusedAsync(new { kind = "package", plan, amount }, HttpStatusCode.BadRequest, "order.amount_invalid",
                "amount");
        await RefusedAsync(new { kind = "package", plan, amount = Gb, coupon = "NONE" }, HttpStatusCode.BadRequest,
            "coupon.unknown", "coupon");
        Assert.AreEqual(0, (await client.GetAsync("/orders")).Body.GetProperty("data").GetArrayLength());
    }

    [TestMethod]
    public async Task Order_OfAnother_Is404_AndStaffSeeAll()
    {
        var (shop, customer, client) = await StartAsync();
        using var _ = client;
        string id = (await client.PostAsync("/orders", new { kind = "subscription", plan = $"pln_{shop.Personal}" }))["id"];
        using var thief = await ApiClient.OfAsync(shop.Seeded, (await shop.Seeded.AddCustomerAsync()).Email, Billing);
        using var support = await ApiClient.OfAsync(shop.Seeded, SeededPortal.Support, Billing);
        using var finance = await ApiClient.OfAsync(shop.Seeded, SeededPortal.Finance, Billing);

        (await thief.GetAsync($"/orders/{id}")).IsProblem(HttpStatusCode.NotFound, "order.not_found");
        (await thief.PostAsync($"/orders/{id}/cancel")).IsProblem(HttpStatusCode.NotFound, "order.not_found");
        Assert.AreEqual(0, (await thief.GetAsync($"/orders?customer=cus_{customer.Id}")).Body.GetProperty("data")
            .GetArrayLength());

        Assert.AreEqual(id, (await support.GetAsync($"/orders?customer=cus_{customer.Id}")).Body.GetProperty("data")[0]
            .GetProperty("id").GetString());
        (await support.PostAsync($"/orders/{id}/cancel")).IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
        (await finance.PostAsync("/orders", new { kind = "subscription", plan = $"pln_{shop.Personal}" }))
            .IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
        Assert.AreEqual("cancelled", (await finance.PostAsync($"/orders/{id}/cancel"))["state"]);
    }
}

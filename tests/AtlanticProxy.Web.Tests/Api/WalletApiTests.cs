using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

[TestClass]
public sealed class WalletApiTests
{
    private static readonly string[] Billing = ["billing:read", "billing:write"];

    [TestMethod]
    public async Task Wallet_ItsBalance_AndWhatMoved()
    {
        var shop = await BillingShop.SharedAsync();
        var ann = await shop.Seeded.AddCustomerAsync("Ann");
        using var client = await ApiClient.OfAsync(shop.Seeded, ann.Email, Billing);
        Assert.AreEqual("[]", (await client.GetAsync("/wallet"))["balances"]);
        foreach (long amount in new[] { 1000, 2000, 3000 })
            await shop.CreditAsync(ann, amount);
        await client.PostAsync("/orders", new { kind = "package", plan = $"pln_{shop.PayAsYouGo}", amount = 10_000_000_000 });

        var wallet = await client.GetAsync("/wallet");

        Assert.AreEqual(($"cus_{ann.Id}", """[{"currency":"USD","balance":3500}]"""), (wallet["customer"], wallet["balances"]));
        var amounts = new List<long>();
        string path = "/wallet/entries?limit=3";
        while (path.Length > 0)
        {
            var part = await client.GetAsync(path);
            foreach (var entry in part.Body.GetProperty("data").EnumerateArray())
            {
                amounts.Add(entry.GetProperty("amount").GetInt64());
                Assert.AreEqual((amounts.Sum(), "USD"),
                    (entry.GetProperty("balanceAfter").GetInt64(), entry.GetProperty("currency").GetString()));
                Assert.StartsWith("ent_", entry.GetProperty("id").GetString());
            }
            path = part["nextCursor"] == "null" ? "" : $"/wallet/entries?limit=3&cursor={part["nextCursor"]}";
        }
        CollectionAssert.AreEqual(new long[] { 1000, 2000, 3000, -2500 }, amounts);
        (await client.GetAsync("/wallet/entries?cursor=x"))
            .IsProblem(HttpStatusCode.BadRequest, "request.cursor_invalid", "cursor");
    }

    [TestMethod]
    public async Task Wallet_OfAnother_Is404_AndStaffNameWhose()
    {
        var shop = await BillingShop.SharedAsync();
        var ann = await shop.Seeded.AddCustomerAsync("Ann");
        await shop.CreditAsync(ann, 700);
        using var thief = await ApiClient.OfAsync(shop.Seeded, (await shop.Seeded.AddCustomerAsync()).Email, Billing);
        using var support = await ApiClient.OfAsync(shop.Seeded, SeededPortal.Support, Billing);

        foreach (string path in new[] { "/wallet", "/wallet/entries" })
        {
            (await thief.GetAsync($"{path}?customer=cus_{ann.Id}")).IsProblem(HttpStatusCode.NotFound, "customer.not_found");
            (await support.GetAsync(path)).IsProblem(HttpStatusCode.BadRequest, "request.customer_missing", "customer");
        }
        Assert.Contains("700", (await support.GetAsync($"/wallet?customer=cus_{ann.Id}"))["balances"]);
        Assert.AreEqual("credit", (await support.GetAsync($"/wallet/entries?customer=cus_{ann.Id}")).Body
            .GetProperty("data")[0].GetProperty("kind").GetString());
    }

    [TestMethod]
    public async Task Credit_ByOwnersAlone_OnceByItsKey()
    {
        var shop = await BillingShop.SharedAsync();
        var ann = await shop.Seeded.AddCustomerAsync("Ann");
        using var owner = await ApiClient.OfAsync(shop.Seeded, SeededPortal.Owner, Billing);
        string path = $"/customers/cus_{ann.Id}/credit", key = $"credit-{ann.Id}";
        var body = new { amount = 2550, currency = "USD", memo = " Sorry " };

        var given = await owner.PostAsync(path, body, key);
        Assert.AreEqual((HttpStatusCode.Created, "2550", "USD", "2550", $"cus_{ann.Id}"),
            (given.Status, given["amount"], given["currency"], given["balance"], given["customer"]));
        Assert.AreEqual(given["id"], (await owner.PostAsync(path, body, key))["id"]);
        // Whatever becomes of the answer that was kept: the ledger knows the key.
        await shop.Seeded.Portal.Database.ExecuteAsync($"delete from idempotent_requests where key = '{key}'");
        Assert.AreEqual(given["id"], (await owner.PostAsync(path, body, key))["id"]);
        Assert.AreEqual(2550L, await shop.BalanceAsync(ann));
        Assert.AreEqual("5100", (await owner.PostAsync(path, body))["balance"], "without a key it is another one");
        using var customer = await ApiClient.OfAsync(shop.Seeded, ann.Email, Billing);
        Assert.AreEqual("Sorry", (await customer.GetAsync("/wallet/entries")).Body.GetProperty("data")[0].GetProperty("memo")
            .GetString());

        (await owner.PostAsync(path, new { amount = 1, currency = "EUR" }))
            .IsProblem(HttpStatusCode.BadRequest, "credit.currency_differs", "currency");
        foreach (long amount in new[] { 0, -5, long.MaxValue })
            (await owner.PostAsync(path, new { amount, currency = "USD" }))
                .IsProblem(HttpStatusCode.BadRequest, "ledger.amount_invalid", "amount");
        (await owner.PostAsync("/customers/cus_999999/credit", body)).IsProblem(HttpStatusCode.NotFound, "customer.not_found");
        foreach (string email in new[] { SeededPortal.Finance, SeededPortal.Operator, SeededPortal.Support, ann.Email })
        {
            using var other = await ApiClient.OfAsync(shop.Seeded, email, Billing);
            (await other.PostAsync(path, body)).IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
            (await other.PostAsync($"/customers/cus_{ann.Id}/grants", new { bytes = 1 }))
                .IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
        }
    }

    [TestMethod]
    public async Task Traffic_IsGivenByHand()
    {
        var shop = await BillingShop.SharedAsync();
        var (ann, visitor) = await shop.SubscribedAsync();
        visitor.Dispose();
        using var owner = await ApiClient.OfAsync(shop.Seeded, SeededPortal.Owner, Billing);
        string path = $"/customers/cus_{ann.Id}/grants";

        var given = await owner.PostAsync(path, new { bytes = 5_000_000_000, until = "2099-01-01", memo = "A present" });

        Assert.AreEqual((HttpStatusCode.Created, "5000000000", "2099-01-01T00:00:00Z", "A present", $"cus_{ann.Id}"),
            (given.Status, given["bytes"], given["until"], given["memo"], given["customer"]));
        Assert.AreEqual(5_000_000_000L, await shop.Seeded.Portal.Database.ScalarAsync<long>(
            $"select amount from grants where customer_id = {ann.Id} and origin = 'staff' and 'grt_' || id = '{given["id"]}'"));
        (await owner.PostAsync(path, new { bytes = 0 })).IsProblem(HttpStatusCode.BadRequest, "grant.amount_invalid", "bytes");
        (await owner.PostAsync(path, new { bytes = 1, until = "2020-01-01" }))
            .IsProblem(HttpStatusCode.BadRequest, "grant.over", "until");
        (await owner.PostAsync("/customers/cus_999999/grants", new { bytes = 1 }))
            .IsProblem(HttpStatusCode.NotFound, "customer.not_found");
    }
}

using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

[TestClass]
public sealed class PlanApiTests
{
    private static List<string> NamesOf(ApiAnswer list) =>
        [.. list.Body.GetProperty("data").EnumerateArray().Select(plan => plan.GetProperty("name").GetString()!)];

    [TestMethod]
    public async Task List_ForCustomers_IsWhatTheirPageOffers()
    {
        var shop = await BillingShop.SharedAsync();
        var ann = await shop.Seeded.AddCustomerAsync("Ann");
        using var client = await ApiClient.OfAsync(shop.Seeded, ann.Email, "plans:read");

        var names = NamesOf(await client.GetAsync("/plans"));
        foreach (string shown in new[] { "Personal", "Business <1>", "Pay as you go", "Enterprise" })
            Assert.Contains(shown, names);
        Assert.DoesNotContain("Secret", names, "hidden");
        long secret = await shop.Seeded.Portal.Database.ScalarAsync<long>("select id from plans where name = 'Secret'");
        Assert.AreEqual("Secret", (await client.GetAsync($"/plans/pln_{secret}"))["name"], "by its address");
        (await client.GetAsync("/plans/pln_999999")).IsProblem(HttpStatusCode.NotFound, "plan.not_found");

        var one = await client.GetAsync($"/plans/pln_{shop.Personal}");
        Assert.AreEqual(("Personal", "subscription", "USD", "true", "null"),
            (one["name"], one["kind"], one["currency"], one["offered"], one["pool"]));
        var terms = one.Body.GetProperty("terms");
        Assert.AreEqual((2900L, 50_000_000_000L, "month", 3, 100L), (terms.GetProperty("price").GetInt64(),
            terms.GetProperty("includedBytes").GetInt64(), terms.GetProperty("periodUnit").GetString(),
            terms.GetProperty("trialDays").GetInt32(), terms.GetProperty("topUpPrice").GetInt64()));

        var (bob, visitor) = await shop.SubscribedAsync();
        visitor.Dispose();
        using var subscribed = await ApiClient.OfAsync(shop.Seeded, bob.Email, "plans:read");
        var changes = NamesOf(await subscribed.GetAsync("/plans"));
        Assert.Contains("Business <1>", changes);
        Assert.DoesNotContain("Pay as you go", changes);
    }

    [TestMethod]
    public async Task Plans_OfResellersCustomers_AreNone()
    {
        var portal = await SeededPortal.SharedAsync();
        var seller = await Features.ReselledPortal.ResellerAsync(portal);
        var sold = await Features.ReselledPortal.SoldAsync(portal, seller);
        using var client = await ApiClient.OfAsync(portal, sold.Email, "plans:read", "billing:read", "billing:write");

        foreach (string path in new[]
        {
            "/plans", "/plans/pln_1", "/subscriptions", "/orders", "/wallet", "/invoices", "/coupons",
        })
            (await client.GetAsync(path)).IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
        (await client.PostAsync("/orders", new { kind = "subscription", plan = "pln_1" }))
            .IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
    }

    [TestMethod]
    public async Task Plan_FromItsBeginning_ToItsWithdrawal()
    {
        var portal = await SeededPortal.SharedAsync();
        using var client = await ApiClient.OfAsync(portal, SeededPortal.Owner, "plans:read", "plans:write");
        string name = $"By API {Guid.CreateVersion7():n}";
        var body = new
        {
            name, kind = "per_gb", currency = "eur", includes = new[] { "country", "city" },
            terms = new
            {
                price = 300, maxConnections = 50, dialects = new[] { "http" },
                packages = new[] { new { amount = 10_000_000_000, price = 2500 } },
            },
        };

        var made = await client.PostAsync("/plans", body);

        Assert.AreEqual((HttpStatusCode.Created, name, "per_gb", "EUR", "true"),
            (made.Status, made["name"], made["kind"], made["currency"], made["offered"]));
        string path = $"/plans/{made["id"]}";
        Assert.AreEqual($"/api/v1{path}", made.Header("Location"));
        (await client.PostAsync("/plans", body)).IsProblem(HttpStatusCode.Conflict, "plan.name_taken", "name");
        var shown = await client.GetAsync(path);
        Assert.AreEqual(made.Header("ETag"), shown.Header("ETag"));
        var terms = shown.Body.GetProperty("terms");
        Assert.AreEqual((300L, 50, 2500L, "http"), (terms.GetProperty("price").GetInt64(),
            terms.GetProperty("maxConnections").GetInt32(), terms.GetProperty("packages")[0].GetProperty("price").GetInt64(),
            terms.GetProperty("dialects")[0].GetString()));

        var changed = await client.SendAsync(HttpMethod.Patch, path, new { includes = new[] { "asn", "country" } },
            ("If-Match", shown.Header("ETag")));
        Assert.AreEqual("""["country","asn"]""", changed["includes"]);
        foreach (var (method, address, change) in new (HttpMethod, string, object)[]
        {
            (HttpMethod.Patch, path, new { pool = "x" }), (HttpMethod.Put, $"{path}/terms", new { price = 1 }),
            (HttpMethod.Post, $"{path}/withdraw", new { }),
        })
            (await client.SendAsync(method, address, change, ("If-Match", shown.Header("ETag"))))
                .IsProblem(HttpStatusCode.PreconditionFailed, "request.version_differs");
        (await client.SendAsync(HttpMethod.Patch, path, new { pool = "nowhere" }))
            .IsProblem(HttpStatusCode.BadRequest, "plan.pool_unknown", "pool");
        (await client.SendAsync(HttpMethod.Patch, path, "{\"includes\":[null]}"))
            .IsProblem(HttpStatusCode.BadRequest, "request.text_invalid", "includes");

        // What is read can be sent back, and is the same.
        var same = await client.SendAsync(HttpMethod.Put, $"{path}/terms", terms.GetRawText());
        Assert.AreEqual(terms.GetRawText(), same["terms"]);
        Assert.AreEqual(changed.Header("ETag"), same.Header("ETag"));
        var sold = await client.SendAsync(HttpMethod.Put, $"{path}/terms", new { price = 400, hidden = true });
        Assert.AreEqual((400L, "null"), (sold.Body.GetProperty("terms").GetProperty("price").GetInt64(),
            sold.Body.GetProperty("terms").GetProperty("maxConnections").GetRawText()));
        (await client.SendAsync(HttpMethod.Put, $"{path}/terms", new { packages = new object?[] { null } }))
            .IsProblem(HttpStatusCode.BadRequest, "plan.price_invalid", "price");

        Assert.AreEqual("false", (await client.PostAsync($"{path}/withdraw"))["offered"]);
        using var customer = await ApiClient.OfAsync(portal, (await portal.AddCustomerAsync()).Email, "plans:read");
        (await customer.GetAsync(path)).IsProblem(HttpStatusCode.NotFound, "plan.not_found");
        Assert.Contains(name, NamesOf(await client.GetAsync("/plans")));
        Assert.AreEqual("true", (await client.PostAsync($"{path}/offer"))["offered"]);
        await client.PostAsync($"{path}/withdraw");
    }

    [TestMethod]
    public async Task Plan_WronglyDescribed_SaysAllThatIsWrong()
    {
        var portal = await SeededPortal.SharedAsync();
        using var client = await ApiClient.OfAsync(portal, SeededPortal.Owner, "plans:write");

        var refused = await client.PostAsync("/plans",
            new { terms = new { tiers = new[] { new { amount = 0, price = 1 } }, dialects = new string?[] { null, "gopher" } } });

        refused.IsProblem(HttpStatusCode.BadRequest, "plan.name_invalid", "name");
        var fields = refused.Body.GetProperty("errors").EnumerateArray().Select(one => one.GetProperty("field").GetString());
        foreach (string field in new[] { "name", "kind", "currency", "price", "tiers", "dialects" })
            Assert.Contains(field, fields);
        (await client.PostAsync("/plans", "{\"terms\":{\"graceDays\":null}}"))
            .IsProblem(HttpStatusCode.BadRequest, "request.body_invalid", "terms.graceDays");
        (await client.PostAsync("/plans", new { price = 5 }))
            .IsProblem(HttpStatusCode.BadRequest, "request.body_invalid", "price");
    }

    [TestMethod]
    public async Task Prices_ArePricesPeoples()
    {
        var portal = await SeededPortal.SharedAsync();
        using var operators = await ApiClient.OfAsync(portal, SeededPortal.Operator, "plans:read", "plans:write");
        using var finance = await ApiClient.OfAsync(portal, SeededPortal.Finance, "plans:read", "plans:write");

        (await operators.SendAsync(HttpMethod.Put, "/plans/pln_999999/terms", new { price = 1 }))
            .IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
        (await operators.PostAsync("/plans/pln_999999/offer")).IsProblem(HttpStatusCode.NotFound, "plan.not_found");
        (await finance.PostAsync("/plans/pln_999999/offer")).IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
        Assert.AreEqual(HttpStatusCode.OK, (await finance.GetAsync("/plans")).Status);
    }
}

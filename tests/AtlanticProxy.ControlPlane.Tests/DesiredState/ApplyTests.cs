using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.DesiredState;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Tests.DesiredState;

[TestClass]
public sealed class ApplyTests
{
    private static Task<Result<IReadOnlyList<string>>> ApplyAsync(ControlPlaneTest plane, string document) =>
        plane.AskAsync((ApplyDesiredState apply) => apply.ExecuteAsync(new(document), default));

    [TestMethod]
    [DataRow("""{ "plans": [null] }""", "plans[0]: null is no entry")]
    [DataRow("""{ "pools": [{ "name": "a", "members": ["x", null] }] }""", "pools[0].members[1]: null is no entry")]
    [DataRow("""{ "customers": [{ "email": "a@b.c", "proxyUsers": [{ "name": "abc", "allowIp": [null] }] }] }""",
        "customers[0].proxyUsers[0].allowIp[0]: null is no entry")]
    [DataRow("""{ "customers": [{ "email": "a@b.c", "proxyUsers": null }] }""",
        "customers[0].proxyUsers (line 1): null is no value here")]
    [DataRow("""{ "plans": null }""", "plans (line 1): null is no value here")]
    [DataRow("""{ "providers": [{ "name": null }] }""", "providers[0].name (line 1): null is no value here")]
    [DataRow("null", "it is null")]
    [DataRow("", "this is not JSON")]
    [DataRow("{\n\"plans\": [ { ] }", "(line 2): this is not JSON")]
    [DataRow("[1]", "this is not a value that fits here")]
    [DataRow("""{ "plans": [], "Plans": [] }""", "'plans' is given twice")]
    [DataRow("""{ "plans": [{ "name": "A", "kind": "hourly", "price": 1, "price": 2 }] }""",
        "plans[0].price (line 1): 'price' is given twice")]
    [DataRow("""{ "plans": [{ "name": "A", "kind": "hourly", "price": "1,5" }] }""",
        "plans[0].price (line 1): '1,5' has a comma: write 1.5")]
    [DataRow("""{ "plans": [{ "name": "A", "kind": "hourly", "price": 1e3 }] }""",
        "plans[0].price (line 1): '1e3' is not a number")]
    [DataRow("""{ "plans": [{ "name": "A", "kind": "hourly", "price": true }] }""",
        "plans[0].price (line 1): this is not a number")]
    [DataRow("""{ "providers": [{ "name": "a", "monthlyCapGb": 18446744074 }] }""",
        "providers[0].monthlyCapGb (line 1): '18446744074' is too large")]
    public async Task Document_ThatIsWrong_IsRefusedWithItsPlace(string document, string words)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();

        var refused = await ApplyAsync(plane, document);

        Assert.AreEqual("document.invalid", refused.Codes());
        Assert.Contains(words, refused.Errors[0].Message);
    }

    [TestMethod]
    [DataRow("""{ "plans": [{ "name": "A", "kind": "hourly", "price": 1 }, { "name": " a ", "kind": "hourly", "price": 2 }] }""",
        "plans[1].name: ' a ' is there already, at plans[0].name.")]
    [DataRow("""{ "providers": [{ "name": "p" }, { "name": "p" }] }""",
        "providers[1].name: 'p' is there already, at providers[0].name.")]
    [DataRow("""{ "pools": [{ "name": "p", "members": [] }, { "name": "p", "members": [] }] }""",
        "pools[1].name: 'p' is there already, at pools[0].name.")]
    [DataRow("""{ "customers": [{ "email": "a@b.c" }, { "email": "A@b.c" }] }""",
        "customers[1].email: 'A@b.c' is there already, at customers[0].email.")]
    [DataRow("""
        { "customers": [{ "email": "a@b.c", "proxyUsers": [{ "name": "abc" }] },
                        { "email": "d@b.c", "proxyUsers": [{ "name": "abc" }] }] }
        """, "customers[1].proxyUsers[0].name: 'abc' is there already, at customers[0].proxyUsers[0].name.")]
    public async Task Document_ThatNamesOneTwice_IsRefusedWithBothPlaces(string document, string words)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();

        Assert.AreEqual(words, (await ApplyAsync(plane, document)).Errors.Single().Message);
    }

    [TestMethod]
    [DataRow("""{ "plans": [{ "name": "A", "kind": "perGb", "price": 1 }] }""",
        "plans[0].kind (A): 'perGb' is not one of subscription, per-gb, hourly.")]
    [DataRow("""{ "plans": [{ "name": "A", "kind": "hourly", "price": 1.234 }] }""",
        "plans[0].price (A): USD has 2 digits after the point: '1.234' has more.")]
    [DataRow("""{ "plans": [{ "name": "A", "kind": "hourly", "price": 1, "currency": "XQX" }] }""",
        "plans[0].currency (A): There is no currency 'XQX'.")]
    [DataRow("""{ "plans": [{ "name": "A", "kind": "subscription", "price": 1, "includedGb": 0 }] }""",
        "plans[0].includedGb (A): Included traffic is more than nothing")]
    [DataRow("""{ "plans": [{ "name": "A", "kind": "subscription", "price": 1, "window": "weekly" }] }""",
        "plans[0].window (A): 'weekly' is not one of period, lifetime.")]
    [DataRow("""{ "providers": [{ "name": "a", "endpoint": "http://h:1", "costPerGb": 0.001 }] }""",
        "providers[0].costPerGb (a): USD has 2 digits")]
    [DataRow("""{ "providers": [{ "name": "a", "endpoint": "http://h:1", "dailyCapGb": "0 MB" }] }""",
        "providers[0].dailyCapGb (a): A cap is more than nothing")]
    [DataRow("""{ "pools": [{ "name": "p", "members": [], "policy": "fastest" }] }""",
        "pools[0].policy (p): 'fastest' is not one of priority, weighted, cheapest.")]
    [DataRow("""{ "pools": [{ "name": "p", "members": ["a:b"] }] }""", "pools[0].members (p): 'a:b' is not PROVIDER")]
    [DataRow("""{ "customers": [{ "email": "a@b.c", "planLastDay": "31.12.2027" }] }""",
        "customers[0].planLastDay (a@b.c): '31.12.2027' is not a day")]
    public async Task Value_ThatIsWrong_IsRefusedWithItsPlace(string document, string words)
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        var refused = await ApplyAsync(plane, document);

        Assert.IsFalse(refused.IsSuccess);
        Assert.Contains(words, refused.Errors[0].Message);
    }

    [TestMethod]
    public async Task Amounts_WithUnitsAndDigits_AreStoredExactlyAndAppliedOnce()
    {
        const string document = """
            { "providers": [{ "name": "up", "endpoint": "http://127.0.0.1:9", "costPerGb": "3.50", "dailyCapGb": "500 MB",
                "monthlyCapGb": 0.5 }],
              "plans": [{ "name": "Yen", "kind": "subscription", "price": 900, "currency": "JPY", "includedGb": "1.5 GB",
                  "limits": { "speedUpMbps": 0.5 } }],
              "customers": [{ "email": "ann@example.com", "proxyUsers": [{ "name": "anna", "limits": { "limitGb": "2 GiB",
                  "speedMbps": "500 kbps" } }] }] }
            """;
        await using var plane = await ControlPlaneTest.StartAsync();

        Assert.HasCount(4, (await ApplyAsync(plane, document)).Value);
        Assert.IsEmpty((await ApplyAsync(plane, document)).Value);

        Assert.AreEqual("350/500000000/500000000", await plane.Database.ScalarAsync<string>(
            "select cost_per_gb || '/' || daily_cap_bytes || '/' || monthly_cap_bytes from providers"));
        Assert.AreEqual("900/1500000000/62500", await plane.Database.ScalarAsync<string>(
            "select price || '/' || included_bytes || '/' || speed_up_bytes_per_second from plans"));
        Assert.AreEqual("2147483648/62500",
            await plane.Database.ScalarAsync<string>("select limit_bytes || '/' || speed_bytes_per_second from proxy_users"));
    }

    [TestMethod]
    public async Task Customer_WithAPasswordThatIsRefused_IsNotAddedAndARerunAddsBoth()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        var refused = await ApplyAsync(plane, """{ "customers": [{ "email": "ann@example.com", "password": "short" }] }""");
        long after = await plane.Database.ScalarAsync<long>("select count(*) from customers");
        var rerun = await ApplyAsync(plane,
            """{ "customers": [{ "email": "ann@example.com", "password": "correct horse battery" }] }""");

        Assert.Contains("customers[0].password (ann@example.com)", refused.Errors[0].Message);
        Assert.AreEqual(0, after);
        CollectionAssert.AreEqual(new[] { "customer ann@example.com: added" }, rerun.Value.ToArray());
        Assert.AreEqual(1, await plane.Database.ScalarAsync<long>("select count(*) from users"));
    }

    [TestMethod]
    public async Task Customer_LeftWithoutALogin_GetsOneOnARerunAndOnlyOnce()
    {
        const string document = """{ "customers": [{ "email": "ann@example.com", "password": "correct horse battery" }] }""";
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();

        var repaired = await ApplyAsync(plane, document);
        var again = await ApplyAsync(plane, document);
        var suspended = await ApplyAsync(plane,
            """
            { "customers": [{ "email": "boss@example.com", "password": "correct horse battery" },
                            { "email": "ann@example.com", "suspended": true }] }
            """);

        CollectionAssert.AreEqual(new[] { "customer ann@example.com: login added" }, repaired.Value.ToArray());
        Assert.IsEmpty(again.Value);
        Assert.IsTrue(suspended.IsSuccess);
        Assert.HasCount(1, await plane.AskAsync((AccountQueries q) => q.ListAsync(customer.Id, default)));
        Assert.AreEqual(CustomerState.Suspended,
            (await plane.AskAsync((CustomerQueries q) => q.FindAsync(Scope.Staff, customer.Id, default))).Value.State);
    }
}

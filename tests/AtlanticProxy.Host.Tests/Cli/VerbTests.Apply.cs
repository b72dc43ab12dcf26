using System.Text.Json;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Testing;
using Npgsql;

namespace AtlanticProxy.Host.Tests.Cli;

/// <summary><c>apply</c>.</summary>
public sealed partial class VerbTests
{
    [TestMethod]
    public async Task Apply_PoolsAndPresets_ChangesOnlyWhatDiffers()
    {
        const string document = """
            { "providers": [{ "name": "web", "preset": "webshare", "username": "me", "password": "p", "costPerGb": 0.90,
                "monthlyCapGb": 5 },
                            { "name": "dcs", "preset": "list", "list": ["203.0.113.1:8000:a:b"] }],
              "pools": [{ "name": "both", "policy": "cheapest", "members": ["web", "dcs:1:2"] }],
              "plans": [{ "name": "Both", "kind": "hourly", "price": 5, "pool": "both", "includes": ["country"] }] }
            """;

        var first = await VerbAsync(document, "apply", "-");
        var second = await VerbAsync(document, "apply", "-");
        var changed =
            await VerbAsync(document.Replace("dcs:1:2", "dcs:1:3", StringComparison.Ordinal)
                .Replace("[\"country\"]", "[]", StringComparison.Ordinal), "apply", "-");

        Assert.AreEqual("provider web: added\nprovider dcs: added\npool both: added\nplan Both: added\n", first.Output,
            first.Error);
        Assert.AreEqual(("", 0), (second.Output, second.ExitCode), second.Error);
        Assert.AreEqual("pool both: changed\nplan Both: changed\n", changed.Output, changed.Error);
    }

    [TestMethod]
    public async Task Apply_Twice_ChangesOnceThenNothing()
    {
        const string document = """
            { "providers": [{ "name": "up", "endpoint": "socks5://127.0.0.1:9", "username": "u", "password": "p",
                "enabled": false }],
              "plans": [{ "name": "Hourly", "kind": "hourly", "price": 5 }] }
            """;

        var first = await VerbAsync(document, "apply", "-");
        var second = await VerbAsync(document, "apply", "-");
        var changed = await VerbAsync(document.Replace("\"p\"", "\"q\"", StringComparison.Ordinal), "apply", "-");

        Assert.AreEqual("provider up: added\nprovider up: disabled\nplan Hourly: added\n", first.Output, first.Error);
        Assert.AreEqual(("", 0), (second.Output, second.ExitCode), second.Error);
        Assert.AreEqual("provider up: changed\n", changed.Output);
    }

    [TestMethod]
    public async Task Apply_LimitsOfPlansAndProxyUsers_ChangesOnlyWhatDiffers()
    {
        const string document = """
            { "plans": [{ "name": "Limited", "kind": "subscription", "price": 9, "includedGb": 0.5, "period": "30day",
                "window": "lifetime",
                          "limits": { "maxConnections": 10, "connectionsPerSecond": 20, "requestsPerMinute": 600,
                              "speedUpMbps": 8, "speedDownMbps": 40, "clientAddresses": 3, "seats": 2, "floorMbps": 0.5 } }],
              "customers": [{ "email": "limited@example.com", "name": "Lim Ited", "plan": "limited", "planLastDay": "2099-12-31",
                  "password": "correct horse battery",
                "proxyUsers": [{ "name": "limited1", "limits": { "limitGb": 0.1, "maxConnections": 5, "speedMbps": 2.5 },
                    "allowIp": ["192.0.2.9"] }, { "name": "limited2", "enabled": false }] }] }
            """;

        var first = await VerbAsync(document, "apply", "-");
        var second = await VerbAsync(document, "apply", "-");
        var shorter = await VerbAsync("""
            { "plans": [{ "name": "Limited", "kind": "subscription", "price": 9, "includedGb": 0.5,
                "limits": { "maxConnections": 11 } }],
              "customers": [{ "email": "limited@example.com", "planLastDay": "never", "suspended": true,
                  "proxyUsers": [{ "name": "limited1", "limits": { "speedMbps": 2.5 } }, { "name": "limited2" }] }] }
            """, "apply", "-");
        using var plans = await JsonAsync("plan", "list");

        Assert.AreEqual("""
            plan Limited: added
            customer limited@example.com: added
            customer limited@example.com: plan's last day 2099-12-31
            proxy user limited1: added
            proxy user limited2: added
            proxy user limited2: disabled

            """.ReplaceLineEndings("\n"), first.Output, first.Error);
        Assert.AreEqual(("", 0), (second.Output, second.ExitCode), second.Error);
        Assert.AreEqual("""
            plan Limited: on other terms for new customers
            customer limited@example.com: plan without end
            customer limited@example.com: suspended
            proxy user limited1: changed

            """.ReplaceLineEndings("\n"), shorter.Output, shorter.Error);
        var limits = plans.RootElement.EnumerateArray().Single(plan => plan.GetProperty("name").GetString() == "Limited")
            .GetProperty("limits");
        Assert.AreEqual(("day", 30, "lifetime"),
            (limits.GetProperty("periodUnit").GetString(), limits.GetProperty("periodLength").GetInt32(),
                limits.GetProperty("quotaWindow").GetString()));
        Assert.AreEqual((11, JsonValueKind.Null),
            (limits.GetProperty("maxConnections").GetInt32(), limits.GetProperty("seats").ValueKind));
        await using var database =
            NpgsqlDataSource.Create(EmbeddedPostgres.FindRunning(
                new() { Directory = Path.Combine(Folder["data"], "postgres") }) + ";Pooling=false");
        await using var user =
            await database.CreateCommand(
                "select max_connections is null and limit_bytes is null and speed_bytes_per_second = 312500 and "
                    + "cardinality(allowed_sources) = 1 from proxy_users where name = 'limited1'").ExecuteReaderAsync();
        await user.ReadAsync();
        Assert.IsTrue(user.GetBoolean(0));
    }

    [TestMethod]
    [DataRow("""{ "plans": [{ "name": "Bad", "kind": "hourly", "price": 1, "limits": { "maxConnections": -1 } }] }""",
        "plans[0].limits.maxConnections (Bad): A limit is more than nothing")]
    [DataRow("""{ "plans": [{ "name": "Bad", "kind": "hourly", "price": 1, "limits": { "speedUpMbps": 0 } }] }""",
        "plans[0].limits.speedUpMbps (Bad): A limit is more than nothing")]
    [DataRow("""{ "plans": [{ "name": "Bad", "kind": "hourly", "price": 1, "limits": { "maxConnections": 1.5 } }] }""",
        "plans[0].limits.maxConnections (line 1): '1.5' is not a whole number")]
    [DataRow("""{ "plans": [{ "name": "Bad", "kind": "hourly", "price": 1, "limits": { "connections": 1 } }] }""",
        "plans[0].limits.connections (line 1): there is no 'connections' here")]
    [DataRow("""{ "plans": [{ "name": "Bad", "kind": "hourly" }] }""", "it lacks 'price'")]
    [DataRow("""{ "plans": [{ "name": "Bad", "kind": "subscription", "price": 1, "period": "fortnight" }] }""",
        "plans[0].period (Bad): 'fortnight' is not day")]
    [DataRow("""{ "plans": [{ "name": "Bad", "kind": "subscription", "price": 1, "window": "rolling" }] }""",
        "plans[0].window (Bad): 'rolling' is not one of period, lifetime")]
    [DataRow("""{ "customers": [{ "email": "bad@example.com", "plan": "Nowhere" }] }""",
        "customers[0].plan (bad@example.com): There is no plan 'Nowhere'")]
    [DataRow("""{ "customers": [{ "email": "baddest" }] }""", "customers[0].email (baddest): ")]
    [DataRow("""{ "customers": [{ "email": "worse@example.com", "proxyUsers": [{ "name": "Worse" }] }] }""",
        "customers[0].proxyUsers[0].name (worse@example.com): A name has 3 to 32")]
    [DataRow("""
        { "customers": [{ "email": "worse@example.com", "proxyUsers": [{ "name": "worse", "limits": { "limitGb": 0 } }] }] }
        """, "customers[0].proxyUsers[0].limits.limitGb (worse@example.com): A cap is more than nothing")]
    [DataRow("""
        { "customers": [{ "email": "worse@example.com", "proxyUsers": [{ "name": "worse", "allowIp": ["0.0.0.0/0"] }] }] }
        """, "customers[0].proxyUsers[0].allowIp (worse@example.com): '0.0.0.0/0' is everyone")]
    public async Task Apply_WithAWrongValue_NamesItsPlaceInTheDocument(string document, string words)
    {
        var refused = await VerbAsync(document, "apply", "-");

        Assert.AreEqual(1, refused.ExitCode, refused.Output);
        StringAssert.Contains(refused.Error, words);
    }

    [TestMethod]
    public async Task Apply_TheMoneySide_ChangesOnceAndShowsNoSecret()
    {
        const string document = """
            seller: { company: Harbour GmbH, country: DE }
            taxRates: [{ country: DE, percent: 18.5 }]
            mail: { host: smtp.example.com, sender: shop@example.com, username: me, password: s3cret-of-mail }
            gateways:
              - { name: Applied, kind: paystack, currencies: [NGN], apiKey: s3cret-of-paystack }
            coupons:
              - { code: applied, percent: 20, lastDay: 2099-12-31 }
            """;

        var check = await VerbAsync(document, "apply", "-", "--check", "--json");
        var first = await VerbAsync(document, "apply", "-");
        var second = await VerbAsync(document, "apply", "-");
        var wrong = await VerbAsync(document.Replace("NGN", "ngnn", StringComparison.Ordinal), "apply", "-");
        using var gateways = await JsonAsync("gateway", "list");

        Assert.AreEqual("""
            seller: changed
            tax rate DE: 18.5 %
            mail: through smtp.example.com:587
            gateway Applied: added
            coupon APPLIED: added

            """.ReplaceLineEndings("\n"), first.Output, first.Error);
        Assert.AreEqual(("", 0), (second.Output, second.ExitCode), second.Error);
        StringAssert.Contains(wrong.Error, "gateways[0].currencies (Applied): Give the currency");
        StringAssert.Contains(check.Output, "gateway Applied: added");
        foreach (string said in new[] { check.Output, first.Output, wrong.Error, gateways.RootElement.ToString() })
            Assert.DoesNotContain("s3cret", said);
    }

    [TestMethod]
    public async Task Apply_WithMisspeltName_IsRefused()
    {
        var refused = await VerbAsync("""{ "provders": [] }""", "apply", "-");

        Assert.AreEqual(1, refused.ExitCode);
        StringAssert.Contains(refused.Error, "provders");
    }
}

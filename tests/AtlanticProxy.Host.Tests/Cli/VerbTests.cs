using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Simulator;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.Host.Tests.Cli;

[TestClass]
public sealed class VerbTests
{
    private static readonly TemporaryFolder Folder = new();
    private static ApplianceProcess s_appliance = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) =>
        s_appliance = await ApplianceProcess.ServeAsync(Folder, "--Logging:ConsoleLevel", "Off");

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await s_appliance.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod]
    public async Task AdminCreate_WithoutPassword_ShowsOneOnceAndRefusesSameEmail()
    {
        using var created = await JsonAsync("admin", "create", "owner@example.com");
        Assert.IsGreaterThanOrEqualTo(22, created.RootElement.GetProperty("password").GetString()!.Length);

        var again = await VerbAsync("", "admin", "create", "owner@example.com");
        Assert.AreEqual(1, again.ExitCode);
        StringAssert.Contains(again.Error, "already");
    }

    [TestMethod]
    public async Task AdminCreate_WithPasswordFromInput_DoesNotShowIt()
    {
        var created =
        await ApplianceProcess.RunAsync(["admin", "create", "second@example.com", "--password-stdin", "--data", Folder["data"]],
            "correct horse battery\n");

        Assert.AreEqual(0, created.ExitCode, created.Error);
        Assert.IsFalse(created.Output.Contains("horse", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Customer_WithPlanAndProxyUser_IsListed()
    {
        await DoneAsync("plan", "add", "Gold", "--kind", "subscription", "--price", "9.99", "--included-gb", "10");
        await DoneAsync("customer", "add", "bob@example.com", "--plan", "gold");
        using var proxyUser = await JsonAsync("proxy-user", "add", "bob@example.com", "bobcat", "--max-connections", "5",
            "--allow-ip", "192.0.2.7");
        using var customers = await JsonAsync("customer", "list", "--search", "bob@");
        using var plans = await JsonAsync("plan", "list");

        Assert.AreEqual("bobcat", proxyUser.RootElement.GetProperty("username").GetString());
        var bob = customers.RootElement.EnumerateArray().Single();
        Assert.AreEqual(("Gold", 1), (bob.GetProperty("planName").GetString(), bob.GetProperty("proxyUserCount").GetInt32()));
        Assert.IsTrue(plans.RootElement.EnumerateArray()
            .Any(plan => plan.GetProperty("includedBytes").GetInt64() == 10_000_000_000));
    }

    [TestMethod]
    public async Task Customer_CreditedTwiceUnderOneKey_HasItOnce()
    {
        await DoneAsync("customer", "add", "wallet@example.com");
        using var first = await JsonAsync("customer", "credit", "wallet@example.com", "12.50", "--key", "payment-7", "--memo",
            "Thank you");
        var second = await VerbAsync("", "customer", "credit", "wallet@example.com", "12.50", "--key", "payment-7", "--memo",
            "Thank you");
        var other = await VerbAsync("", "customer", "credit", "wallet@example.com", "12.51", "--key", "payment-7", "--memo",
            "Thank you");
        using var balance = await JsonAsync("customer", "balance", "wallet@example.com");

        Assert.AreEqual(("12.50", "USD"),
            (first.RootElement.GetProperty("balance").GetString(), first.RootElement.GetProperty("currency").GetString()));
        StringAssert.Contains(second.Output, "12.50 USD");
        Assert.AreEqual((1, true), (other.ExitCode, other.Error.Contains("another request", StringComparison.Ordinal)));
        Assert.AreEqual("12.50", balance.RootElement.GetProperty("balances")[0].GetProperty("balance").GetString());
        Assert.AreEqual("Thank you", balance.RootElement.GetProperty("entries")[0].GetProperty("memo").GetString());
    }

    [TestMethod]
    public async Task Provider_AddedWithPassword_IsListedWithoutItAndRemoved()
    {
        var added = await VerbAsync("hunter2\n", "provider", "add", "acme", "--endpoint", "http://127.0.0.1:9", "--username",
            "acme[-country-{country}]", "--password-stdin");
        Assert.AreEqual(0, added.ExitCode, added.Error);
        var listed = await VerbAsync("", "provider", "list");
        StringAssert.Contains(listed.Output, "acme[-country-{country}]");
        Assert.IsFalse(listed.Output.Contains("hunter2", StringComparison.Ordinal));

        await DoneAsync("provider", "remove", "acme");
        Assert.AreEqual(1, (await VerbAsync("", "provider", "remove", "acme")).ExitCode);
    }

    [TestMethod]
    public async Task ProviderTest_ThroughLivingAndDeadProvider_ShowsExitAndReason()
    {
        await using (var simulator = await ProviderSimulator.StartAsync(
            new SimulatorOptions { Name = "sim", Username = "u", Password = "hunter2" }, TimeProvider.System,
            NullLoggerFactory.Instance))
        {
            var added = await VerbAsync("hunter2\n", "provider", "add", "sim", "--endpoint", $"http://{simulator.Endpoint}",
                "--username", "u[-country-{country}][-session-{session}]", "--password-stdin");
            Assert.AreEqual(0, added.ExitCode, added.Error);
            var living = await VerbAsync("", "provider", "test", "sim");
            StringAssert.Contains(living.Output, "\"exit\"", living.Error);
            StringAssert.Contains(living.Output, "asked as u with password ***");
            Assert.IsFalse(living.Output.Contains("hunter2", StringComparison.Ordinal));
            using var asJson = await JsonAsync("provider", "test", "sim", "--country", "us", "--session", "mine");
            Assert.AreEqual("u-country-us-session-0123456789abcdef", asJson.RootElement.GetProperty("username").GetString());
            Assert.AreEqual(200, asJson.RootElement.GetProperty("status").GetInt32());
            Assert.IsTrue(IPAddress.TryParse(asJson.RootElement.GetProperty("exit").GetString(), out _));
            Assert.IsGreaterThan(0, asJson.RootElement.GetProperty("dialMilliseconds").GetDouble());
        }

        var dead = await VerbAsync("", "provider", "test", "sim");

        Assert.AreEqual(1, dead.ExitCode);
        StringAssert.Contains(dead.Error, "UpstreamFailed");
    }

    [TestMethod]
    public async Task Provider_ByPresetListAndDirect_IsListedWithAllButItsSecrets()
    {
        string file = Folder["proxies.txt"];
        await File.WriteAllTextAsync(file, "203.0.113.1:8000:ann:s3cret,us,New York\nbob:s3cret@203.0.113.2:8000\n");
        var preset = await VerbAsync("s3cret\n", "provider", "add", "ox", "--preset", "oxylabs", "--username", "reseller",
            "--password-stdin",
            "--cost-per-gb", "4.20", "--daily-cap-gb", "10", "--monthly-cap-gb", "100", "--max-connections", "50", "--countries",
            "us,de");
        Assert.AreEqual(0, preset.ExitCode, preset.Error);
        await DoneAsync("provider", "add", "dc", "--preset", "list", "--list", file);
        await DoneAsync("provider", "add", "own", "--preset", "direct", "--local", "198.51.100.0/24");
        var wrong = await VerbAsync("203.0.113.1:8000\nnonsense\n", "provider", "add", "bad", "--preset", "list", "--list", "-");

        using var listed = await JsonAsync("provider", "list");
        var table = await VerbAsync("", "provider", "list");

        Assert.AreEqual(1, wrong.ExitCode);
        StringAssert.Contains(wrong.Error, "Line 2");
        Assert.IsFalse((listed.RootElement.ToString() + table.Output).Contains("s3cret", StringComparison.Ordinal));
        var ox = listed.RootElement.EnumerateArray().Single(p => p.GetProperty("name").GetString() == "ox");
        Assert.AreEqual(("oxylabs", "http://pr.oxylabs.io:7777", "4.20", 10_000_000_000L, 50),
            (ox.GetProperty("preset").GetString(), ox.GetProperty("endpoint").GetString(),
                ox.GetProperty("costPerGb").GetString(),
                ox.GetProperty("dailyCapBytes").GetInt64(), ox.GetProperty("maxConnections").GetInt32()));
        StringAssert.Contains(table.Output, "2 proxies");
        foreach (string name in new[] { "ox", "dc", "own" })
            await DoneAsync("provider", "remove", name);
    }

    [TestMethod]
    public async Task Pool_WithPlan_IsAddedSetAndRefusedToGoWhileInUse()
    {
        await DoneAsync("provider", "add", "pooled", "--endpoint", "http://127.0.0.1:9");
        await DoneAsync("pool", "add", "fast", "--policy", "cheapest", "--member", "pooled:1:5");
        await DoneAsync("plan", "add", "Pooled", "--kind", "per-gb", "--price", "3", "--pool", "fast", "--includes",
            "country,city");
        await DoneAsync("pool", "set", "fast", "--policy", "weighted", "--member", "pooled");
        var used = await VerbAsync("", "pool", "remove", "fast");
        using var pools = await JsonAsync("pool", "list");
        await DoneAsync("plan", "set", "Pooled", "--pool", "");
        using var plans = await JsonAsync("plan", "list");
        await DoneAsync("pool", "remove", "fast");
        await DoneAsync("provider", "remove", "pooled");

        Assert.AreEqual(1, used.ExitCode);
        StringAssert.Contains(used.Error, "Pooled");
        Assert.AreEqual("weighted", pools.RootElement[0].GetProperty("policy").GetString());
        var plan = plans.RootElement.EnumerateArray().Single(p => p.GetProperty("name").GetString() == "Pooled");
        Assert.AreEqual("country city",
            string.Join(' ', plan.GetProperty("includes").EnumerateArray().Select(right => right.GetString())));
        Assert.AreEqual(JsonValueKind.Null, plan.GetProperty("poolName").ValueKind);
    }

    [TestMethod]
    public async Task ChangeIp_OfCustomerUserAndSession_IsDoneForThoseThatAre()
    {
        await DoneAsync("customer", "add", "rot@example.com");
        await DoneAsync("proxy-user", "add", "rot@example.com", "rotor");
        await DoneAsync("customer", "change-ip", "rot@example.com");
        await DoneAsync("proxy-user", "change-ip", "rot@example.com", "rotor");
        using var session = await JsonAsync("proxy-user", "change-ip", "rot@example.com", "rotor", "--session", "cart1");

        Assert.AreEqual("cart1", session.RootElement.GetProperty("session").GetString());
        Assert.AreEqual(1, (await VerbAsync("", "proxy-user", "change-ip", "rot@example.com", "nobody")).ExitCode);
        Assert.AreEqual(1, (await VerbAsync("", "customer", "change-ip", "nobody@example.com")).ExitCode);
    }

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
                "window": "rolling",
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
        Assert.AreEqual(("day", 30, "rolling"),
            (limits.GetProperty("periodUnit").GetString(), limits.GetProperty("periodLength").GetInt32(),
                limits.GetProperty("quotaWindow").GetString()));
        Assert.AreEqual((11, JsonValueKind.Null),
            (limits.GetProperty("maxConnections").GetInt32(), limits.GetProperty("seats").ValueKind));
        await using var database =
            NpgsqlDataSource.Create(EmbeddedPostgres.FindRunning(Path.Combine(Folder["data"], "postgres")) + ";Pooling=false");
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
        "plans[0].window (Bad): A rolling window is counted in days")]
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
    public async Task PlanEnd_OfACustomer_IsSetToADayNowAndNever()
    {
        await DoneAsync("plan", "add", "Ending", "--kind", "subscription", "--price", "1");
        await DoneAsync("customer", "add", "ending@example.com", "--plan", "Ending");

        var day = await VerbAsync("", "customer", "plan-end", "ending@example.com", "2099-01-31");
        using var now = await JsonAsync("customer", "plan-end", "ending@example.com", "now");
        var never = await VerbAsync("", "customer", "plan-end", "ending@example.com", "never");

        Assert.AreEqual("The plan of ending@example.com ends at 2099-02-01 00:00 UTC\n", day.Output, day.Error);
        Assert.IsTrue(now.RootElement.GetProperty("planEnded").GetBoolean());
        Assert.AreEqual("The plan of ending@example.com has no end\n", never.Output, never.Error);
        Assert.AreEqual(2, (await VerbAsync("", "customer", "plan-end", "ending@example.com", "31.1.2099")).ExitCode);
    }

    [TestMethod]
    public async Task Apply_WithMisspeltName_IsRefused()
    {
        var refused = await VerbAsync("""{ "provders": [] }""", "apply", "-");

        Assert.AreEqual(1, refused.ExitCode);
        StringAssert.Contains(refused.Error, "provders");
    }

    [TestMethod]
    public async Task Locations_OfCountryAndSearch_AreListedWithTheirTargeting()
    {
        using var found = await JsonAsync("locations", "--country", "us", "--search", "new york");
        var listed = await VerbAsync("", "locations", "--country", "United Kingdom");
        var unknown = await VerbAsync("", "locations", "--country", "atlantis");

        CollectionAssert.AreEqual(
            new[] { "state country-us-state-ny", "city country-us-city-newyork" },
            found.RootElement.EnumerateArray().Take(2)
                .Select(place => $"{place.GetProperty("kind").GetString()} {place.GetProperty("targeting").GetString()}")
                    .ToArray());
        StringAssert.Contains(listed.Output, "country-gb-city-london", listed.Error);
        Assert.AreEqual(1, unknown.ExitCode);
        StringAssert.Contains(unknown.Error, "atlantis");
    }

    [TestMethod]
    public async Task Usage_OfNothing_IsEmptyList()
    {
        using var usage = await JsonAsync("usage", "--since", "2020-01-01");

        Assert.AreEqual(JsonValueKind.Array, usage.RootElement.ValueKind);
        Assert.AreEqual(0, usage.RootElement.GetArrayLength());
    }

    [TestMethod]
    public async Task UsageDomains_OfProxyUserAndCustomer_AreTheHostsWithTheMostBytes()
    {
        await DoneAsync("customer", "add", "domains@example.com");
        await DoneAsync("proxy-user", "add", "domains@example.com", "domains1");
        await using (
            var database =
            NpgsqlDataSource.Create(EmbeddedPostgres.FindRunning(Path.Combine(Folder["data"], "postgres")) + ";Pooling=false"))
        await using (var insert = database.CreateCommand("""
            insert into usage_targets select id, date_trunc('day', now(), 'UTC'), 'shop.example', 700, 30, 2 from proxy_users
                where name = 'domains1'
            union all select id, date_trunc('day', now(), 'UTC'), 'api.example', 70, 0, 1 from proxy_users where name = 'domains1'
            """))
            await insert.ExecuteNonQueryAsync();

        foreach (string[] of in new string[][] { ["--domains", "domains@example.com"],
            ["--domains", "--proxy-user", "domains1"] })
        {
            using var top = await JsonAsync(["usage", .. of]);
            CollectionAssert.AreEqual(
                new[] { "shop.example 700 30 2", "api.example 70 0 1" },
                top.RootElement.EnumerateArray()
                    .Select(row =>
                        $"{row.GetProperty("host")} {row.GetProperty("bytes")} {row.GetProperty("error")} "
                            + $"{row.GetProperty("connections")}").ToArray());
        }
        var listed = await VerbAsync("", "usage", "--domains", "domains@example.com");
        StringAssert.Contains(listed.Output, "shop.example", listed.Error);
        Assert.AreEqual(1, (await VerbAsync("", "usage", "--domains", "nobody@example.com")).ExitCode);
    }

    [TestMethod]
    public async Task Doctor_WhileServing_FindsAllWell()
    {
        string portal = new Uri(s_appliance.Portal).Authority,
        proxy = s_appliance.Ready.RootElement.GetProperty("proxy").GetString()!;

        var doctor = await VerbAsync("", "doctor", "--Portal:Listen", portal, "--Engine:Mixed:0", proxy);

        Assert.AreEqual(0, doctor.ExitCode, doctor.Output);
        StringAssert.Contains(doctor.Output, "database: answers, schema up to date");
        StringAssert.Contains(doctor.Output, $"portal port: {portal}, of the running appliance");
        StringAssert.Contains(doctor.Output, $"proxy port: {proxy}, of the running appliance");
    }

    [TestMethod]
    public async Task Doctor_WithAnothersPort_NamesWhoListens()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var doctor = await VerbAsync("", "doctor", "--Portal:Listen", other.LocalEndpoint.ToString()!, "--Engine:Mixed:0",
            "127.0.0.1:0");

        Assert.AreEqual(1, doctor.ExitCode);
        StringAssert.Contains(doctor.Output,
            $"FAIL  portal port: {other.LocalEndpoint} is used by process {Environment.ProcessId} (");
    }

    [TestMethod]
    public async Task Serve_OnDataOfARunningAppliance_IsOneLineAndExitCode1()
    {
        var second =
        await ApplianceProcess.RunAsync(["serve", "--data", Folder["data"], "--portal", "127.0.0.1:0", "--proxy", "127.0.0.1:0"]);

        Assert.AreEqual((1, ""), (second.ExitCode, second.Output));
        Assert.AreEqual(
            $"Another AtlanticProxy is running on {Folder["data/postgres"]}: stop it first, or use another data directory.\n",
            second.Error);
    }

    [TestMethod]
    public async Task Status_WhileServing_IsHealthAndCounts()
    {
        string portal = new Uri(s_appliance.Portal).Authority;

        using var status = await JsonAsync("status", "--Portal:Listen", portal);
        var down = await VerbAsync("", "status", "--Portal:Listen", "127.0.0.1:1");

        Assert.IsTrue(status.RootElement.GetProperty("running").GetBoolean());
        Assert.IsTrue(status.RootElement.GetProperty("health").GetString() is "Healthy" or "Degraded");
        Assert.AreEqual(Folder["data"], status.RootElement.GetProperty("data").GetString());
        Assert.AreEqual(1, down.ExitCode);
        StringAssert.Contains(down.Output, "nothing answers on 127.0.0.1:1");
    }

    [TestMethod]
    public async Task Verb_WithoutRunningAppliance_StartsDatabaseForItselfAndStopsIt()
    {
        using var folder = new TemporaryFolder();

        var migrated = await ApplianceProcess.RunAsync(["migrate", "--data", folder["data"]]);
        var again = await ApplianceProcess.RunAsync(["migrate", "--data", folder["data"], "--json"]);

        StringAssert.Contains(migrated.Output, "Applied 0001");
        Assert.AreEqual("[]", again.Output.Trim(), again.Error);
        Assert.IsFalse(File.Exists(folder["data/postgres/postmaster.pid"]));
    }

    private static Task<CliResult> VerbAsync(string input, params IEnumerable<string> verb) =>
        Testing.Cli.RunAsync([.. verb, "--data", Folder["data"]], input);

    private static async Task DoneAsync(params IEnumerable<string> verb)
    {
        var ended = await VerbAsync("", verb);
        Assert.AreEqual(0, ended.ExitCode, ended.Error);
    }

    private static async Task<JsonDocument> JsonAsync(params IEnumerable<string> verb)
    {
        var ended = await VerbAsync("", [.. verb, "--json"]);
        Assert.AreEqual(0, ended.ExitCode, ended.Error);
        return JsonDocument.Parse(ended.Output);
    }
}

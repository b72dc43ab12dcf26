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
public sealed partial class VerbTests
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
            await ApplianceProcess.RunAsync(
                ["admin", "create", "second@example.com", "--password-stdin", "--data", Folder["data"]],
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
        var gold = plans.RootElement.EnumerateArray().Single(plan => plan.GetProperty("name").GetString() == "Gold");
        Assert.AreEqual(10_000_000_000, gold.GetProperty("includedBytes").GetInt64());
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
        var pool = pools.RootElement.EnumerateArray().Single(p => p.GetProperty("name").GetString() == "fast");
        Assert.AreEqual("weighted", pool.GetProperty("policy").GetString());
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
                NpgsqlDataSource.Create(EmbeddedPostgres.FindRunning(
                new() { Directory = Path.Combine(Folder["data"], "postgres") })
                    + ";Pooling=false"))
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

using System.Text.Json;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.Host.Tests.Cli;

/// <summary>The life of each kind of thing by its verbs: added, set, shown, stopped, started again, removed.</summary>
[TestClass]
public sealed class NounTests
{
    private static readonly TemporaryFolder Folder = new();
    private static EmbeddedPostgres s_server = null!;

    /// <summary>The database of an appliance that does not serve: verbs need no more.</summary>
    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        var options = new EmbeddedPostgresOptions { Directory = Folder["data/postgres"],
            Settings = new Dictionary<string, string> { ["fsync"] = "off" } };
        s_server = await EmbeddedPostgres.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance,
            context.CancellationToken);
        await SaysAsync("Applied 0001", "migrate");
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await s_server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod]
    public async Task SignUp_SetAndShown_LetsInvite()
    {
        await SaysAsync("Sign-up: off", "sign-up", "show");
        var refused = await VerbAsync("sign-up", "set", "--plan", "No such plan");
        Assert.AreEqual(1, refused.ExitCode);
        await SaysAsync("sign-up: set", "sign-up", "set", "--mode", "invitation", "--terms-url", "https://example.com/terms");
        await SaysAsync("No changes: sign-up is set already", "sign-up", "set", "--mode", "invitation");
        using (var shown = await JsonAsync("sign-up", "show"))
            Assert.AreEqual("invitation https://example.com/terms",
                $"{shown.RootElement.GetProperty("mode")} {shown.RootElement.GetProperty("termsUrl")}");
        var noMail = await VerbAsync("customer", "add", "invited@example.com", "--invite");
        StringAssert.Contains(noMail.Error, "Email cannot be sent yet");
        await SaysAsync("mail: set", "mail", "set", "--host", "127.0.0.1", "--port", "9", "--security", "none", "--sender",
            "shop@example.com");
        await SaysAsync("Host: shop.example", "setup", "host", "shop.example", "--no-certificate");
        await SaysAsync("Invitation sent to invited@example.com, good for 7 days", "customer", "invite", "invited@example.com");
        await SaysAsync("Created second@example.com and sent an invitation", "customer", "add", "second@example.com", "--invite");
    }

    [TestMethod]
    public async Task SecondFactor_RequiredAndReset()
    {
        await SaysAsync("second factor of staff: required", "admin", "require-second-factor", "yes");
        await SaysAsync("No changes: second factor of staff is required already", "admin", "require-second-factor", "yes");
        await SaysAsync("second factor of staff: optional", "admin", "require-second-factor", "no");
        var none = await VerbAsync("admin", "reset-second-factor", "nobody@example.com");
        StringAssert.Contains(none.Error, "There is no such account.");
        await SaysAsync("Created buyer@example.com", "customer", "add", "buyer@example.com");
        none = await VerbAsync("customer", "reset-second-factor", "buyer@example.com", "--login", "other@example.com");
        StringAssert.Contains(none.Error, "buyer@example.com has no login other@example.com.");
        none = await VerbAsync("customer", "reset-second-factor", "buyer@example.com");
        StringAssert.Contains(none.Error, "The second factor is not on.");
    }

    [TestMethod]
    public async Task Customer_FromAddToRemove()
    {
        await SaysAsync("Created plan Trial", "plan", "add", "Trial", "--kind", "subscription", "--price", "0", "--included-gb",
            "0.5");
        await SaysAsync("Created ann@example.com. Password: ", "customer", "add", "ann@example.com", "--plan", "trial");
        await SaysAsync("Created anna with password ", "proxy-user", "add", "ann@example.com", "anna");
        await SaysAsync("Credited 25.00 USD to ann@example.com: balance 25.00 USD", "customer", "credit", "ann@example.com",
            "25.00");
        await SaysAsync("Changed customer ann@example.com", "customer", "set", "ann@example.com", "--name", "Ann & Co");
        await SaysAsync("No changes: customer ann@example.com has these settings already", "customer", "set", "ann@example.com",
            "--name", "Ann & Co");
        var shown = await VerbAsync("customer", "show", "ann@example.com");
        foreach (string line in new[] { "Name:        Ann & Co", "State:       active", "Plan:        Trial",
            "0 of 0.5 GB used, 0.5 left, renews at ", "Wallet:      25.00 USD", "Logins:      ann@example.com",
            "Proxy users: anna" })
            StringAssert.Contains(shown.Output, line);

        await SaysAsync("customer ann@example.com: suspended", "customer", "suspend", "ann@example.com");
        await SaysAsync("No changes: customer ann@example.com is suspended already", "customer", "suspend", "ann@example.com");
        using (var suspended = await JsonAsync("customer", "show", "ann@example.com"))
            Assert.AreEqual("suspended", suspended.RootElement.GetProperty("state").GetString());
        await SaysAsync("customer ann@example.com: active", "customer", "resume", "ann@example.com");

        await SaysAsync("ann@example.com has a new password. Password: ", "customer", "password", "ann@example.com");
        await SaysAsync("Created the login ben@example.com. Password: ", "customer", "password", "ann@example.com", "--login",
            "ben@example.com");
        await FailsAsync("1 customer has this plan", "plan", "remove", "Trial");
        await SaysAsync("Changed customer ann@example.com", "customer", "set", "ann@example.com", "--plan", "");
        await SaysAsync("Removed plan Trial", "plan", "remove", "Trial");

        await SaysAsync("Removed ann@example.com with 1 proxy user\nIts wallet had 25.00 USD: that stays in the ledger",
            "customer", "remove", "ann@example.com");
        await FailsAsync("There is no such customer.", "customer", "show", "ann@example.com");
        await FailsAsync("There is no such proxy user.", "proxy-user", "show", "anna");
    }

    [TestMethod]
    public async Task CustomerPassword_FromInput_IsNotShown()
    {
        await SaysAsync("Created", "customer", "add", "quiet@example.com");

        var set = await Testing.Cli.RunAsync(
            ["customer", "password", "quiet@example.com", "--password-stdin", "--data", Folder["data"]],
            "correct horse battery\n");
        var empty = await Testing.Cli.RunAsync(
            ["customer", "password", "quiet@example.com", "--password-stdin", "--data", Folder["data"]], "");

        Assert.AreEqual((0, "quiet@example.com has a new password\n"), (set.ExitCode, set.Output), set.Error);
        Assert.AreEqual((1, "Standard input holds no password.\n"), (empty.ExitCode, empty.Error));
    }

    [TestMethod]
    public async Task CustomerAdd_ThatIsRefused_LeavesNothingForARerunToMeet()
    {
        var refused =
            await Testing.Cli.RunAsync(["customer", "add", "weak@example.com", "--password-stdin", "--data", Folder["data"]],
            "short\n");
        var rerun = await Testing.Cli.RunAsync(
            ["customer", "add", "weak@example.com", "--password-stdin", "--data", Folder["data"]], "correct horse battery\n");

        Assert.AreEqual(1, refused.ExitCode, refused.Output);
        Assert.AreEqual((0, "Created weak@example.com\n"), (rerun.ExitCode, rerun.Output), rerun.Error);
    }

    [TestMethod]
    public async Task ProxyUser_FromAddToRemove()
    {
        await SaysAsync("Created", "customer", "add", "pat@example.com");
        await SaysAsync("Created patty with password ", "proxy-user", "add", "pat@example.com", "patty", "--limit-gb", "0.5",
            "--speed-mbps", "0.5", "--allow-ip", "192.0.2.7");
        var list = await VerbAsync("proxy-user", "list", "pat@example.com");
        StringAssert.Contains(list.Output, "patty  pat@example.com  enabled  yes     0.5       -            0.5 Mbps  192.0.2.7");

        await SaysAsync("Changed proxy user patty", "proxy-user", "set", "patty", "--limit-gb", "500 MB", "--max-connections",
            "5", "--allow-ip", "");
        await SaysAsync("No changes: proxy user patty has these settings already", "proxy-user", "set", "pat@example.com",
            "patty", "--max-connections", "5");
        using (var shown = await JsonAsync("proxy-user", "show", "patty"))
            Assert.AreEqual((500_000_000L, 5, 62_500L, 0, "enabled"),
                (shown.RootElement.GetProperty("limitBytes").GetInt64(),
                    shown.RootElement.GetProperty("maxConnections").GetInt32(),
                    shown.RootElement.GetProperty("speedBytesPerSecond").GetInt64(),
                    shown.RootElement.GetProperty("allowedSources").GetArrayLength(),
                    shown.RootElement.GetProperty("state").GetString()));
        await FailsAsync("A cap is more than nothing", "proxy-user", "set", "patty", "--limit-gb", "0");
        await SaysAsync("Changed", "proxy-user", "set", "patty", "--limit-gb", "none", "--speed-mbps", "none");

        await SaysAsync("proxy user patty: disabled", "proxy-user", "disable", "patty");
        await SaysAsync("No changes: proxy user patty is disabled already", "proxy-user", "disable", "patty");
        await SaysAsync("proxy user patty: enabled", "proxy-user", "enable", "patty");
        await SaysAsync("patty has the new password ", "proxy-user", "rotate", "patty");
        await FailsAsync("There is no such customer.", "proxy-user", "disable", "nobody@example.com", "patty");
        await SaysAsync("Removed proxy user patty", "proxy-user", "remove", "pat@example.com", "patty");
        await FailsAsync("There is no such proxy user.", "proxy-user", "enable", "patty");
    }

    [TestMethod]
    public async Task Coupon_FromAddToDisable()
    {
        await SaysAsync("Created coupon SPRING", "coupon", "add", "spring", "--percent", "10", "--uses", "5");
        await SaysAsync("coupon SPRING: changed", "coupon", "set", "Spring", "--until", "2099-12-31", "--uses", "none",
            "--first-purchase", "yes");
        await SaysAsync("No changes: coupon SPRING is changed already", "coupon", "set", "spring", "--until", "2099-12-31");
        using (var set = await JsonAsync("coupon", "set", "spring", "--uses-each", "3"))
            Assert.AreEqual(("2100-01-01T00:00:00+00:00", JsonValueKind.Null, 3, true),
                (set.RootElement.GetProperty("validUntil").GetString(),
                    set.RootElement.GetProperty("maxRedemptions").ValueKind,
                    set.RootElement.GetProperty("maxPerCustomer").GetInt32(),
                    set.RootElement.GetProperty("firstPurchaseOnly").GetBoolean()));
        using (var endless = await JsonAsync("coupon", "set", "spring", "--until", "none"))
            Assert.AreEqual(JsonValueKind.Null, endless.RootElement.GetProperty("validUntil").ValueKind);
        await FailsAsync("The end comes after the beginning.", "coupon", "set", "spring", "--until", "2020-01-01");
        await FailsAsync("There is no coupon 'autumn'.", "coupon", "set", "autumn", "--uses", "1");

        await SaysAsync("coupon SPRING: disabled", "coupon", "disable", "spring");
        await SaysAsync("coupon SPRING: enabled", "coupon", "enable", "SPRING");
        await FailsAsync("There is no coupon 'autumn'.", "coupon", "enable", "autumn");
        await FailsAsync("There is no gateway 'Card'.", "gateway", "enable", "Card");
    }

    [TestMethod]
    public async Task Plan_ByTheYear_IsShownAsAYear()
    {
        await SaysAsync("Created plan Yearly", "plan", "add", "Yearly", "--kind", "subscription", "--price", "99", "--period",
            "1year");
        StringAssert.Contains((await VerbAsync("plan", "show", "Yearly")).Output, "Period:                 year\n");
        await SaysAsync("Changed plan Yearly", "plan", "set", "Yearly", "--period", "2years", "--pausable", "yes");
        StringAssert.Contains((await VerbAsync("plan", "show", "Yearly")).Output, "Pausable:               yes\n");
        StringAssert.Contains((await VerbAsync("plan", "show", "Yearly")).Output, "Period:                 2year\n");
        using var shown = await JsonAsync("plan", "show", "Yearly");
        Assert.AreEqual(("month", 24), (shown.RootElement.GetProperty("limits").GetProperty("periodUnit").GetString(),
            shown.RootElement.GetProperty("limits").GetProperty("periodLength").GetInt32()));
        await FailsAsync("30 years at most", "plan", "set", "Yearly", "--period", "31year");
    }

    [TestMethod]
    public async Task Usage_OfACustomer_SaysWhatIsLeftOfEachGrantAndItsDays()
    {
        await SaysAsync("Created plan Left", "plan", "add", "Left", "--kind", "subscription", "--price", "0", "--included-gb",
            "2");
        await SaysAsync("Created", "customer", "add", "left@example.com", "--plan", "Left");
        await SaysAsync("Created", "proxy-user", "add", "left@example.com", "lefty");
        await SaysAsync("", "customer", "grant", "left@example.com", "--gb", "1.5");
        await using (var database = NpgsqlDataSource.Create(s_server.ConnectionString + ";Pooling=false"))
        await using (var insert = database.CreateCommand("""
            insert into usage_daily (day, proxy_user_id, provider_id, country, bytes_up, bytes_down, connections)
            select date_trunc('day', now(), 'UTC'), id, 0, '', 1000, 2000, 3 from proxy_users where name = 'lefty'
            """))
            await insert.ExecuteNonQueryAsync();

        var shown = await VerbAsync("usage", "LEFT@example.com");
        foreach (string line in new[] { "Customer: left@example.com\n", "Served:   yes, from a grant\n", "Left:     3.5 GB",
            "Renews:   20", "staff   1.5 GB  1.5 GB", "period  2 GB    2 GB", "1,000  2,000  3,000  3\n" })
            StringAssert.Contains(shown.Output, line, shown.Error);
        using (var usage = await JsonAsync("usage", "left@example.com"))
        {
            var root = usage.RootElement;
            Assert.AreEqual(("left@example.com", true, "served", "grant", 3_500_000_000L),
                (root.GetProperty("customer").GetString(), root.GetProperty("served").GetBoolean(),
                    root.GetProperty("standing").GetString(), root.GetProperty("source").GetString(),
                    root.GetProperty("left").GetInt64()));
            CollectionAssert.AreEqual(new[] { "staff 1500000000", "period 2000000000" },
                root.GetProperty("grants").EnumerateArray()
                    .Select(grant => $"{grant.GetProperty("origin")} {grant.GetProperty("left")}").ToArray());
            var days = root.GetProperty("days").EnumerateArray().ToList();
            Assert.HasCount(30, days);
            Assert.AreEqual((0L, 3000L), (days[0].GetProperty("bytes").GetInt64(), days[^1].GetProperty("bytes").GetInt64()));
        }

        await SaysAsync("customer left@example.com: suspended", "customer", "suspend", "left@example.com");
        StringAssert.Contains((await VerbAsync("usage", "left@example.com")).Output, "Served:   no, suspended\n");
        await SaysAsync("Created", "customer", "add", "fresh@example.com");
        string fresh = (await VerbAsync("usage", "fresh@example.com")).Output;
        StringAssert.Contains(fresh, "Served:   yes, without a limit\nLeft:     no limit\nRenews:   -\n");
        StringAssert.Contains(fresh, "No grants.\n\nNo traffic in the last 30 days.\n");
        await FailsAsync("There is no such customer.", "usage", "nobody@example.com");
    }

    [TestMethod]
    public async Task Provider_SetEnabledAndDisabled()
    {
        var added = await Testing.Cli.RunAsync(
            ["provider", "add", "pr", "--endpoint", "http://127.0.0.1:9", "--username", "acme", "--password-stdin",
                "--cost-per-gb", "3.50", "--daily-cap-gb", "0.5", "--data", Folder["data"]], "s3cret\n");
        Assert.AreEqual(0, added.ExitCode, added.Error);

        await SaysAsync("Changed provider pr", "provider", "set", "pr", "--cost-per-gb", "4", "--monthly-cap-gb", "1.5");
        await SaysAsync("No changes: provider pr has these settings already", "provider", "set", "pr", "--cost-per-gb", "4.00");
        await FailsAsync("USD has 2 digits after the point: '4.005' has more.", "provider", "set", "pr", "--cost-per-gb",
            "4.005");
        await FailsAsync("A cap is more than nothing", "provider", "set", "pr", "--daily-cap-gb", "0");
        var shown = await VerbAsync("provider", "show", "pr");
        foreach (string line in new[] { "Username:        acme", "Password:        set", "Cost of a GB:    4.00 USD",
            "Caps, GB:        0.5/day 1.5/month" })
            StringAssert.Contains(shown.Output, line);
        await SaysAsync("Changed provider pr", "provider", "set", "pr", "--daily-cap-gb", "none", "--endpoint",
            "socks5://127.0.0.1:10", "--username", "");

        await SaysAsync("provider pr: disabled", "provider", "disable", "pr");
        await SaysAsync("No changes: provider pr is disabled already", "provider", "disable", "pr");
        using (var listed = await JsonAsync("provider", "list"))
        {
            var provider = listed.RootElement.EnumerateArray().Single(each => each.GetProperty("name").GetString() == "pr");
            Assert.AreEqual(("4.00", "USD", "disabled", "socks5"),
                (provider.GetProperty("costPerGb").GetString(), provider.GetProperty("currency").GetString(),
                    provider.GetProperty("state").GetString(), provider.GetProperty("protocol").GetString()));
        }
        await SaysAsync("provider pr: enabled", "provider", "enable", "pr");
        await SaysAsync("Removed provider pr", "provider", "remove", "pr");
        await FailsAsync("There is no such provider.", "provider", "enable", "pr");
    }

    [TestMethod]
    public async Task Plan_SetShownWithdrawnAndRemoved()
    {
        await FailsAsync("JPY has whole units only", "plan", "add", "Yen", "--kind", "per-gb", "--price", "9.5", "--currency",
            "JPY");
        await FailsAsync("There is no currency 'XQX'", "plan", "add", "Yen", "--kind", "per-gb", "--price", "9", "--currency",
            "XQX");
        await SaysAsync("Created plan Yen", "plan", "add", "Yen", "--kind", "per-gb", "--price", "900", "--currency", "jpy",
            "--speed-up-mbps", "0.5");
        await SaysAsync("Changed plan Yen for who buys it from now on", "plan", "set", "Yen", "--price", "950",
            "--max-connections", "7");
        await SaysAsync("Changed plan Yen", "plan", "set", "Yen", "--includes", "country");
        await SaysAsync("No changes: plan Yen has these settings already", "plan", "change", "Yen", "--price", "950");
        await FailsAsync("A limit is more than nothing", "plan", "set", "Yen", "--max-connections", "0");
        await FailsAsync("JPY has whole units only", "plan", "set", "Yen", "--price", "9.5");
        await SaysAsync("Changed", "plan", "set", "Yen", "--max-connections", "none");
        var shown = await VerbAsync("plan", "show", "yen");
        foreach (string line in new[] { "Kind:                   per-gb", "Price:                  950 JPY",
            "Speed up:               0.5 Mbps", "Max connections:        -" })
            StringAssert.Contains(shown.Output, line);

        await SaysAsync("plan Yen: withdrawn", "plan", "withdraw", "Yen");
        await SaysAsync("No changes: plan Yen is withdrawn already", "plan", "withdraw", "Yen");
        using (var listed = await JsonAsync("plan", "list"))
        {
            var plan = listed.RootElement.EnumerateArray().Single(each => each.GetProperty("name").GetString() == "Yen");
            Assert.AreEqual(("950", "per-gb", "withdrawn"),
                (plan.GetProperty("price").GetString(), plan.GetProperty("kind").GetString(),
                    plan.GetProperty("state").GetString()));
        }
        await SaysAsync("plan Yen: offered", "plan", "offer", "Yen");
        await SaysAsync("Removed plan Yen", "plan", "remove", "Yen");
        await FailsAsync("There is no such plan.", "plan", "show", "Yen");
    }

    [TestMethod]
    public async Task Admin_RolesPasswordsAndTheLastOwner()
    {
        await SaysAsync("Created boss@example.com. Password: ", "admin", "create", "boss@example.com");
        await SaysAsync("Created helper@example.com. Password: ", "admin", "create", "helper@example.com", "--role", "support");
        var list = await VerbAsync("admin", "list");
        StringAssert.Contains(list.Output, "helper@example.com  support");

        await FailsAsync("This is the only owner", "admin", "remove", "boss@example.com");
        await FailsAsync("This is the only owner", "admin", "role", "boss@example.com", "operator");
        await SaysAsync("helper@example.com: owner", "admin", "role", "helper@example.com", "owner");
        await SaysAsync("No changes: helper@example.com is owner already", "admin", "role", "helper@example.com", "owner");
        await SaysAsync("helper@example.com has a new password. Password: ", "admin", "password", "helper@example.com");
        await SaysAsync("Removed boss@example.com", "admin", "remove", "boss@example.com");
        await FailsAsync("There is no such account.", "admin", "password", "boss@example.com");
        using var left = await JsonAsync("admin", "list");
        Assert.AreEqual("owner", left.RootElement[0].GetProperty("role").GetString());
    }

    [TestMethod]
    public async Task Import_CheckedRunListedUndone()
    {
        await SaysAsync("Created plan Moved", "plan", "add", "Moved", "--kind", "subscription", "--price", "9",
            "--included-gb", "10");
        string file = Folder["old.csv"];
        await File.WriteAllTextAsync(file, "Mail;user;pass;left;plan\nmover@example.com;mover1;their-old-one-42;4.5;Moved\n"
            + "shaker@example.com;shaker1;short;1;Moved\n");
        string[] map = ["--map", "left=gb_left", "--map", "user=proxy_user"];

        var check = await VerbAsync(["import", "customers", file, .. map, "--check"]);
        Assert.AreEqual((1, "1 lines ready, 1 refused; nothing was changed\n"
            + "line 3: proxy_password: A secret has 12 to 64 characters.\n"), (check.ExitCode, check.Output));
        await SaysAsync("", "import", "list");
        await FailsAsync("There is no such customer.", "customer", "show", "mover@example.com");

        var run = await VerbAsync(["import", "customers", file, .. map]);
        Assert.AreEqual(1, run.ExitCode, "a line was refused");
        StringAssert.Contains(run.Output, "1 customers of 1 lines imported, 1 lines refused");
        using (var list = await JsonAsync("import", "list"))
        {
            var import = list.RootElement[0];
            Assert.AreEqual("old.csv done 2 1", $"{import.GetProperty("fileName")} {import.GetProperty("state")} "
                + $"{import.GetProperty("lines")} {import.GetProperty("customers")}");
            using var undone = await JsonAsync("import", "undo", $"{import.GetProperty("id")}");
            Assert.AreEqual(1, undone.RootElement.GetProperty("removed").GetInt32());
            await FailsAsync("An import can be undone for 7 days after it ran, once.", "import", "undo",
                $"{import.GetProperty("id")}");
        }
        await FailsAsync("There is no such customer.", "customer", "show", "mover@example.com");
        await FailsAsync("There is no such import.", "import", "undo", "4711");
        await FailsAsync("--map: the file has no column 'mails': it has Mail, user, pass, left, plan.", "import", "customers",
            file, "--map", "mails=email");
        await FailsAsync("cannot be read", "import", "customers", Folder["none.csv"]);
        Assert.AreEqual(2, (await VerbAsync("import", "customers", file, "--map", "Mail=e-mail")).ExitCode);
    }

    private static Task<CliResult> VerbAsync(params IEnumerable<string> verb) =>
        Testing.Cli.RunAsync([.. verb, "--data", Folder["data"]]);

    private static async Task SaysAsync(string words, params IEnumerable<string> verb)
    {
        var ended = await VerbAsync(verb);
        Assert.AreEqual(0, ended.ExitCode, ended.Error);
        StringAssert.Contains(ended.Output, words);
    }

    private static async Task FailsAsync(string words, params IEnumerable<string> verb)
    {
        var ended = await VerbAsync(verb);
        Assert.AreEqual(1, ended.ExitCode, ended.Output);
        StringAssert.Contains(ended.Error, words);
    }

    private static async Task<JsonDocument> JsonAsync(params IEnumerable<string> verb)
    {
        var ended = await VerbAsync([.. verb, "--json"]);
        Assert.AreEqual(0, ended.ExitCode, ended.Error);
        return JsonDocument.Parse(ended.Output);
    }
}

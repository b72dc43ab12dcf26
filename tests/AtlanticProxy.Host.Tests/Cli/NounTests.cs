using System.Text.Json;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Host.Tests.Cli;

/// <summary>The life of each kind of thing by its verbs: added, set, shown, stopped, started again, removed.</summary>
[TestClass]
public sealed partial class NounTests
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
    public async Task Referrals_SetAndShown()
    {
        await SaysAsync("Commission: 20 %", "referral", "show");
        await SaysAsync("referrals: set", "referral", "set", "--enabled", "yes", "--percent", "12.5", "--clearing-days", "14");
        await SaysAsync("No changes: referrals is set already", "referral", "set", "--percent", "12.5");
        using (var shown = await JsonAsync("referral", "show"))
            Assert.AreEqual("True 12.5 14", $"{shown.RootElement.GetProperty("enabled")} "
                + $"{shown.RootElement.GetProperty("percent")} {shown.RootElement.GetProperty("clearingDays")}");
        StringAssert.Contains((await VerbAsync("referral", "set", "--percent", "101")).Error, "Give a percentage from 0 to 100");
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

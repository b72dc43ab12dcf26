using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.EndToEnd.Tests.Browser.Pages;
using AtlanticProxy.Testing;
using Npgsql;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>A reseller of the reseller's in Chromium, and a customer of hers at her own host name.</summary>
[TestClass]
public sealed partial class ResellTests
{
    private const string ScreenshotsVariable = "RESELL_SCREENSHOTS", Owner = "owner@test.example", Rita = "rita@test.example",
        Sam = "sam@test.example", Hers = "rita.example.test", Brand = "Rita's Proxies";

    private const long Gb = 1_000_000_000, Megabyte = 1_000_000;

    [TestMethod]
    public async Task Reseller_SellsUnderHerOwnName_AndHasBackWhatWasNotUsed()
    {
        await using var appliance = await RunningAppliance.StartEmptyAsync(
            "--Engine:AllowedPrivateNetworks:0", "127.0.0.0/8", "--Engine:ProbeUrl", "");
        await FillAsync(appliance);
        var address = new Uri(appliance.Ready.Portal);
        await using var browser = new BrowserSession(address);
        var signIn = new SignInPage(browser);

        signIn.SignInAs(Owner);
        browser.Open("/admin/customers");
        browser.Follow("Rita");
        browser.Follow("Reselling");
        browser.Find("input[name='MayResell']").Click();
        browser.Fill("Floor", "2.00");
        browser.Follow("Save");
        StringAssert.Contains(browser.Text, "may have customers of its own now");

        Leave(browser);
        signIn.SignInAs(Rita);
        browser.Open("/resell/brand");
        browser.Fill("BrandName", Brand);
        browser.Fill("Accent", "#0a5c2b");
        browser.Fill("SupportEmail", "help@rita.example.test");
        browser.Fill("HostName", Hers);
        browser.Follow("Save");
        StringAssert.Contains(browser.Text, $"{Hers}. CNAME portal.example.test.");
        await Poll.UntilAsync(async () => await ScalarAsync<long>(appliance, "select count(*) from served_host_names") == 1,
            because: "links in mail lead to it");
        browser.Open("/resell/prices");
        browser.Fill("Amount", "10");
        browser.Fill("Price", "19.99");
        browser.Follow("Save price");
        StringAssert.Contains(browser.Text, "Your floor is 2.00 USD a GB: give at least 20.00 USD for that.");
        browser.Fill("Price", "40.00");
        browser.Follow("Save price");
        browser.Open("/resell");
        browser.Follow("Invite customer");
        browser.Fill("Email", Sam);
        browser.Fill("Name", "Sam");
        browser.Fill("Amount", "1");
        browser.Follow("Send invitation");
        StringAssert.Contains(browser.Text, $"Invitation sent to {Sam}.");
        browser.Fill("ProxyUser", "samproxy");
        browser.Follow("Add proxy user");
        string customerPage = browser.Path;

        await using var his = new BrowserSession(new UriBuilder(address) { Host = Hers }.Uri, local: Hers);
        string mail = await ScalarAsync<string>(appliance, $"select text_body from mails where recipient = '{Sam}'");
        StringAssert.Contains(mail, $"https://{Hers}/invitation?token=");
        his.Open(Link().Match(mail).Value);
        StringAssert.Contains(his.Text, $"Welcome to {Brand}");
        his.Fill("NewPassword", RunningPortal.Password);
        his.Fill("Repeated", RunningPortal.Password);
        his.Submit("form[action='/invitation']");
        Assert.AreEqual("/overview", his.Path, his.Text);
        his.Open("/offer");
        StringAssert.Contains(his.Text, "Your traffic comes from Rita's Proxies.");
        StringAssert.Contains(his.Text, "40.00 USD");
        StringAssert.Contains(his.Text, "help@rita.example.test");
        Assert.DoesNotContain("Tradewind", his.Driver.PageSource);
        his.Open("/endpoints");
        StringAssert.Contains(his.Driver.PageSource, $"{Hers}:", "he connects by her host name");

        var user = await RotatedAsync(appliance, "samproxy");
        await DownloadAsync(appliance, user, 20 * Megabyte);
        await Poll.UntilAsync(async () => await UsedAsync(appliance) > 15 * Megabyte, because: "his use is counted");
        his.Open("/offer");
        Assert.DoesNotContain("1.00 GB", his.Find("dl.figures").Text);

        browser.Open(customerPage);
        browser.Follow("Take back unused");
        StringAssert.Contains(browser.Text, "Take back what Sam has not used?");
        browser.Follow("Take back");
        StringAssert.Contains(browser.Text, "is in your stock again.");
        long left = await ScalarAsync<long>(appliance, "select amount from grants where origin = 'period'");
        long used = await UsedAsync(appliance);
        Assert.IsTrue(left > (long)(4.9 * Gb) && left <= 5 * Gb - used, $"{left} left, {used} used");
    }

    [TestMethod]
    [DataRow(Screen.Desktop, false), DataRow(Screen.Desktop, true), DataRow(Screen.Phone, false), DataRow(Screen.Phone, true)]
    public async Task Pages_OfResellersAndTheirCustomers_FitAndCanBeUsedByEverybody(Screen screen, bool dark)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var portal = await RunningPortal.StartAsync(server: server);
        var (rita, sam) = await FillAsync(portal);
        await using var browser = new BrowserSession(portal.Address, screen, dark);
        var signIn = new SignInPage(browser);
        var wrong = new List<string>();

        signIn.SignInAs(Rita);
        browser.Open("/resell/brand");
        browser.Fill("Accent", "#7a1f5c");
        browser.Fill("SupportEmail", "help@rita.example.test");
        browser.Fill("HostName", "rita.invalid");
        browser.Follow("Save");
        wrong.AddRange(Walk("resell", "resell/customers/new", $"resell/customers/{sam}", $"resell/customers/{sam}/take-back",
            $"resell/customers/{sam}/reseller", "resell/prices", "resell/brand"));
        Leave(browser);
        signIn.SignInAs(Sam);
        wrong.AddRange(Walk("offer", "overview"));
        Leave(browser);
        signIn.SignInAs(Owner);
        wrong.AddRange(Walk($"admin/customers/{rita}/reseller", $"admin/customers/{sam}", $"admin/customers?seller={rita}"));

        Assert.AreEqual("", string.Join('\n', wrong));

        IEnumerable<string> Walk(params string[] pages)
        {
            foreach (string page in pages)
            {
                foreach (string found in PageInspection.Walk(browser, [$"/{page}"]))
                    yield return found;
                if (Environment.GetEnvironmentVariable(ScreenshotsVariable) is { Length: > 0 } folder)
                    browser.Driver.GetScreenshot().SaveAsFile(Path.Combine(folder,
                        $"{NotInNames().Replace(page, "-")}-{screen}-{(dark ? "dark" : "light")}.png".ToLowerInvariant()));
            }
        }
    }

    private static void Leave(BrowserSession browser)
    {
        browser.Open("/security");
        browser.Driver.Manage().Cookies.DeleteCookieNamed("atlantic-session");
    }

    private static async Task FillAsync(RunningAppliance appliance)
    {
        await appliance.CliAsync(["setup", "brand", "Tradewind"]);
        await appliance.CliAsync(["setup", "host", "portal.example.test", "--no-certificate"]);
        await appliance.CliAsync(["admin", "create", Owner, "--role", "owner", "--password-stdin"], RunningPortal.Password);
        await appliance.CliAsync(["mail", "set", "--host", "127.0.0.1", "--port", "9", "--security", "none", "--sender",
            "mail@example.test"]);
        await appliance.CliAsync(["provider", "add", "own", "--endpoint", "direct://"]);
        await appliance.CliAsync(["plan", "add", "wholesale", "--kind", "subscription", "--price", "10", "--currency", "USD",
            "--included-gb", "5"]);
        await appliance.CliAsync(["customer", "add", Rita, "--name", "Rita", "--plan", "wholesale", "--password-stdin"],
            RunningPortal.Password);
    }

    private static async Task<(long Rita, long Sam)> FillAsync(RunningPortal portal)
    {
        await portal.AddStaffAsync(Owner, Roles.Owner);
        await portal.UseAsync((SetMail set) => set.ExecuteAsync(
            new(new MailSettings("127.0.0.1", 9, MailSecurity.None, "", "mail@example.test")), default));
        await portal.UseAsync((SetHost set) => set.ExecuteAsync(new("portal.example.test", null, false), default));
        long plan = (await portal.UseAsync((CreatePlan create) => create.ExecuteAsync(
            new("Wholesale", PlanKind.Subscription, 1000, "USD", 50 * Gb), default))).Value.Id;
        long rita = (await portal.UseAsync((CreateCustomer create) => create.ExecuteAsync(
            new(Rita, "Rita", plan, RunningPortal.Password), default))).Value.Id;
        await portal.UseAsync((SetReseller set) => set.ExecuteAsync(new(Scope.Staff, rita, true, 200, "USD"), default));
        long sam = (await portal.UseAsync((CreateCustomer create) => create.ExecuteAsync(
            new(Sam, "Sam of the very long company name in Hamburg", Password: RunningPortal.Password, SellerId: rita),
            default))).Value.Id;
        await portal.UseAsync((CreateCustomer create) =>
            create.ExecuteAsync(new("sub@test.example", "Sub Reseller", SellerId: rita), default));
        await portal.UseAsync((SellTraffic sell) => sell.ExecuteAsync(new(Scope.Staff, sam, 12 * Gb), default));
        await portal.UseAsync((SetResalePrice set) => set.ExecuteAsync(new(rita, 10 * Gb, 4000), default));
        await portal.UseAsync((SetResalePrice set) => set.ExecuteAsync(new(rita, 100 * Gb, 30_000), default));
        return (rita, sam);
    }

    private static async Task<ProxyCredentials> RotatedAsync(RunningAppliance appliance, string name)
    {
        var rotated = await appliance.CliAsync(["proxy-user", "rotate", name]);
        var user = new ProxyCredentials(name, rotated.GetProperty("password").GetString()!);
        await Poll.UntilAsync(async () => !(await ProxyClient.ConnectAsync(appliance, user, "no-such-name.test:1"))
            .Contains(" 407 ", StringComparison.Ordinal));
        return user;
    }

    private static async Task DownloadAsync(RunningAppliance appliance, ProxyCredentials user, long bytes)
    {
        using var tunnel = await ProxyClient.OpenTunnelAsync(
            appliance, user, $"127.0.0.1:{SharedAppliance.Origin.Port}");
        await tunnel.SendAsync($"GET /bytes/{bytes} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        var buffer = new byte[256 * 1024];
        long total = 0;
        for (int read; total < bytes && (read = await tunnel.ReadSomeAsync(buffer)) > 0;)
            total += read;
        Assert.IsGreaterThanOrEqualTo(bytes, total);
    }

    private static Task<long> UsedAsync(RunningAppliance appliance) =>
        ScalarAsync<long>(appliance, "select coalesce(sum(used), 0)::bigint from grants where origin = 'resale'");

    private static async Task<T> ScalarAsync<T>(RunningAppliance appliance, string sql)
    {
        await using var database = appliance.OpenDatabase();
        await using NpgsqlCommand command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    [GeneratedRegex(@"/invitation\?token=\w+")]
    private static partial Regex Link();

    [GeneratedRegex("[^a-z]+")]
    private static partial Regex NotInNames();
}

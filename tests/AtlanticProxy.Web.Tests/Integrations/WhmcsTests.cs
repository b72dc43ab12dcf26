using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Testing.Network;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Integrations;

/// <summary>Each function of the WHMCS module, run by PHP, against a portal.</summary>
[TestClass]
public sealed class WhmcsTests
{
    private static SeededPortal s_portal = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => s_portal = await SeededPortal.StartAsync();

    [ClassCleanup]
    public static ValueTask StopAsync() => s_portal.Portal.DisposeAsync();

    [TestMethod]
    public async Task CreateAccount_Repeated_IsTheSameAccount()
    {
        var shop = await WhmcsShop.StartAsync(s_portal);

        await shop.SucceedsAsync("CreateAccount");
        var first = shop.Properties.DeepClone();
        Assert.AreEqual($"whmcs{shop.ServiceId}", shop["username"]);
        Assert.AreEqual(shop["password"], await SecretOfAsync(shop));
        await shop.SucceedsAsync("CreateAccount");
        Assert.IsTrue(JsonNode.DeepEquals(first, shop.Properties), "nothing is made anew");

        shop.Forget();
        await shop.SucceedsAsync("CreateAccount");
        Assert.AreEqual($"{first["AtlanticProxy customer"]}", shop["AtlanticProxy customer"]);
        Assert.AreEqual(shop["password"], await SecretOfAsync(shop));
        Assert.AreEqual(1L, await CountAsync(shop));
        Assert.IsFalse(
            shop.Log.Any(line => line.Contains(shop["password"], StringComparison.Ordinal)), "the log has the password");
    }

    [TestMethod]
    public async Task CreateAccount_HalfDone_IsGoneOnWith()
    {
        var shop = await WhmcsShop.StartAsync(s_portal);
        shop.ConfigOptions["configoption1"] = "No such plan";
        Assert.Contains("has no plan 'No such plan'", $"{await shop.CallAsync("CreateAccount")}");
        shop.Forget();
        shop.ConfigOptions.Remove("configoption1");

        await shop.SucceedsAsync("CreateAccount");

        Assert.AreEqual(1L, await CountAsync(shop));
    }

    [TestMethod]
    public async Task CreateAccount_OfAClientWithTwoServices_IsACustomerEach()
    {
        var (one, two) = (await WhmcsShop.StartAsync(s_portal), await WhmcsShop.StartAsync(s_portal));
        two.Email = one.Email.ToUpperInvariant();
        await one.SucceedsAsync("CreateAccount");

        await two.SucceedsAsync("CreateAccount");

        Assert.AreNotEqual(one["AtlanticProxy customer"], two["AtlanticProxy customer"]);
        Assert.AreEqual($"buyer{one.ServiceId}+s{two.ServiceId}@shop.example", (await CustomerOfAsync(two)).Email);
        two.Forget();
        await two.SucceedsAsync("CreateAccount");
        Assert.AreEqual($"buyer{one.ServiceId}+s{two.ServiceId}@shop.example", (await CustomerOfAsync(two)).Email);
    }

    [TestMethod]
    public async Task CreateAccount_WhereSomebodyTookTheName_TakesNothingOfTheirs()
    {
        var shop = await WhmcsShop.StartAsync(s_portal);
        var other = await s_portal.AddCustomerAsync();
        await s_portal.Portal.UseAsync<CreateProxyUser, Result<ProxyUserCredentials>>(
            create => create.ExecuteAsync(new(Scope.Staff, other.Id, $"whmcs{shop.ServiceId}"), default));

        Assert.Contains("belongs to another customer", $"{await shop.CallAsync("CreateAccount")}");

        Assert.AreEqual("", shop["password"]);
        shop.ConfigOptions["serverusername"] = "My-Shop";
        await shop.SucceedsAsync("CreateAccount");
        Assert.AreEqual($"myshop{shop.ServiceId}", shop["username"]);
    }

    [TestMethod]
    public async Task CreateAccount_AfterTermination_IsANewOne()
    {
        var shop = await WhmcsShop.StartAsync(s_portal);
        await shop.SucceedsAsync("CreateAccount");
        string first = shop["AtlanticProxy customer"];
        await shop.SucceedsAsync("TerminateAccount");
        await shop.SucceedsAsync("TerminateAccount");
        Assert.AreEqual(0L, await CountAsync(shop));

        await shop.SucceedsAsync("CreateAccount");

        Assert.AreNotEqual(first, shop["AtlanticProxy customer"]);
        Assert.AreEqual(shop["password"], await SecretOfAsync(shop));
    }

    [TestMethod]
    public async Task Suspend_Unsuspend_ChangePassword_DoWhatTheySay()
    {
        var shop = await WhmcsShop.StartAsync(s_portal);
        await shop.SucceedsAsync("CreateAccount");

        await shop.SucceedsAsync("SuspendAccount");
        Assert.AreEqual(CustomerState.Suspended, (await CustomerOfAsync(shop)).State);
        await shop.SucceedsAsync("UnsuspendAccount");
        Assert.AreEqual(CustomerState.Active, (await CustomerOfAsync(shop)).State);
        string before = shop["password"];
        await shop.SucceedsAsync("ChangePassword");
        Assert.AreNotEqual(before, shop["password"]);
        Assert.AreEqual(shop["password"], await SecretOfAsync(shop));
    }

    [TestMethod]
    public async Task PlanAndTraffic_AreGiven_Renewed_AndChanged()
    {
        var shop = await WhmcsShop.StartAsync(s_portal);
        var plans = new List<PlanSummary>();
        foreach (string name in new[] { "Whmcs small", "Whmcs large" })
            plans.Add(await AddPlanAsync(name));
        var offered = (await shop.CallAsync("LoadPlans"))!.AsObject();
        Assert.AreEqual("Whmcs small", $"{offered[$"pln_{plans[0].Id}"]}");
        shop.ConfigOptions["configoption1"] = $"pln_{plans[0].Id}";
        (shop.ConfigOptions["configoption2"], shop.NextDueDate) = ("2.5", "2026-12-30");

        await shop.SucceedsAsync("CreateAccount");
        Assert.AreEqual(("Whmcs small", 2_500_000_000L), (await CustomerOfAsync(shop)).PlanName is var plan
            ? (plan, await GrantedAsync(shop)) : default);
        await shop.SucceedsAsync("CreateAccount");
        Assert.AreEqual(2_500_000_000L, await GrantedAsync(shop));
        await shop.SucceedsAsync("Renew");
        await shop.SucceedsAsync("Renew");
        Assert.AreEqual(5_000_000_000L, await GrantedAsync(shop), "once for a due date");
        shop.NextDueDate = "2027-01-30";
        await shop.SucceedsAsync("Renew");
        Assert.AreEqual(7_500_000_000L, await GrantedAsync(shop));

        shop.ConfigOptions["configoptions"] = new JsonObject { ["Plan"] = "whmcs LARGE", ["Traffic (GB)"] = "10" };
        await shop.SucceedsAsync("ChangePackage");
        Assert.AreEqual(("Whmcs large", 15_000_000_000L),
            ((await CustomerOfAsync(shop)).PlanName, await GrantedAsync(shop)));
        await shop.SucceedsAsync("ChangePackage");
        Assert.AreEqual(15_000_000_000L, await GrantedAsync(shop));
        await shop.SucceedsAsync("CreateAccount");
        Assert.AreEqual(15_000_000_000L, await GrantedAsync(shop), "what was given once is not given at a repair");
        foreach (string gigabytes in new[] { "4", "10", "4", "10" })
        {
            shop.ConfigOptions["configoptions"] = new JsonObject
            {
                ["Plan"] = "whmcs LARGE", ["Traffic (GB)"] = gigabytes,
            };
            await shop.SucceedsAsync("ChangePackage");
        }
        Assert.AreEqual(27_000_000_000L, await GrantedAsync(shop), "each time that it is more");
    }

    [TestMethod]
    public async Task TwoShops_OfOnePrefix_TouchNothingOfEachOther()
    {
        var first = await WhmcsShop.StartAsync(s_portal);
        await first.SucceedsAsync("CreateAccount");
        string secret = await SecretOfAsync(first);
        var second = await first.InAnotherShopAsync();
        second.Email = first.Email;

        Assert.Contains("belongs to another customer", $"{await second.CallAsync("CreateAccount")}");
        Assert.Contains("run Create", $"{await second.CallAsync("ChangePassword")}");

        Assert.AreNotEqual(first["AtlanticProxy customer"], second["AtlanticProxy customer"]);
        Assert.AreEqual(secret, await SecretOfAsync(first));
    }

    [TestMethod]
    public async Task UsageUpdate_WritesMegabytes_AndPassesOverWhatFails()
    {
        var shop = await WhmcsShop.StartAsync(s_portal);
        shop.ConfigOptions["configoption1"] = $"pln_{(await AddPlanAsync("Whmcs counted")).Id}";
        shop.ConfigOptions["configoption2"] = "3";
        await shop.SucceedsAsync("CreateAccount");
        await s_portal.Portal.Database.ExecuteAsync($"""
            insert into usage_hourly (proxy_user_id, provider_id, country, hour, bytes_up, bytes_down, connections)
            select id, 1, '', date_trunc('hour', now()), 1000000, 6999999, 3 from proxy_users where name = '{shop["username"]}'
            """);
        shop.Hosting = new JsonArray(
            Row(1, "nobodyhasthis", 3, "Active"), Row(shop.ServiceId, shop["username"], 3, "Suspended"),
            Row(2, shop["username"], 4, "Active"), Row(4, shop["username"], 3, "Terminated"));

        Assert.IsNull(await shop.CallAsync("UsageUpdate"));

        Assert.IsNull(shop.Hosting[0]!["bwlimit"]);
        Assert.AreEqual(("7", "3007"), ($"{shop.Hosting[1]!["bwusage"]}", $"{shop.Hosting[1]!["bwlimit"]}"));
        Assert.IsNull(shop.Hosting[2]!["bwlimit"], "another server's");
        Assert.IsTrue(shop.Log.Any(line => line.Contains("UsageUpdate service 1", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task SingleSignOn_LeadsIntoTheCustomersPortal()
    {
        var shop = await WhmcsShop.StartAsync(s_portal);
        await shop.SucceedsAsync("CreateAccount");

        var answer = (await shop.CallAsync("ServiceSingleSignOn"))!;

        Assert.IsTrue(answer["success"]!.GetValue<bool>(), $"{answer}");
        string link = answer["redirectTo"]!.GetValue<string>();
        Assert.Contains("/sign-in/link?token=", link);
        Assert.IsFalse(shop.Log.Any(line => line.Contains(link, StringComparison.Ordinal)), "the log has the link");
        using var browser = s_portal.Anyone();
        Assert.Contains($"This link signs you in as {shop.Email}.", (await browser.GetAsync(new Uri(link).PathAndQuery)).Text);
        Assert.AreEqual("/", (await browser.PostAsync(
            "/sign-in/link", new() { ["Token"] = link.Split("token=")[1] })).Location);
        Assert.Contains(shop["username"], (await browser.GetAsync("/credentials")).Text);
    }

    [TestMethod]
    public async Task ClientArea_ShowsHowToConnect_AndWhatIsLeft()
    {
        var shop = await WhmcsShop.StartAsync(s_portal);
        shop.ConfigOptions["configoption1"] = $"pln_{(await AddPlanAsync("Whmcs shown")).Id}";
        (shop.ConfigOptions["configoption2"], shop.ConfigOptions["configoption3"]) = ("2", "proxy.example.com:9000");
        await shop.SucceedsAsync("CreateAccount");

        var area = (await shop.CallAsync("ClientArea"))!;

        var shown = area["templateVariables"]!;
        Assert.AreEqual("templates/overview.tpl", $"{area["tabOverviewReplacementTemplate"]}");
        Assert.AreEqual(("proxy.example.com", "9000", shop["username"], shop["password"]),
            ($"{shown["host"]}", $"{shown["port"]}", $"{shown["proxyUsername"]}", $"{shown["proxyPassword"]}"));
        Assert.AreEqual(("0.00 GB", "2.00 GB", ""), ($"{shown["used"]}", $"{shown["left"]}", $"{shown["fault"]}"));
        shop.Server = ("127.0.0.1", "1", "ap_wrong");
        Assert.Contains("cannot be asked", $"{(await shop.CallAsync("ClientArea"))!["templateVariables"]!["fault"]}");
    }

    [TestMethod]
    public async Task MetaData_And_ConfigOptions_AreThere()
    {
        var shop = await WhmcsShop.StartAsync(s_portal);

        Assert.AreEqual("AtlanticProxy", $"{(await shop.CallAsync("MetaData"))!["DisplayName"]}");
        Assert.AreEqual("atlanticproxy_LoadPlans", $"{(await shop.CallAsync("ConfigOptions"))!["Plan"]!["Loader"]}");
    }

    [TestMethod]
    public async Task TestConnection_SaysWhatIsWrong()
    {
        var shop = await WhmcsShop.StartAsync(s_portal);
        Assert.IsTrue((await shop.CallAsync("TestConnection"))!["success"]!.GetValue<bool>());
        Assert.AreEqual("The token lacks customers:sign_in.",
            $"{(await (await WhmcsShop.StartAsync(s_portal, "customers:sign_in")).CallAsync("TestConnection"))!["error"]}");
        await shop.SucceedsAsync("CreateAccount");
        string[] functions = ["CreateAccount", "SuspendAccount", "UnsuspendAccount", "TerminateAccount", "ChangePackage",
            "ChangePassword", "Renew"];
        foreach (var (server, words) in new[]
        {
            (("127.0.0.1", "1", "ap_wrong"), "cannot be reached"),
            ((s_portal.Portal.Address.Host, $"{s_portal.Portal.Address.Port}", "ap_wrong"), "incomplete or mistyped"),
            (("", "", "ap_wrong"), "Set the host name"),
        })
        {
            shop.Server = server;
            var test = (await shop.CallAsync("TestConnection"))!;
            Assert.IsFalse(test["success"]!.GetValue<bool>());
            Assert.Contains(words, $"{test["error"]}");
            foreach (string function in functions)
                Assert.Contains(words, $"{await shop.CallAsync(function)}", function);
            Assert.Contains(words, $"{(await shop.CallAsync("ServiceSingleSignOn"))!["errorMsg"]}");
        }
    }

    [TestMethod]
    public async Task Service_WithoutAnAccount_IsToldToCreateOne()
    {
        var shop = await WhmcsShop.StartAsync(s_portal);

        foreach (string function in new[] { "SuspendAccount", "UnsuspendAccount", "ChangePackage", "ChangePassword", "Renew" })
            Assert.Contains("run Create", $"{await shop.CallAsync(function)}", function);
        await shop.SucceedsAsync("TerminateAccount");
    }

    [TestMethod]
    public async Task CustomersToken_IsRefused()
    {
        var shop = await WhmcsShop.StartAsync(s_portal);
        string token = (await Api.ApiClient.TokenAsync(
            s_portal, (await s_portal.AddCustomerAsync()).Email, Api.ApiClient.CustomerScopes)).Token;
        shop.Server = (s_portal.Portal.Address.Host, $"{s_portal.Portal.Address.Port}", token);

        Assert.AreEqual("Use a token of your staff, not of a customer.", $"{(await shop.CallAsync("TestConnection"))!["error"]}");
        Assert.Contains("lacks the scope", $"{await shop.CallAsync("CreateAccount")}");
    }

    [TestMethod]
    public async Task Files_AreCleanPhp()
    {
        string folder = Path.Combine(Testing.Checkout.Root, "integrations", "whmcs");
        foreach (string file in Directory.EnumerateFiles(folder, "*.php", SearchOption.AllDirectories))
            Assert.AreEqual(0, (await Tool.RunAsync("php", "-l", file)).ExitCode, file);
    }

    private static async Task<PlanSummary> AddPlanAsync(string name) =>
        (await s_portal.Portal.UseAsync<CreatePlan, Result<PlanSummary>>(create => create.ExecuteAsync(
            new(name, PlanKind.PerGb, 100, "USD", null, null, ["country"]), default))).Value;

    private static JsonObject Row(int id, string username, int server, string status) =>
        new() { ["id"] = id, ["username"] = username, ["server"] = server, ["domainstatus"] = status };

    private static long IdOf(WhmcsShop shop) => long.Parse(shop["AtlanticProxy customer"]["cus_".Length..], null);

    private static async Task<CustomerSummary> CustomerOfAsync(WhmcsShop shop) =>
        (await s_portal.Portal.UseAsync((CustomerQueries queries) => queries.FindAsync(Scope.Staff, IdOf(shop), default))).Value;

    private static Task<long> CountAsync(WhmcsShop shop) => s_portal.Portal.Database.ScalarAsync<long>(
        $"select count(*) from customers where email like 'buyer{shop.ServiceId}%' and deleted_at is null");

    private static Task<long> GrantedAsync(WhmcsShop shop) => s_portal.Portal.Database.ScalarAsync<long>(
        $"select coalesce(sum(amount), 0)::bigint from grants where customer_id = {IdOf(shop)}");

    private static async Task<string> SecretOfAsync(WhmcsShop shop) =>
        (await s_portal.Portal.UseAsync(async (RevealProxyUserSecret reveal) => await reveal.ExecuteAsync(
            new(Scope.Staff, await s_portal.Portal.Database.ScalarAsync<long>(
                $"select id from proxy_users where name = '{shop["username"]}' and deleted_at is null")), default))).Value.Secret;
}

using System.Text.Json;
using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using AtlanticProxy.Web.Tests.Api;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Integrations;

/// <summary>A WHMCS with one service of the module, as <c>whmcs.php</c> stands in for one.</summary>
internal sealed class WhmcsShop(SeededPortal portal, string token, int service)
{
    private static readonly string Module = Path.Combine(
        Checkout.Root, "integrations", "whmcs", "modules", "servers", "atlanticproxy", "atlanticproxy.php");

    private static readonly string Harness = Path.Combine(
        Checkout.Root, "tests", "AtlanticProxy.Web.Tests", "Integrations", "whmcs.php");

    private static int s_services = Environment.ProcessId % 1000 * 100;

    /// <summary>What the service has stored: username and password, too.</summary>
    public JsonObject Properties { get; private set; } = [];

    public JsonArray Hosting { get; set; } = [];

    /// <summary>Of all calls.</summary>
    public List<string> Log { get; } = [];

    public int ServiceId => service;

    public string Email { get; set; } = $"buyer{service}@shop.example";

    public JsonObject ConfigOptions { get; } = [];

    public string? NextDueDate { get; set; }

    /// <summary>A server that is not there, or a wrong token.</summary>
    public (string Host, string Port, string Token)? Server { get; set; }

    public string this[string property] => Properties[property]?.GetValue<string>() ?? "";

    public static async Task<WhmcsShop> StartAsync(SeededPortal portal, params string[] withoutScopes) => new(
        portal,
        (await ApiClient.TokenAsync(
            portal, SeededPortal.Owner, [.. ApiClient.AllScopes.Except(withoutScopes)])).Token,
        Interlocked.Increment(ref s_services));

    /// <summary>A service of the same number in another WHMCS, which has a token of its own.</summary>
    public async Task<WhmcsShop> InAnotherShopAsync() => new(
        portal, (await ApiClient.TokenAsync(portal, SeededPortal.Owner, ApiClient.AllScopes)).Token, service);

    /// <summary>Forgets what the service has stored, as after a call whose end WHMCS did not see.</summary>
    public void Forget() => Properties = [];

    /// <summary>Calls a function of the module; answers what it answers.</summary>
    public async Task<JsonNode?> CallAsync(string function)
    {
        var server = Server ?? (portal.Portal.Address.Host, $"{portal.Portal.Address.Port}", token);
        var options = new JsonObject
        {
            ["serviceid"] = service, ["serverid"] = 3, ["serverhostname"] = server.Host, ["serverport"] = server.Port,
            ["serverhttpprefix"] = "http", ["serveraccesshash"] = server.Token, ["serverusername"] = "",
            ["clientsdetails"] = new JsonObject
            {
                ["email"] = Email, ["firstname"] = "Ann", ["lastname"] = "Lee", ["companyname"] = "",
            },
        };
        foreach (var (name, value) in ConfigOptions)
            options[name] = value?.DeepClone();
        var asked = new JsonObject
        {
            ["module"] = Module, ["function"] = function, ["params"] = options, ["properties"] = Properties.DeepClone(),
            ["hosting"] = Hosting.DeepClone(), ["nextDueDate"] = NextDueDate,
        };
        var ran = await Tool.RunAsync("php", ["-d", "display_errors=stderr", "-d", "error_reporting=-1", Harness],
            JsonSerializer.SerializeToUtf8Bytes(asked));
        Assert.AreEqual((0, ""), (ran.ExitCode, ran.Errors), ran.Text);
        var answer = JsonNode.Parse(ran.Text)!;
        Properties = answer["properties"]!.DeepClone().AsObject();
        Hosting = answer["hosting"]!.DeepClone().AsArray();
        Log.AddRange(answer["log"]!.AsArray().Select(line => line!.GetValue<string>()));
        Assert.IsFalse(Log.Any(line => line.Contains(server.Token, StringComparison.Ordinal)), "the log has the token");
        return answer["result"];
    }

    /// <summary>It answers success.</summary>
    public async Task SucceedsAsync(string function) =>
        Assert.AreEqual("success", (await CallAsync(function))!.GetValue<string>(), function);
}

using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.RealClients;

/// <summary>Lists as tools fetch them, and proxies as they stand there.</summary>
[TestClass]
public sealed partial class ListTests
{
    [TestMethod]
    public async Task List_FetchedByCurl_HasProxiesThatKeepTheirExits()
    {
        string link = await MakeLinkAsync(SharedAppliance.Demo) + ".txt";

        string[] first = await LinesAsync($"{link}?format=url&count=2&ttl=10&country=de");
        string[] again = await LinesAsync($"{link}?format=url&count=2&ttl=10&country=de");

        Assert.HasCount(2, first);
        var exits = new List<string>();
        foreach (string proxy in first.Concat(again))
        {
            var shown = JsonSerializer.Deserialize<JsonElement>((await Tool.CurlAsync("-x", proxy, "http://exit.test/")).Text);
            Assert.AreEqual("DE", shown.GetProperty("country").GetString());
            exits.Add(shown.GetProperty("exit").GetString()!);
        }
        Assert.AreEqual((exits[0], exits[1]), (exits[2], exits[3]), "the second fetch has the same sessions");
        Assert.AreNotEqual(exits[0], exits[1]);
    }

    [TestMethod]
    public async Task Subscription_Server_LetsAShadowsocksClientIn()
    {
        await using var appliance = await RunningAppliance.StartDemoAsync("--Engine:Shadowsocks:0", "127.0.0.1:0");
        await appliance.CliAsync(
            ["proxy-user", "shadowsocks", "add", appliance.Ready.ProxyUser!.Username, "--targeting", "country-de"]);

        var fetched = await Tool.CurlAsync("-f", await MakeLinkAsync(appliance) + ".sip008.json");

        var server = JsonSerializer.Deserialize<JsonElement>(fetched.Text).GetProperty("servers")[0];
        var address = IPAddress.Parse(server.GetProperty("server").GetString()!);
        using var local = await SsLocal.StartAsync(new IPEndPoint(address, server.GetProperty("server_port").GetInt32()),
            server.GetProperty("method").GetString()!, server.GetProperty("password").GetString()!);
        var shown = await Tool.CurlAsync("-x", $"socks5h://{local.Endpoint}", "http://exit.test/");
        Assert.Contains("\"country\":\"DE\"", shown.Text.Replace(" ", "", StringComparison.Ordinal), $"{shown}");
    }

    /// <summary>Of the demo's proxy user, on the customer's page; without its end.</summary>
    private static async Task<string> MakeLinkAsync(RunningAppliance appliance)
    {
        using var session = await PortalSession.SignInAsync(
            new Uri(appliance.Ready.Portal), appliance.Ready.Customer!.Email, appliance.Ready.Customer.Password);
        string user = UserId().Match(await session.GetAsync("/credentials")).Groups[1].Value;
        string page = $"/credentials/{user}/list";
        return Link().Match(await session.PressAsync(page, page)).Value;
    }

    private static async Task<string[]> LinesAsync(string link)
    {
        var fetched = await Tool.CurlAsync("-f", link);
        Assert.AreEqual(0, fetched.ExitCode, $"{fetched}");
        return fetched.Text.TrimEnd('\n').Split('\n');
    }

    [GeneratedRegex("id=\"user-(\\d+)\"")]
    private static partial Regex UserId();

    [GeneratedRegex("http://[^<\\s]+/lists/apl_[A-Za-z0-9]{38}(?=\\.txt)")]
    private static partial Regex Link();
}

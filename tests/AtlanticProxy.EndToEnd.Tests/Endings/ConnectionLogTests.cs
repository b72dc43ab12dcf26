using System.Text.Json;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Endings;

/// <summary>What support sees of connections that curl made through the running appliance.</summary>
[TestClass]
public sealed class ConnectionLogTests
{
    private const string Name = "logged";

    [TestMethod]
    public async Task Connections_OfAProxyUser_AreShownWithBytesAndReasons()
    {
        var demo = SharedAppliance.Demo;
        var user = await demo.AddProxyUserAsync(demo.Ready.Customer!.Email, Name);
        string origin = $"http://127.0.0.1:{SharedAppliance.Origin.Port}/bytes/5000";

        Assert.AreEqual("200", await StatusAsync(user, origin));
        Assert.AreEqual("400", await StatusAsync(user with { Username = $"{Name}-countri-us" }, origin));
        Assert.AreEqual("407", await StatusAsync(user with { Password = "wrong" }, origin));

        await Poll.UntilAsync(async () => (await LastAsync("--outcome", "CredentialsWrong")).Count > 0);
        var served = Assert.ContainsSingle(await LastAsync("--outcome", "Completed"));
        Assert.AreEqual(("127.0.0.1", SharedAppliance.Origin.Port, false),
            (served.GetProperty("host").GetString(), served.GetProperty("port").GetInt32(),
                served.GetProperty("refused").GetBoolean()));
        Assert.IsGreaterThan(5000, served.GetProperty("bytesDown").GetInt64());
        Assert.AreEqual("127.0.0.1", served.GetProperty("clientAddress").GetString());
        Assert.IsFalse(string.IsNullOrEmpty(served.GetProperty("provider").GetString()));
        var refused = Assert.ContainsSingle(await LastAsync("--outcome", "UnknownTarget"));
        StringAssert.Contains(refused.GetProperty("detail").GetString(), "did you mean country?");
        StringAssert.Contains(refused.GetProperty("reason").GetString(), "targeting token");
        Assert.IsTrue((await LastAsync("--refused")).All(row => row.GetProperty("refused").GetBoolean()));
    }

    private static async Task<IReadOnlyList<JsonElement>> LastAsync(params string[] options) =>
        [.. (await SharedAppliance.Demo.CliAsync(["connections", Name, .. options])).EnumerateArray()];

    private static async Task<string> StatusAsync(ProxyCredentials user, string url)
    {
        var curl = await Tool.RunAsync("curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--proxy",
            SharedAppliance.Demo.ProxyFor(user), url);
        return curl.Text;
    }
}

using System.Text;
using System.Text.Json;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Simulator.Tests;

[TestClass]
public sealed class SiteTests : SimulatorTest
{
    [TestMethod]
    [DataRow("http"), DataRow("socks5h")]
    public async Task Pages_OverHttps_ShowTheExitAndAreBilledAsOnTheWire(string scheme)
    {
        var simulator = await StartAsync(WithAccount);

        string page = await CurlAsync(simulator, scheme, "https://exit.test/", "-k");
        string again = await CurlAsync(simulator, scheme, "https://exit.test/", "-k", "https://exit.test/"); // on one connection

        Assert.AreEqual("a1", JsonDocument.Parse(page).RootElement.GetProperty("session").GetString());
        Assert.AreEqual(page + page, again);
        Assert.IsGreaterThan(1000, simulator.Bill.BytesDown, "the certificate too");
    }

    [TestMethod]
    public async Task Pages_ToAClientThatDoesNotTrustTheirCertificate_EndInOrder()
    {
        var simulator = await StartAsync(WithAccount);

        StringAssert.Contains(await CurlAsync(simulator, "http", "https://exit.test/", "-S"), "certificate");
        await AtlanticProxy.Testing.Poll.UntilAsync(() => simulator.OpenConnections == 0);
    }

    [TestMethod]
    [DataRow(false, "502"), DataRow(true, "200")]
    public async Task RealSites_AreReachedWhenItIsToldTo(bool told, string status)
    {
        var simulator = await StartAsync(WithAccount with { ReachesRealSites = told });

        // "This host" (RFC 1122 section 3.2.1.3): no loopback address, so elsewhere to the simulator; the system leads it here.
        Assert.AreEqual(status, await CurlAsync(simulator, "http", $"http://0.0.0.0:{Origin.Port}/bytes/1",
            "-o", "/dev/null", "-w", "%{http_code}"));
    }

    private static async Task<string> CurlAsync(ProviderSimulator simulator, string scheme, string url, params string[] more)
    {
        var answer = await Tool.RunAsync("curl",
            ["-s", "--noproxy", "", "-x", $"{scheme}://{Username}-session-a1:{Password}@{simulator.Endpoint}", url, .. more]);
        return Encoding.UTF8.GetString(answer.Output) + answer.Errors;
    }
}

using System.Text;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.RealClients;

[TestClass]
public sealed class NcatTests
{
    [TestMethod]
    [DataRow("http")]
    [DataRow("socks5")]
    public async Task Ncat_ThroughTheProxy_CarriesBytesBothWays(string type)
    {
        var (demo, user) = (SharedAppliance.Demo, SharedAppliance.User);

        var result = await Tool.RunAsync(
            "ncat",
            ["--proxy", demo.Proxy.ToString(), "--proxy-type", type, "--proxy-auth", $"{user.Username}:{user.Password}",
                "--no-shutdown",
                "127.0.0.1", $"{SharedAppliance.Origin.Port}"],
            Encoding.ASCII.GetBytes("GET /bytes/5 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));

        StringAssert.StartsWith(Encoding.Latin1.GetString(result.Output), "HTTP/1.1 200 ");
        CollectionAssert.AreEqual(OriginServer.Bytes(5), result.Output[^5..]);
    }
}

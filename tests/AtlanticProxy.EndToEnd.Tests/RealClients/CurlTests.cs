using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.RealClients;

[TestClass]
public sealed class CurlTests
{
    private const int Size = 300_000;

    private static OriginServer Origin => SharedAppliance.Origin;

    private static string Http => SharedAppliance.Demo.ProxyFor(SharedAppliance.User);

    [TestMethod]
    [DataRow("http", "bytes", false, DisplayName = "-x http://, plain")]
    [DataRow("http", "chunked", false, DisplayName = "-x http://, plain, chunked")]
    [DataRow("http", "bytes", true, DisplayName = "-x http://, https origin")]
    [DataRow("socks5h", "bytes", false, DisplayName = "-x socks5h://")]
    [DataRow("socks5h", "bytes", true, DisplayName = "-x socks5h://, https origin")]
    [DataRow("socks5", "bytes", false, DisplayName = "-x socks5://")]
    public async Task Curl_ThroughTheProxy_GetsTheBytes(string scheme, string page, bool tls)
    {
        string path = $"/{page}/{Size}";
        var result = await Tool.CurlAsync(
            "-x", SharedAppliance.Demo.ProxyFor(SharedAppliance.User, scheme), "--cacert", Origin.CertificateFile,
            (tls ? Origin.Https(path) : Origin.Http(path)).ToString());

        ShouldBe(OriginServer.Bytes(Size), result);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Curl_Tunnelling_GetsTheBytes(bool tls)
    {
        var target = tls ? Origin.Https($"/bytes/{Size}") : Origin.Http($"/bytes/{Size}");

        ShouldBe(OriginServer.Bytes(Size),
            await Tool.CurlAsync("-p", "-x", Http, "--cacert", Origin.CertificateFile, target.ToString()));
    }

    [TestMethod]
    public async Task Curl_ProxyAnyAuth_LearnsThatItIsBasic() =>
        ShouldBe(OriginServer.Bytes(10),
            await Tool.CurlAsync("--proxy-anyauth", "-x", Http, Origin.Http("/bytes/10").ToString()));

    [TestMethod]
    [DataRow("Expect:", DisplayName = "sized")]
    [DataRow("Expect: 100-continue", DisplayName = "Expect: 100-continue")]
    [DataRow("Transfer-Encoding: chunked", DisplayName = "chunked")]
    public async Task Curl_Upload_IsEchoed(string header)
    {
        byte[] body = OriginServer.Bytes(2_000_000);

        var result = await Tool.RunAsync(
            "curl", ["-q", "-sS", "-x", Http, "-H", header, "--expect100-timeout", "30", "--data-binary", "@-",
                Origin.Http("/echo").ToString()], body);

        ShouldBe(body, result);
    }

    [TestMethod]
    public async Task Curl_Head_HasTheHeadersAndNoBody()
    {
        var result = await Tool.CurlAsync("-I", "-x", Http, Origin.Http("/bytes/12345").ToString());

        Assert.AreEqual(0, result.ExitCode, result.Errors);
        StringAssert.Contains(result.Text, "Content-Length: 12345");
    }

    [TestMethod]
    public async Task Curl_NoContent_Is204() =>
        Assert.AreEqual("204",
            (await Tool.CurlAsync("-w", "%{http_code}", "-x", Http, Origin.Http("/status/204").ToString())).Text);

    [TestMethod]
    public async Task Curl_ManyRequests_UseOneConnection()
    {
        const int Requests = 20;
        string[] targets = [.. Enumerable.Repeat(Origin.Http("/bytes/100").ToString(), Requests)];

        var result = await Tool.CurlAsync(["-w", "%{stderr}%{num_connects}\n", "-x", Http, .. targets]);

        ShouldBe([.. Enumerable.Repeat(OriginServer.Bytes(100), Requests).SelectMany(b => b)], result);
        Assert.AreEqual(1, result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(int.Parse), result.Errors);
    }

    [TestMethod]
    public async Task Curl_ExitPage_ShowsAnExitOfTheProvider()
    {
        var result = await Tool.CurlAsync("-x", Http, "http://exit.test/");

        StringAssert.Contains(result.Text, "\"exit\":");
    }

    [TestMethod]
    public async Task Curl_PlainRequest_ArrivesWithoutTheProxysHeaders()
    {
        var result = await Tool.CurlAsync("-x", Http, "-H", "X-Mine: 1", Origin.Http("/headers").ToString());

        StringAssert.Contains(result.Text, "X-Mine: 1");
        Assert.DoesNotContain("Proxy-", result.Text);
        Assert.DoesNotContain("Via", result.Text);
        Assert.DoesNotContain("Forwarded", result.Text);
    }

    private static void ShouldBe(byte[] expected, ToolResult result)
    {
        Assert.AreEqual(0, result.ExitCode, result.Errors);
        CollectionAssert.AreEqual(expected, result.Output);
    }
}

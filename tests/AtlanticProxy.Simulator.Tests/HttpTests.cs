using System.Net;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Simulator.Tests;

[TestClass]
public sealed class HttpTests : SimulatorTest
{
    [TestMethod]
    [DataRow("", DisplayName = "none")]
    [DataRow("acme:wrong", DisplayName = "wrong password")]
    [DataRow("acm:secret", DisplayName = "shorter name")]
    [DataRow("acmex:secret", DisplayName = "another name with the same beginning")]
    [DataRow("other:secret", DisplayName = "other name")]
    public async Task Request_WithoutRightCredentials_Is407OnAConnectionThatGoesOn(string credentials)
    {
        var simulator = await StartAsync(WithAccount);
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);
        string[] pair = credentials.Split(':');
        string header = pair.Length == 2 ? Basic(pair[0], pair[1]) : "";

        await client.SendAsync($"CONNECT 127.0.0.1:{Origin.Port} HTTP/1.1\r\nHost: x\r\n{header}\r\n");
        var (refusal, _) = await client.ReadResponseAsync();
        await client.SendAsync($"CONNECT 127.0.0.1:{Origin.Port} HTTP/1.1\r\nHost: x\r\n{Basic(Username, Password)}\r\n");

        StringAssert.StartsWith(refusal, "HTTP/1.1 407 ");
        StringAssert.Contains(refusal, "Proxy-Authenticate: Basic");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
    }

    [TestMethod]
    [DataRow("example.com:80")]
    [DataRow("8.8.8.8:53")]
    [DataRow("[2001:4860:4860::8888]:53")]
    [DataRow("10.0.0.1:80")]
    public async Task Connect_BeyondLoopback_Is502(string authority)
    {
        var simulator = await StartAsync();
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);

        await client.SendAsync($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n");

        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 502 ");
    }

    [TestMethod]
    public async Task Connect_ToDeadPort_Is502()
    {
        var simulator = await StartAsync();
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);
        using var dead = new RefusingPort();

        await client.SendAsync($"CONNECT {dead.Endpoint} HTTP/1.1\r\n\r\n");

        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 502 ");
    }

    [TestMethod]
    [DataRow("GET / HTTP/1.1\r\nHost: x\r\n\r\n", DisplayName = "origin form")]
    [DataRow("CONNECT nowhere HTTP/1.1\r\n\r\n", DisplayName = "no port")]
    [DataRow("CONNECT h:70000 HTTP/1.1\r\n\r\n", DisplayName = "no such port")]
    [DataRow("HELLO\r\n\r\n", DisplayName = "no request line")]
    public async Task Request_Malformed_Is400(string request)
    {
        var simulator = await StartAsync();
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);

        await client.SendAsync(request);

        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 400 ");
    }

    [TestMethod]
    public async Task Tunnel_WithHalfClosedClient_DeliversTheRest()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var simulator = await StartAsync();
        using var client = await TunnelAsync(simulator, ((IPEndPoint)listener.LocalEndpoint).Port);
        using var origin = await listener.AcceptTcpClientAsync();
        byte[] answer = OriginServer.Bytes(1_000_000);

        await client.SendAsync("question");
        client.FinishSending();
        string question = await new StreamReader(origin.GetStream()).ReadToEndAsync();
        var answering = origin.GetStream().WriteAsync(answer).AsTask();
        byte[] received = await client.ReadAsync(answer.Length);
        await answering;
        origin.Client.Shutdown(SocketShutdown.Send);

        Assert.AreEqual("question", question);
        CollectionAssert.AreEqual(answer, received);
        Assert.IsEmpty(await client.ReadToEndAsync());
    }

    [TestMethod]
    public async Task Curl_PlainAndTunnelled_HttpAndHttps_GetsTheBytes()
    {
        var simulator = await StartAsync(WithAccount);
        string proxy = $"http://acme-session-1:secret@{simulator.Endpoint}";
        byte[] expected = OriginServer.Bytes(300_000);

        var plain = await Tool.CurlAsync("-x", proxy, Origin.Http("/bytes/300000").ToString());
        var chunked = await Tool.CurlAsync("-x", proxy, Origin.Http("/chunked/300000").ToString());
        var tunnelled = await Tool.CurlAsync("-p", "-x", proxy, Origin.Http("/bytes/300000").ToString());
        var encrypted = await Tool.CurlAsync("-x", proxy, "--cacert", Origin.CertificateFile,
            Origin.Https("/bytes/300000").ToString());

        foreach (var result in new[] { plain, chunked, tunnelled, encrypted })
        {
            Assert.AreEqual(0, result.ExitCode, $"{result.Errors}");
            CollectionAssert.AreEqual(expected, result.Output);
        }
    }

    [TestMethod]
    public async Task Curl_Uploads_SizedChunkedAndWithExpect_AreEchoed()
    {
        var simulator = await StartAsync();
        string proxy = $"http://{simulator.Endpoint}", echo = Origin.Http("/echo").ToString();
        byte[] body = OriginServer.Bytes(2_000_000);
        string[] common = ["-q", "-sS", "-x", proxy, "--data-binary", "@-", echo];

        var sized = await Tool.RunAsync("curl", [.. common, "-H", "Expect:"], body);
        var chunked = await Tool.RunAsync("curl", [.. common, "-H", "Transfer-Encoding: chunked"], body);
        var expecting = await Tool.RunAsync("curl",
            [.. common, "-H", "Expect: 100-continue", "--expect100-timeout", "30", "-m", "20"], body);

        foreach (var result in new[] { sized, chunked, expecting })
        {
            Assert.AreEqual(0, result.ExitCode, result.Errors);
            CollectionAssert.AreEqual(body, result.Output);
        }
    }

    [TestMethod]
    public async Task KeptConnection_WithResponsesOfEveryFraming_StaysInStep()
    {
        var simulator = await StartAsync();
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);
        string at = $"http://127.0.0.1:{Origin.Port}";

        await client.SendAsync($"HEAD {at}/bytes/500 HTTP/1.1\r\nHost: x\r\n\r\n");
        StringAssert.Contains(await client.ReadHeadAsync(), "Content-Length: 500");
        await client.SendAsync($"GET {at}/status/204 HTTP/1.1\r\nHost: x\r\n\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 204 ");
        await client.SendAsync(
            $"POST {at}/sink HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nTrailer: 1\r\n\r\n");
        StringAssert.Contains(await client.ReadHeadAsync(), "chunked");
        Assert.AreEqual("1\r\n5\r\n0\r\n\r\n", Encoding.ASCII.GetString(await client.ReadAsync(11)));
        await client.SendAsync($"GET {at}/bytes/3 HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.AreEqual(3, (await client.ReadResponseAsync()).Body.Length);
        Assert.AreEqual(1, simulator.Accepted);
    }

    [TestMethod]
    public async Task Forwarding_RemovesWhatIsForTheProxy()
    {
        var simulator = await StartAsync(WithAccount);
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);

        await client.SendAsync(
            $"GET http://127.0.0.1:{Origin.Port}/headers HTTP/1.1\r\nHost: x\r\n{Basic(Username, Password)}"
            + "Proxy-Connection: close\r\nConnection: X-Mine\r\nX-Mine: 1\r\nX-Kept: 2\r\n\r\n");
        string seen = await client.ReadTextUntilClosedAsync();

        StringAssert.Contains(seen, "X-Kept: 2");
        Assert.DoesNotContain("Proxy-", seen);
        Assert.DoesNotContain("X-Mine", seen);
    }

    [TestMethod]
    public async Task WebSocket_ThroughUpgrade_Echoes()
    {
        var simulator = await StartAsync();
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);

        await client.SendAsync(
            $"GET http://127.0.0.1:{Origin.Port}/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 101 ");
        // "Hello" in a masked text frame (RFC 6455 section 5.7), and the same unmasked.
        await client.SendAsync([0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]);

        CollectionAssert.AreEqual(new byte[] { 0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f }, await client.ReadAsync(7));
    }
}

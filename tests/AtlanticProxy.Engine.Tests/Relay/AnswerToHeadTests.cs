using System.Net;
using System.Text;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Relay;

/// <summary>
/// Whoever answers HEAD, this proxy or an origin, sends a head and nothing else: what follows it is the next answer.
/// </summary>
[TestClass]
public sealed class AnswerToHeadTests
{
    private static readonly string Basic = EngineUnderTest.BasicHeader();

    [TestMethod]
    [DataRow("http://127.0.0.1:1/", "", "407", DisplayName = "no credentials")]
    [DataRow("http://10.0.0.1/", "{auth}", "403", DisplayName = "forbidden destination")]
    [DataRow("http://127.0.0.1:1/", "{auth}", "502", DisplayName = "nobody there")]
    [DataRow("http://127.0.0.1:1/", "Proxy-Authorization: Basic YWxpY2U6d3Jvbmc=\r\n", "407", DisplayName = "wrong password")]
    public async Task Refusal_OnAConnectionThatIsKept_IsAHeadAlone(string target, string fields, string status)
    {
        await using var engine = EngineUnderTest.Start(time: new SetTime(flows: true));
        using var client = await engine.ConnectAsync();
        string request = $"HEAD {target} HTTP/1.1\r\nHost: x\r\n{fields.Replace("{auth}", Basic, StringComparison.Ordinal)}\r\n";
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync(request);
            string head = await client.ReadHeadAsync();
            StringAssert.StartsWith(head, $"HTTP/1.1 {status} ");
            StringAssert.Contains(head, "\r\nProxy-Status: ");
        }
        await client.SendAsync(request.Replace("HEAD ", "GET ", StringComparison.Ordinal));
        var (_, body) = await client.ReadResponseAsync();
        Assert.IsGreaterThan(0, body.Length, "to GET, it says why");
    }

    [TestMethod]
    [DataRow("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", "400", DisplayName = "origin form")]
    [DataRow("\r\nHEAD http://127.0.0.1:1/ HTTP/1.1\r\nBad Name: x\r\n\r\n", "400", DisplayName =
        "malformed, behind an empty line")]
    [DataRow("HEAD http://127.0.0.1:1/ HTTP/1.1\r\nProxy-Authorization: Basic YWxpY2U6d3Jvbmc=\r\nContent-Length: 3\r\n\r\nabc",
        "407", DisplayName = "with a body")]
    public async Task Refusal_ThatIsTheLast_IsAHeadAlone(string request, string status)
    {
        await using var engine = EngineUnderTest.Start(time: new SetTime(flows: true));
        using var client = await engine.ConnectAsync();
        await client.SendAsync(request);
        string all = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        StringAssert.StartsWith(all, $"HTTP/1.1 {status} ");
        StringAssert.EndsWith(all, "\r\n\r\n");
    }

    [TestMethod]
    public async Task Refusal_AfterTheBodyWasBegun_IsAHeadAlone()
    {
        using var broken = ScriptedUpstream.Answering("HTTP/1.1 abc\r\n\r\n");
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(broken.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("HEAD", "http://example.com/", "Content-Length: 1000\r\n") + "abc");
        string all = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        StringAssert.StartsWith(all, "HTTP/1.1 502 ");
        StringAssert.EndsWith(all, "\r\n\r\n");
    }

    [TestMethod]
    public async Task Refusal_BeforeAnythingIsRead_IsAHeadAlone()
    {
        await using var engine = EngineUnderTest.Start(options => options.MaxConnections = 1);
        using var served = await engine.ConnectAsync();
        await served.SendAsync("GET / HTTP/1.1\r\n");
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 1);
        // The request may come after it was answered: then nobody knew that it would be HEAD.
        await Poll.UntilAsync(async () =>
        {
            using var client = await engine.ConnectAsync();
            await client.SendAsync("HEAD http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\n\r\n");
            string all = await client.ReadTextUntilClosedAsync();
            StringAssert.StartsWith(all, "HTTP/1.1 503 ");
            return all.EndsWith("\r\n\r\n", StringComparison.Ordinal);
        });
    }

    [TestMethod]
    [DataRow("Content-Length: 5\r\n\r\n"), DataRow("Transfer-Encoding: chunked\r\n\r\n"), DataRow("\r\n")]
    [DataRow("Content-Length: 5\r\n\r\nhello", DisplayName = "an origin that sends the body all the same")]
    public async Task Response_OfAnOrigin_IsAHeadAlone(string rest)
    {
        using var origin = new ScriptedUpstream(async peer =>
        {
            while ((await peer.ReadHeadAsync()).Length > 0)
                await peer.SendAsync("HTTP/1.1 200 OK\r\n" + rest);
        });
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync(ForwardingTests.Request("HEAD", $"http://{origin.Endpoint}/"));
            StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        }
    }

    [TestMethod]
    public async Task HttpClient_WhoseHeadIsRefused_SeesTheStatus()
    {
        await using var engine = EngineUnderTest.Start();
        using var handler = new SocketsHttpHandler { Proxy = new WebProxy($"http://{engine.Endpoint}") };
        using var http = new HttpClient(handler);
        for (int i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, "http://127.0.0.1:1/");
            using var response = await http.SendAsync(request);
            Assert.AreEqual(HttpStatusCode.ProxyAuthenticationRequired, response.StatusCode);
        }
    }
}

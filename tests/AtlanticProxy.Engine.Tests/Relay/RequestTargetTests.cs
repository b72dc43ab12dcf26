using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Relay;

/// <summary>What a request asks for in absolute form, and what its origin or the next proxy is asked.</summary>
[TestClass]
public sealed class RequestTargetTests
{
    [TestMethod]
    [DataRow("http://{0}", UpstreamProtocol.Direct, "*"), DataRow("http://{0}/", UpstreamProtocol.Direct, "/"),
        DataRow("http://{0}?q", UpstreamProtocol.Direct, "/?q")]
    [DataRow("http://{0}", UpstreamProtocol.Http, "http://{0}"), DataRow("http://{0}/", UpstreamProtocol.Http, "http://{0}/")]
    public Task Options_OfAServerOrAResource_StaysWhatItWas(string target, UpstreamProtocol protocol, string expected) =>
        ExpectAsync("OPTIONS", target, "", protocol, expected);

    [TestMethod]
    [DataRow("/\u00c3\u00a9?q=\u00e2\u0082\u00ac", UpstreamProtocol.Direct, "/%C3%A9?q=%E2%82%AC")]
    [DataRow("?\u00c3\u00a9", UpstreamProtocol.Direct, "/?%C3%A9")]
    [DataRow("/a%20b\u00e9", UpstreamProtocol.Http, "http://{0}/a%20b%E9", DisplayName =
        "what is no UTF-8, too, and what is escaped stays")]
    public Task Path_BeyondAscii_IsEscaped(string path, UpstreamProtocol protocol, string expected) =>
        ExpectAsync("GET", "http://{0}" + path, "", protocol, expected);

    [TestMethod]
    public Task Path_OfNothingButBytesBeyondAscii_AsLongAsItMayBe_IsEscaped()
    {
        const int length = 8000;
        string fields = string.Concat(Enumerable.Range(0, 90).Select(i => $"X-{i}: {new string('a', 250)}\r\n"));
        string escaped = string.Concat(Enumerable.Repeat("%FF", length));
        return ExpectAsync("GET", "http://{0}/" + new string('\u00ff', length), fields, UpstreamProtocol.Direct, "/" + escaped);
    }

    [TestMethod]
    [DataRow("https://example.com/", "CONNECT example.com:443"), DataRow("HTTPS://example.com/", "tunnel")]
    [DataRow("http://b\u00c3\u00bccher.test/", "xn--"), DataRow("http://me@example.com/", "no user")]
    [DataRow("/path", "absolute")]
    public async Task Target_ThatCannotBe_IsToldWhy(string target, string said)
    {
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("GET", target));
        string answer = await client.ReadTextUntilClosedAsync();
        StringAssert.StartsWith(answer, "HTTP/1.1 400 ");
        StringAssert.Contains(answer, said);
    }

    /// <summary>Sends a request through an origin or a proxy, which is <c>{0}</c>, and looks at the line that it gets.</summary>
    private static async Task ExpectAsync(string method, string target, string fields, UpstreamProtocol protocol, string expected)
    {
        var received = new TaskCompletionSource<string>();
        using var upstream = new ScriptedUpstream(async peer =>
        {
            received.SetResult(await peer.ReadHeadAsync());
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await using var engine = EngineUnderTest.Start(providers:
            [protocol == UpstreamProtocol.Direct ? EngineUnderTest.Direct() : EngineUnderTest.Upstream(upstream.Endpoint)]);
        using var client = await engine.ConnectAsync();
        string Of(string text) => text.Replace("{0}", upstream.Endpoint.ToString(), StringComparison.Ordinal);
        await client.SendAsync(ForwardingTests.Request(method, Of(target), fields));
        StringAssert.StartsWith(await received.Task.WaitAsync(Poll.DefaultDeadline), $"{method} {Of(expected)} HTTP/1.1\r\n");
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
    }
}

using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Egress;

/// <summary>Upstream connections that wait for another request: whose they are, and what they may not do to others.</summary>
[TestClass]
public sealed class UpstreamPoolTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood";

    private static readonly ProxyUser[] Two = [EngineUnderTest.User(), EngineUnderTest.User(2, "bobby")];

    [TestMethod]
    public async Task Requests_OfOneUserInTurn_ShareOneConnection()
    {
        using var upstream = Answering();
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)]);
        for (int i = 0; i < 3; i++)
            Assert.AreEqual("good", await GetAsync(engine));
        Assert.AreEqual(1, upstream.Accepted);
    }

    [TestMethod]
    public async Task Requests_OfTwoUsers_NeverShareOne()
    {
        using var upstream = Answering();
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)], users: Two);
        foreach (string user in (string[])["alice", "bobby", "alice", "bobby"])
            Assert.AreEqual("good", await GetAsync(engine, user));
        Assert.AreEqual(2, upstream.Accepted, "an origin may have logged in the connection (NTLM)");
    }

    [TestMethod]
    public async Task Bytes_ThatNobodyAskedFor_AreNeverTheNextAnswer()
    {
        var answered = new TaskCompletionSource();
        var sent = new TaskCompletionSource();
        int connections = 0;
        using var upstream = new ScriptedUpstream(async peer =>
        {
            bool first = Interlocked.Increment(ref connections) == 1;
            await peer.ReadHeadAsync();
            await peer.SendAsync(Ok);
            if (first)
            {
                await answered.Task;
                await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
                sent.SetResult();
            }
            await peer.DrainAsync();
        });
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)]);
        Assert.AreEqual("good", await GetAsync(engine));
        answered.SetResult();
        await sent.Task;
        Assert.AreEqual("good", await GetAsync(engine));
        Assert.AreEqual(2, upstream.Accepted);
        await Poll.UntilAsync(() => upstream.Ended == 1, because: "the connection that said more than it was asked is closed");
    }

    [TestMethod]
    [DataRow(1), DataRow(2)]
    public async Task Provider_AtItsLimitWithConnectionsThatOnlyWait_ServesOthers(int loops)
    {
        using var upstream = Answering();
        await using var engine = EngineUnderTest.Start(
            options => options.Loops = loops, [EngineUnderTest.Upstream(upstream.Endpoint) with { MaxConnections = 1 }], Two);
        // A connection is in use until its response is with the client, who may be back, on another loop, before that is noted.
        for (int i = 0; i < 20; i++)
            await Poll.UntilAsync(async () =>
                await GetAsync(engine, i % 3 == 0 ? "bobby" : "alice") == "good", because: $"request {i} is not served");
        await Poll.UntilAsync(() => engine.Engine.Providers.Single().Connections <= 1, because: "what waited has given way");
        using var tunnel = await engine.ConnectAsync();
        await tunnel.SendAsync($"CONNECT example.com:443 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await tunnel.ReadHeadAsync(), "HTTP/1.1 200 ");
        using var second = await engine.ConnectAsync();
        await second.SendAsync($"CONNECT example.com:443 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await second.ReadHeadAsync(), "HTTP/1.1 503 ", "what is in use gives way to nobody");
    }

    [TestMethod]
    [DataRow("alice", 2, DisplayName = "without a session, each request has a new exit")]
    [DataRow("alice-session-one-strict", 1, DisplayName = "a session keeps its exit, and so its connection")]
    public async Task Socks5Gateway_RequestsInTurn(string user, int connections)
    {
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadAnyAsync();
            await peer.SendAsync("\u0005\0");
            await peer.ReadAnyAsync();
            await peer.SendAsync("\u0005\0\0\u0001\u007f\0\0\u0001\0\u0050");
            while ((await peer.ReadHeadAsync()).Length > 0)
                await peer.SendAsync(Ok);
        });
        await using var engine =
            EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint, UpstreamProtocol.Socks5)]);
        for (int i = 0; i < 2; i++)
            Assert.AreEqual("good", await GetAsync(engine, user));
        Assert.AreEqual(connections, upstream.Accepted);
    }

    /// <summary>An HTTP proxy: 200 to everything, as long as it is asked.</summary>
    private static ScriptedUpstream Answering() => new(async peer =>
    {
        while (await peer.ReadHeadAsync() is { Length: > 0 } head)
            await peer.SendAsync(head.StartsWith("CONNECT", StringComparison.Ordinal) ? "HTTP/1.1 200 OK\r\n\r\n" : Ok);
    });

    /// <summary>The body that a client of its own gets.</summary>
    private static async Task<string> GetAsync(EngineUnderTest engine, string user = EngineUnderTest.Name)
    {
        using var client = await engine.ConnectAsync();
        await client.SendAsync(
            $"GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n{EngineUnderTest.BasicHeader(user)}\r\n");
        var (head, body) = await client.ReadResponseAsync();
        return head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) ? body : head;
    }
}

using System.Text;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>
/// docs/bad-inputs.md, rows 27 to 29: upstreams that refuse, lie or are silent. The next candidate serves, and who has none is
/// told why.
/// </summary>
[TestClass]
public sealed class FailingUpstreamTests
{
    private const string Connect = "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n";

    private static readonly string ConnectWithCredentials = Connect + EngineUnderTest.BasicHeader() + "\r\n";

    private static readonly string GetWithCredentials = "GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n"
        + EngineUnderTest.BasicHeader() + "\r\n";

    [TestMethod] // 27
    public async Task Upstream_Says407_NextCandidateServes()
    {
        using var rejecting =
            ScriptedUpstream.Answering(
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n");
        using var good = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\n\r\nwelcome");
        await using var engine = EngineUnderTest.Start(providers: InOrder(rejecting, good));
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ConnectWithCredentials);
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        Assert.AreEqual("welcome", Encoding.ASCII.GetString(await client.ReadAsync(7)));
        await Poll.UntilAsync(() => rejecting.Accepted == 1);
    }

    [TestMethod] // 27
    [DataRow(true), DataRow(false)]
    public async Task Upstream_Says407AndThereIsNoOther_ClientGets502(bool tunnel)
    {
        using var rejecting =
            ScriptedUpstream.Answering(
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n");
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(rejecting.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(tunnel ? ConnectWithCredentials : GetWithCredentials);
        string head = await client.ReadHeadAsync();
        StringAssert.StartsWith(head, "HTTP/1.1 502 ");
        StringAssert.Contains(head, "details=\"UpstreamRejectedUs\"");
        Assert.IsFalse(head.Contains("Proxy-Authenticate", StringComparison.OrdinalIgnoreCase));
    }

    [TestMethod] // 27, plain HTTP
    public async Task Upstream_Says407ToARequest_NextCandidateServes()
    {
        using var rejecting =
            ScriptedUpstream.Answering("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        using var good = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var engine = EngineUnderTest.Start(providers: InOrder(rejecting, good));
        using var client = await engine.ConnectAsync();
        await client.SendAsync(GetWithCredentials);
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
    }

    [TestMethod] // 28
    [DataRow("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"), DataRow("HTTP/1.1 503 Service Unavailable\r\n\r\n")]
    [DataRow("SSH-2.0-OpenSSH_9.2\r\n"), DataRow("HTTP/1.1 abc\r\n\r\n"), DataRow(""),
        DataRow("HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n")]
    public async Task Upstream_RefusesOrTalksGarbage_NextCandidateServes(string reply)
    {
        using var bad = ScriptedUpstream.Answering(reply);
        using var good = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\n\r\n");
        await using var engine = EngineUnderTest.Start(providers: InOrder(bad, good));
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ConnectWithCredentials);
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        await Poll.UntilAsync(() => bad.Accepted == 1);
    }

    [TestMethod] // 28
    [DataRow("HTTP/1.1 400 Bad Request\r\n\r\n", ""), DataRow("\u0005\u00ff", ""), DataRow("\u0005\u0000", "\u0004garbage"),
        DataRow("\u0005\u0000", "\u0005\u0000\u0000\u0009")]
    public async Task Socks5Upstream_TalksGarbage_NextCandidateServes(string greeting, string reply)
    {
        using var bad = new ScriptedUpstream(async peer =>
        {
            await peer.ReadAnyAsync();
            await peer.SendAsync(greeting);
            await peer.ReadAnyAsync();
            await peer.SendAsync(reply);
            await peer.DrainAsync();
        });
        using var good = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\n\r\n");
        var providers = InOrder(bad, good);
        await using var engine =
            EngineUnderTest.Start(providers: [providers[0] with { Protocol = UpstreamProtocol.Socks5 }, providers[1]]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ConnectWithCredentials);
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        await Poll.UntilAsync(() => bad.Ended == 1);
        await Poll.UntilAsync(() => bad.Accepted == 1);
    }

    [TestMethod] // 28
    public async Task Upstream_RefusesTheConnectionOrResetsIt_NextCandidateServes()
    {
        using var resetting = new ScriptedUpstream(peer =>
        {
            peer.Reset();
            return Task.CompletedTask;
        });
        using var nobody = new RefusingPort();
        using var good = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\n\r\n");
        await using var engine = EngineUnderTest.Start(providers:
        [
            EngineUnderTest.Upstream(nobody.Endpoint, id: 1) with { Priority = 1 },
            EngineUnderTest.Upstream(resetting.Endpoint, id: 2) with { Priority = 2 },
            EngineUnderTest.Upstream(good.Endpoint, id: 3) with { Priority = 3 },
        ]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ConnectWithCredentials);
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
    }

    [TestMethod] // 29
    public async Task Upstream_Blackholed_IsRacedByTheNext()
    {
        using var silent = new ScriptedUpstream(async peer => await peer.DrainAsync());
        using var good = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\n\r\n");
        await using var engine = EngineUnderTest.Start(providers: InOrder(silent, good));
        using var client = await engine.ConnectAsync();
        long start = TimeProvider.System.GetTimestamp();
        await client.SendAsync(ConnectWithCredentials);
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        Assert.IsLessThan(engine.Options.DialTimeout, TimeProvider.System.GetElapsedTime(start),
            "it must not wait for the silent one's deadline");
        await Poll.UntilAsync(() => silent.Ended == 1, because: "the loser of the race is closed");
    }

    [TestMethod] // 29
    public async Task Upstream_SilentAndAlone_ClientGets504AtTheDeadline()
    {
        using var silent = new ScriptedUpstream(async peer => await peer.DrainAsync());
        await using var engine = EngineUnderTest.Start(options => options.DialTimeout = TimeSpan.FromMilliseconds(200),
            providers: [EngineUnderTest.Upstream(silent.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ConnectWithCredentials);
        string head = await client.ReadHeadAsync();
        StringAssert.StartsWith(head, "HTTP/1.1 504 ");
        StringAssert.Contains(head, "error=connection_timeout; details=\"UpstreamTimeout\"");
        await Poll.UntilAsync(() => silent.Ended == 1);
    }

    private static Provider[] InOrder(ScriptedUpstream first, ScriptedUpstream second) =>
    [
        EngineUnderTest.Upstream(first.Endpoint, id: 1) with { Priority = 1 },
        EngineUnderTest.Upstream(second.Endpoint, id: 2) with { Priority = 2 },
    ];
}

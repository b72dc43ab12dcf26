using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Tests.Diagnostics;
using AtlanticProxy.Engine.Tests.Tls;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>
/// docs/bad-inputs.md, rows 24 to 26, 30 and 31: peers that leave, stall or break off. Whatever they do, nothing leaks and every
/// byte is booked once.
/// </summary>
[TestClass]
public sealed class PeerTests
{
    private const string Connect = "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n";

    private static readonly string ConnectWithCredentials = Connect + EngineUnderTest.BasicHeader() + "\r\n";

    private static readonly string GetWithCredentials = "GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n"
        + EngineUnderTest.BasicHeader() + "\r\n";

    [TestMethod] // 24
    public async Task Client_HalfCloses_UpstreamDrainsThenBothClose()
    {
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
            long got = await peer.DrainAsync();
            await peer.SendAsync($"got {got}");
        });
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ConnectWithCredentials);
        await client.ReadHeadAsync();
        await client.SendAsync("12345");
        client.FinishSending();
        Assert.AreEqual("got 5", Encoding.ASCII.GetString(await client.ReadToEndAsync()));
        await GoneAsync(engine);
    }

    [TestMethod] // 24
    public async Task Upstream_HalfCloses_ClientCanStillSend()
    {
        var received = new TaskCompletionSource<long>();
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\nbye");
            peer.FinishSending();
            received.SetResult(await peer.DrainAsync());
        });
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ConnectWithCredentials);
        await client.ReadHeadAsync();
        Assert.AreEqual("bye", Encoding.ASCII.GetString(await client.ReadToEndAsync()));
        await client.SendAsync("still here");
        client.FinishSending();
        Assert.AreEqual(10, await received.Task.WaitAsync(Poll.DefaultDeadline));
        await GoneAsync(engine);
    }

    [TestMethod] // 25
    [DataRow(true), DataRow(false)]
    public async Task Client_GoneBeforeTheAnswer_DialIsCancelled(bool reset)
    {
        using var upstream = new ScriptedUpstream(async peer => await peer.DrainAsync()); // silent
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)]);
        var client = await engine.ConnectAsync();
        await client.SendAsync(ConnectWithCredentials);
        await Poll.UntilAsync(() => upstream.Accepted == 1);
        if (reset)
            client.Reset();
        else
            client.Dispose();
        await Poll.UntilAsync(() => upstream.Ended == 1, because: "the dial must be closed long before its deadline of 10 s");
        await GoneAsync(engine);
        Assert.AreEqual(0, engine.Usage.Connections);
    }

    [TestMethod] // 26
    public async Task Client_GoneMidTunnel_BothClosedAndBytesBookedOnce()
    {
        const int size = 200_000;
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n" + new string('x', size));
            await peer.DrainAsync();
        });
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)],
            users: [EngineUnderTest.User() with { Limits = new UseLimits { MaxConnections = 1 } }]);
        using (var client = await engine.ConnectAsync())
        {
            await client.SendAsync(ConnectWithCredentials);
            await client.ReadHeadAsync();
            await client.ReadAsync(size);
            client.Reset();
        }
        await GoneAsync(engine);
        await Poll.UntilAsync(() => upstream.Ended == 1);
        await Poll.UntilAsync(() => engine.Usage.BytesDown == size);

        // The slot is free: the user may have one connection, and gets it.
        using (var again = await engine.ConnectAsync())
        {
            await again.SendAsync(ConnectWithCredentials);
            StringAssert.StartsWith(await again.ReadHeadAsync(), "HTTP/1.1 200 ");
            await again.ReadAsync(size);
        }
        await engine.DisposeAsync();
        Assert.AreEqual((2L * size, 2L), (engine.Usage.BytesDown, engine.Usage.Connections),
            "each once, and nothing more until the engine's end");
    }

    [TestMethod] // 26
    public async Task Client_GoneWhileTheUpstreamTakesNothing_BothClosedAtOnce()
    {
        using var stalled = new OriginSocket();
        var log = new RecordingConnectionLog();
        await using var engine = EngineUnderTest.Start(connections: log);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT {stalled.Endpoint} HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        using var far = await stalled.AcceptAsync();
        client.SendUntilStuck();
        client.Reset();
        await GoneAsync(engine);
        Assert.AreEqual(ConnectionOutcome.ClientReset, (await log.OnlyAsync(engine)).Outcome);
    }

    [TestMethod] // 30
    public async Task Upstream_BodyTruncated_ClientSeesItAndDeliveredBytesAreBilled()
    {
        const string head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n";
        using var truncating = ScriptedUpstream.Answering(head + "\r\nonly this");
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(truncating.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(GetWithCredentials);
        string all = await client.ReadTextUntilClosedAsync();
        StringAssert.EndsWith(all, "only this");
        await Poll.UntilAsync(() => engine.Usage.BytesDown == all.Length);
        Assert.AreEqual(GetWithCredentials.Length, engine.Usage.BytesUp);
        await GoneAsync(engine);
    }

    [TestMethod] // 30: where an orderly end would be the end of the body
    [DataRow("HTTP/1.1", "\r\npart", true), DataRow("HTTP/1.0", "Transfer-Encoding: chunked\r\n\r\n10\r\npart", true)]
    [DataRow("HTTP/1.0", "Transfer-Encoding: chunked\r\n\r\n10\r\npart", false),
        DataRow("HTTP/1.0", "Transfer-Encoding: chunked\r\n\r\n4\r\npartX", false)]
    public async Task Upstream_TruncatesABodyThatEndsWithTheStream_ClientSeesAReset(string version, string rest, bool reset)
    {
        var read = new TaskCompletionSource();
        using var truncating = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\n" + rest);
            await read.Task;
            if (reset)
                peer.Reset();
        });
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(truncating.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(GetWithCredentials.Replace("HTTP/1.1", version, StringComparison.Ordinal));
        await client.ReadHeadAsync();
        if (!rest.EndsWith('X'))
            Assert.AreEqual("part", Encoding.ASCII.GetString(await client.ReadAsync(4)));
        read.SetResult();
        await Assert.ThrowsExactlyAsync<SocketException>(client.ReadToEndAsync);
        await GoneAsync(engine);
    }

    [TestMethod] // 31
    public async Task Reader_StopsReading_SenderIsHeldBackThenIdleTimeoutEndsIt()
    {
        using var flood = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
            string megabyte = new('x', 1_000_000);
            while (true)
                await peer.SendAsync(megabyte); // until the engine closes it
        });
        await using var engine = EngineUnderTest.Start(options => options.IdleTimeout = TimeSpan.FromMilliseconds(500),
            providers: [EngineUnderTest.Upstream(flood.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ConnectWithCredentials);
        await client.ReadHeadAsync();
        await GoneAsync(engine); // nothing is read: only the idle timeout can end it
        await Assert.ThrowsExactlyAsync<SocketException>(client.ReadToEndAsync, "what is not all must not look as if it were");
        await Poll.UntilAsync(() => flood.Ended == 1);
        // What was taken fits the sockets' buffers; a proxy that buffers without bound would have taken gigabytes in that time.
        await Poll.UntilAsync(() => engine.Usage.Connections == 1);
        Assert.IsLessThan(64_000_000, engine.Usage.BytesDown);
    }

    [TestMethod] // 31, plain HTTP
    [DataRow(true), DataRow(false)]
    public async Task Response_StuckAtEitherEnd_IsEndedByTheIdleTimeout(bool clientStopsReading)
    {
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\npart");
            string megabyte = new('x', 1_000_000);
            while (clientStopsReading)
                await peer.SendAsync(megabyte); // until the engine closes it
            await peer.DrainAsync();
        });
        await using var engine = EngineUnderTest.Start(options => options.IdleTimeout = TimeSpan.FromMilliseconds(500),
            providers: [EngineUnderTest.Upstream(upstream.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(GetWithCredentials);
        await client.ReadHeadAsync();
        await GoneAsync(engine);
        await Poll.UntilAsync(() => upstream.Ended == 1);
        await Poll.UntilAsync(() => engine.Usage.Connections == 1);
        Assert.IsLessThan(64_000_000, engine.Usage.BytesDown);
    }

    /// <summary>No connection is left, and no slot.</summary>
    private static Task GoneAsync(EngineUnderTest engine) => Poll.UntilAsync(
        () => engine.Engine.OpenConnections == 0
        && engine.Engine.Snapshot.FindEntry(EngineUnderTest.Name)!.Activity.Connections == 0,
        because: "every connection and slot is given back");
}

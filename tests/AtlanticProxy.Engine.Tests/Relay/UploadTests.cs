using System.Text;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Relay;

/// <summary>Requests whose body is still on its way when something happens.</summary>
[TestClass]
public sealed class UploadTests
{
    private const string Announced = "Content-Length: 10000000\r\n";

    [TestMethod] // rows 27 and 28
    [DataRow("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "UpstreamRejectedUs")]
    [DataRow("HTTP/1.1 abc\r\n\r\n", "UpstreamFailed"), DataRow("", "UpstreamFailed")]
    [DataRow("HTTP/1.1 100 Continue\r\n\r\n", "UpstreamFailed")]
    public async Task Upstream_FailsDuringTheUpload_ClientGets502(string reply, string code)
    {
        using var upstream = ScriptedUpstream.Answering(reply);
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Post("http://example.com/", Announced) + new string('x', 100));
        string head = await FinalHeadAsync(client);
        StringAssert.StartsWith(head, "HTTP/1.1 502 ");
        StringAssert.Contains(head, $"details=\"{code}\"");
    }

    [TestMethod] // row 29
    public async Task Upstream_TakesTheBodyAndIsSilent_ClientGets504()
    {
        using var upstream = new ScriptedUpstream(async peer => await peer.DrainAsync());
        await using var engine = EngineUnderTest.Start(options => options.ResponseTimeout = TimeSpan.FromMilliseconds(200),
            providers: [EngineUnderTest.Upstream(upstream.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Post("http://example.com/", "Content-Length: 5\r\n") + "hello");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 504 ");
    }

    [TestMethod]
    public async Task Origin_AnswersBeforeItHasReadAll_ClientThatKeepsSendingReadsTheAnswer()
    {
        const int part = 100_000;
        using var origin = ScriptedUpstream.Answering("HTTP/1.1 413 Content Too Large\r\nContent-Length: 8\r\n\r\ntoo much");
        // Slowly: the answer comes while most of what was sent is unread.
        await using var engine =
            EngineUnderTest.Start(users: [EngineUnderTest.User() with { Limits = new UseLimits { SpeedUp = 1000 } }]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Post($"http://{origin.Endpoint}/", Announced) + new string('x', part));
        await Poll.UntilAsync(() => client.HasSomething);
        await client.SendAsync(new string('x', part));
        string all = Encoding.Latin1.GetString(await client.ReadToEndAsync()); // throws when it ends with a reset
        StringAssert.StartsWith(all, "HTTP/1.1 413 ");
        StringAssert.Contains(all, "Connection: close\r\n");
        StringAssert.EndsWith(all, "\r\n\r\ntoo much");
    }

    [TestMethod]
    public async Task Client_PausesItsUpload_UpstreamIsNotBlamed()
    {
        int received = 0;
        var time = new SetTime();
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            for (int i = 0; i < 10; i++)
                Interlocked.Add(ref received, (await peer.ReadAsync(1)).Length);
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)], time: time);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Post("http://example.com/", "Content-Length: 10\r\n") + "12345");
        await Poll.UntilAsync(() => Volatile.Read(ref received) == 5);
        await engine.PassAsync(time, 3 * engine.Options.ResponseTimeout);
        await client.SendAsync("67890");
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
        Assert.AreEqual(0, engine.Engine.Providers[0].Failures);
    }

    [TestMethod]
    public async Task Client_StopsItsUploadForTheIdleTimeout_Gets408()
    {
        using var upstream = new ScriptedUpstream(async peer => await peer.DrainAsync());
        await using var engine = EngineUnderTest.Start(options => options.IdleTimeout = TimeSpan.FromMilliseconds(200),
            providers: [EngineUnderTest.Upstream(upstream.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Post("http://example.com/", Announced) + "12345");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 408 ");
        Assert.AreEqual(0, engine.Engine.Providers[0].Failures);
    }

    [TestMethod]
    public async Task Client_EndsItsSideWithinTheBody_ConnectionsEndWithoutAnAnswer()
    {
        using var upstream = new ScriptedUpstream(async peer => await peer.DrainAsync());
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Post("http://example.com/", Announced) + "12345");
        await Poll.UntilAsync(() => upstream.Accepted == 1);
        client.FinishSending();
        Assert.AreEqual("", await client.ReadTextUntilClosedAsync());
        await Poll.UntilAsync(() => upstream.Ended == 1);
    }

    [TestMethod]
    public async Task Origin_SwitchesProtocolsBeforeItHasTheBody_NoTunnelIsMade()
    {
        const int length = 60_000;
        using var origin = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
            await peer.DrainAsync();
        });
        await using var engine =
            EngineUnderTest.Start(users: [EngineUnderTest.User() with { Limits = new UseLimits { SpeedUp = 1000 } }]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(
            Post($"http://{origin.Endpoint}/", $"Connection: Upgrade\r\nUpgrade: x\r\nContent-Length: {length}\r\n")
            + new string('x', length));
        StringAssert.StartsWith(await client.ReadTextUntilClosedAsync(), "HTTP/1.1 502 ");
        await Poll.UntilAsync(() => origin.Ended == 1 && engine.Engine.OpenConnections == 0);
        Assert.IsFalse(engine.Log.Contains("Exception"));
    }

    private static string Post(string target, string fields) => ForwardingTests.Request("POST", target, fields);

    private static async Task<string> FinalHeadAsync(RawClient client)
    {
        string head = await client.ReadHeadAsync();
        return head.StartsWith("HTTP/1.1 1", StringComparison.Ordinal) ? await client.ReadHeadAsync() : head;
    }
}

using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Pipeline;

/// <summary>What clients see of a stop, and that nothing of it is lost.</summary>
[TestClass]
public sealed class DrainTests
{
    [TestMethod]
    public async Task IdleClient_SeesAnOrderlyEndAtOnce()
    {
        using var upstream = new ScriptedUpstream(async peer =>
        {
            while ((await peer.ReadHeadAsync()).Length > 0)
                await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await using var engine = EngineUnderTest.Start(options =>
            options.DrainTimeout = TimeSpan.FromMinutes(1), [EngineUnderTest.Upstream(upstream.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n{EngineUnderTest.BasicHeader()}\r\n");
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
        var stopping = engine.Engine.StopAsync(CancellationToken.None);
        Assert.IsEmpty(await client.ReadToEndAsync(), "a FIN, and no reset");
        await stopping;
    }

    [TestMethod]
    public async Task TunnelThatOutlivesTheDrainTimeout_IsResetAndBookedToTheByte()
    {
        const int Size = 100_000;
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
            await peer.ReadAnyAsync();
            await peer.SendAsync(new string('x', Size));
            await peer.DrainAsync();
        });
        await using var engine = EngineUnderTest.Start(options =>
            options.DrainTimeout = TimeSpan.FromMilliseconds(300), [EngineUnderTest.Upstream(upstream.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT example.com:443 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        await client.SendAsync("go");
        await client.ReadAsync(Size);
        long start = TimeProvider.System.GetTimestamp();
        var stopping = engine.Engine.StopAsync(CancellationToken.None);
        Assert.AreEqual(0, await client.ReadSomeAsync(new byte[1]));
        Assert.IsGreaterThanOrEqualTo(0.28, TimeProvider.System.GetElapsedTime(start).TotalSeconds,
            "not before the drain timeout, but for some ticks of a timer");
        await stopping;
        await Poll.UntilAsync(() => upstream.Ended == 1);
        Assert.AreEqual((2L, (long)Size, 1L), (engine.Usage.BytesUp, engine.Usage.BytesDown, engine.Usage.Connections));
    }
}

using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>docs/bad-inputs.md, row 39: the wall clock jumps by an hour, while time goes on as it does.</summary>
[TestClass]
public sealed class ClockTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30),
    s_tick = TimeSpan.FromMilliseconds(TimerWheel.TickMilliseconds);

    [TestMethod]
    [DataRow(1, DisplayName = "forward")]
    [DataRow(-1, DisplayName = "back")]
    public async Task Clock_Jumps_TunnelsLiveAndEachByteIsBookedOnce(int hours)
    {
        await using var origin = await OriginServer.StartAsync();
        var time = new SetTime();
        await using var engine = EngineUnderTest.Start(time: time);
        using var tunnel = await engine.ConnectAsync();
        await tunnel.SendAsync($"CONNECT 127.0.0.1:{origin.Port} HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await tunnel.ReadHeadAsync(), "HTTP/1.1 200 ");

        const string Request = "GET /bytes/1000 HTTP/1.1\r\nHost: x\r\n\r\n";
        long up = 0, down = 0;
        for (int i = 0; i < 3; i++)
        {
            await tunnel.SendAsync(Request);
            var (head, body) = await tunnel.ReadResponseAsync();
            (up, down) = (up + Request.Length, down + head.Length + body.Length);
            time.Jump(TimeSpan.FromHours(hours));
        }

        await Poll.UntilAsync(() => engine.Usage.BytesUp + engine.Usage.BytesDown >= up + down);
        Assert.AreEqual((up, down), (engine.Usage.BytesUp, engine.Usage.BytesDown));
        Assert.AreEqual(1, engine.Usage.Connections);
    }

    [TestMethod]
    [DataRow(1, DisplayName = "forward")]
    [DataRow(-1, DisplayName = "back")]
    public async Task Clock_Jumps_TimeoutsComeWhenTheyWouldHaveCome(int hours)
    {
        using var origin = new EchoOrigin();
        var time = new SetTime();
        await using var engine = EngineUnderTest.Start(options =>
            (options.HeadTimeout, options.IdleTimeout) = (s_timeout, s_timeout), time: time);
        using var tunnel = await engine.ConnectAsync();
        await tunnel.SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await tunnel.ReadHeadAsync(), "HTTP/1.1 200 ");
        using var slow = await engine.ConnectAsync();
        await slow.SendAsync("GET http://x.test/ HTTP/1.1\r\n");
        await engine.TurnAsync();

        time.Jump(TimeSpan.FromHours(hours));
        time.Advance(s_timeout - s_tick);
        await engine.TurnAsync();
        Assert.IsFalse(slow.HasSomething || tunnel.HasSomething, "not a tick before their time");

        time.Advance(2 * s_tick);
        await engine.TurnAsync();
        StringAssert.StartsWith(await slow.ReadTextUntilClosedAsync(), "HTTP/1.1 408 ");
        Assert.AreEqual("", await tunnel.ReadTextUntilClosedAsync());
    }
}

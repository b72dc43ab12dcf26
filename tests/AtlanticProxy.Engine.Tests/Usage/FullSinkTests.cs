using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Usage;

[TestClass]
public sealed class FullSinkTests
{
    [TestMethod]
    public async Task UsageSinkFull_NewConnectionsAreRefusedOpenTunnelsGoOn_UntilItTakesMore()
    {
        await using var origin = await OriginServer.StartAsync();
        await using var engine = EngineUnderTest.Start();
        using var open = await engine.ConnectAsync();
        string connect = $"CONNECT 127.0.0.1:{origin.Port} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n";
        await open.SendAsync(connect);
        StringAssert.StartsWith(await open.ReadHeadAsync(), "HTTP/1.1 200 ");

        engine.Usage.IsFull = true;
        using var refused = await engine.ConnectAsync();
        StringAssert.StartsWith(await refused.ReadTextUntilClosedAsync(), "HTTP/1.1 503 ");
        await open.SendAsync("GET /bytes/1 HTTP/1.1\r\nHost: x\r\n\r\n");
        StringAssert.StartsWith(await open.ReadHeadAsync(), "HTTP/1.1 200 ");
        Assert.IsTrue(engine.Log.Contains("could not be billed"));

        engine.Usage.IsFull = false;
        using var served = await engine.ConnectAsync();
        await served.SendAsync(connect);
        StringAssert.StartsWith(await served.ReadHeadAsync(), "HTTP/1.1 200 ");
    }
}

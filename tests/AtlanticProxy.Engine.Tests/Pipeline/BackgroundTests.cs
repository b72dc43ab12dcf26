using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Pipeline;

/// <summary>What runs beside the event loops, when it fails.</summary>
[TestClass]
public sealed class BackgroundTests
{
    [TestMethod]
    public async Task Fault_InWorkBesideTheLoops_IsLoggedAndTheWorkGoesOn()
    {
        int readings = 0;
        await using var engine = EngineUnderTest.Start(memoryUse: () => Interlocked.Increment(ref readings) == 1
            ? throw new IOException("no reading")
            : 1);
        await Poll.UntilAsync(() => engine.Log.Contains("Work beside the event loops failed")
            && engine.Log.Contains("no reading"), because: "the operator is told");
        await Poll.UntilAsync(async () =>
        {
            using var client = await engine.ConnectAsync();
            await client.SendAsync("GET / HTTP/1.1\r\n\r\n");
            return (await client.ReadTextUntilClosedAsync()).StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal);
        }, because: "memory is watched again, and is said to be all in use");
    }

    [TestMethod]
    public async Task Fault_InWorkBesideTheLoops_KeepsNoStopFromBookingTheLastBytes()
    {
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\nhello");
            await peer.DrainAsync();
        });
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)], memoryUse: () =>
            throw new IOException("no reading"));
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT example.com:443 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        await client.ReadAsync(5);
        await engine.DisposeAsync();
        Assert.AreEqual(5, engine.Usage.BytesDown);
    }
}

using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>docs/bad-inputs.md, row 32: more than it can take is refused early and by name, and it recovers by itself.</summary>
[TestClass]
public sealed class OverloadTests
{
    [TestMethod]
    public async Task Connections_OverTheLimit_AreShedWith503AndServedAgainLater()
    {
        await using var engine = EngineUnderTest.Start(options => options.MaxConnections = 3);
        using var origin = new EchoOrigin();
        var open = new List<RawClient>();
        for (int i = 0; i < 3; i++)
        {
            open.Add(await engine.ConnectAsync());
            await open[i].SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
            StringAssert.StartsWith(await open[i].ReadHeadAsync(), "HTTP/1.1 200 ");
        }
        using (var refused = await engine.ConnectAsync())
        {
            string head = await refused.ReadHeadAsync();
            StringAssert.StartsWith(head, "HTTP/1.1 503 ");
            StringAssert.Contains(head, "details=\"Overloaded\"");
        }
        await open[0].SendAsync("ping"); // those that are in stay in
        Assert.HasCount(4, await open[0].ReadAsync(4));

        foreach (var client in open)
            client.Dispose();
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
        using var again = await engine.ConnectAsync();
        await again.SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await again.ReadHeadAsync(), "HTTP/1.1 200 ");
    }
}

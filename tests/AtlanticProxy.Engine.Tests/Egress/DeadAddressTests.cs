using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Egress;

/// <summary>Names with several addresses, of which some are dead: as long as one lives, the name does.</summary>
[TestClass]
public sealed class DeadAddressTests
{
    private static readonly IPAddress s_dead = IPAddress.Parse("127.0.0.2"), s_live = IPAddress.Loopback;

    [TestMethod]
    public async Task Destination_FirstAddressSilent_IsReachedAtAnother()
    {
        using var origin = new ScriptedUpstream(peer => peer.SendAsync("hello"));
        using var dead = await SilentAsync(origin.Endpoint.Port);
        await using var engine = EngineUnderTest.Start(lookUp: _ => [s_dead, s_live]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT two.test:{origin.Endpoint.Port} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        Assert.AreEqual("hello", System.Text.Encoding.ASCII.GetString(await client.ReadAsync(5)));
    }

    [TestMethod]
    public async Task Provider_WithOneDeadNode_ServesEachRequestAndItsBreakerStaysClosed()
    {
        using var provider = ForwardingUpstream();
        using var dead = await SilentAsync(provider.Endpoint.Port);
        await using var engine = EngineUnderTest.Start(
            providers: [EngineUnderTest.Upstream(provider.Endpoint) with { Host = "gate.test" }], lookUp: _ => [s_dead, s_live]);
        for (int i = 0; i < 6; i++) // more than open a breaker
        {
            using var client = await engine.ConnectAsync();
            await client.SendAsync($"CONNECT exit.test:443 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
            StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        }
        Assert.IsFalse(engine.Log.Contains("gate"), "nothing to tell the operator");
    }

    [TestMethod]
    public async Task Destination_AllAddressesSilent_TimesOutWithTheDialAndClosesAll()
    {
        using var origin = new ScriptedUpstream(_ => Task.CompletedTask);
        using var dead = await SilentAsync(origin.Endpoint.Port);
        var time = new SetTime();
        await using var engine = EngineUnderTest.Start(time: time, lookUp: _ => [s_dead, s_dead]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT two.test:{origin.Endpoint.Port} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        await Poll.UntilAsync(() => engine.Engine.Providers[0].Connections == 1);
        await engine.PassAsync(time, engine.Options.DialTimeout);
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 504 ");
        Assert.AreEqual(0, engine.Engine.Providers[0].Connections);
    }

    private static ScriptedUpstream ForwardingUpstream() => new(async peer =>
    {
        await peer.ReadHeadAsync();
        await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
        await peer.DrainAsync();
    });

    /// <summary>A port whose queue is full: the kernel drops what else comes, as a dead machine would.</summary>
    private static async Task<Silence> SilentAsync(int port)
    {
        var silence = new Silence();
        silence.Listener.Bind(new IPEndPoint(s_dead, port));
        silence.Listener.Listen(0);
        await silence.First.ConnectAsync(silence.Listener.LocalEndPoint!);
        return silence;
    }

    private sealed class Silence : IDisposable
    {
        public Socket Listener { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public Socket First { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public void Dispose()
        {
            Listener.Dispose();
            First.Dispose();
        }
    }
}

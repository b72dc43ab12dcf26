using System.Net;
using System.Text;
using AtlanticProxy.Engine.Egress.Resolving;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Engine.Tests.Tls;
using AtlanticProxy.Engine.Tests.Udp;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Egress;

/// <summary>Names whose name servers are silent: whoever asks for them waits for a while, and nobody else does.</summary>
[TestClass]
public sealed class ResolvingTests
{
    /// <summary>More names than the pool would have threads for.</summary>
    private const int Many = 200;

    private static readonly TimeSpan s_never = TimeSpan.FromMinutes(5), s_stop = TimeSpan.FromSeconds(30);

    private readonly SetTime _time = new();

    [TestMethod]
    [DataRow("CONNECT silent.test:443 HTTP/1.1\r\n"), DataRow("GET http://silent.test/ HTTP/1.1\r\nHost: silent.test\r\n")]
    public async Task Destination_NotResolvedInTime_Gets504AndCanAskAgain(string request)
    {
        using var names = new ScriptedNames();
        await using var engine = EngineUnderTest.Start(time: _time, lookUp: names.LookUp);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(request + EngineUnderTest.BasicHeader() + "\r\n");
        await Poll.UntilAsync(() => names.Silent == 1);
        await engine.PassAsync(_time, engine.Options.DialTimeout);
        var (head, body) = await client.ReadResponseAsync();
        StringAssert.StartsWith(head, "HTTP/1.1 504 ");
        StringAssert.Contains(head, "UpstreamTimeout");
        StringAssert.Contains(body, "not resolved in time");

        await client.SendAsync($"CONNECT none.test:443 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 502 ");
    }

    [TestMethod]
    [DataRow(UpstreamProtocol.Http), DataRow(UpstreamProtocol.Https), DataRow(UpstreamProtocol.Socks5)]
    public async Task Provider_NotResolvedInTime_Gets504(UpstreamProtocol protocol)
    {
        using var names = new ScriptedNames();
        await using var engine = EngineUnderTest.Start(providers: [Silent(1, protocol)], time: _time, lookUp: names.LookUp);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT exit.test:443 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        await Poll.UntilAsync(() => names.Silent == 1);
        await engine.PassAsync(_time, engine.Options.DialTimeout);
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 504 ");
        Assert.AreEqual(0, engine.Engine.Providers[0].Connections);
        CollectionAssert.AreEqual(new[] { "silent1.test" }, names.Asked.ToArray());
    }

    [TestMethod] // 25
    [DataRow(true, 1), DataRow(false, 1), DataRow(true, 2), DataRow(false, 2)]
    public async Task Client_GoneWhileNamesAreResolved_SlotsAreFreeAtOnce(bool reset, int candidates)
    {
        using var names = new ScriptedNames();
        await using var engine = EngineUnderTest.Start(options =>
            options.DialTimeout = s_never, Enumerable.Range(1, candidates).Select(id => Silent(id)), lookUp: names.LookUp);
        var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT exit.test:443 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        await Poll.UntilAsync(() => names.Silent == candidates); // the second one races the first
        if (reset)
            client.Reset();
        else
            client.Dispose();
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
        Assert.IsTrue(engine.Engine.Providers.All(provider => provider.Connections == 0));
        Assert.AreEqual(0, engine.Usage.Connections);
    }

    [TestMethod]
    public async Task Customer_AsksForManySilentNames_OthersAreResolvedHandshakesAreServedAndItGoesFree()
    {
        using var names = new ScriptedNames();
        using var certificate = new TestCertificate();
        using var origin = new EchoOrigin();
        await using var engine = EngineUnderTest.Start(options =>
        {
            options.DialTimeout = s_never;
            options.TlsCertificateFile = certificate.File;
        }, users: [EngineUnderTest.User(), EngineUnderTest.User(2, "bob") with { CustomerId = 2 }], lookUp: names.LookUp);
        var greedy = await AskAsync(engine, Many, i => $"silent{i}.test");
        await Poll.UntilAsync(() =>
            names.Silent == engine.Options.ResolverThreads / 2, because: "a customer gets half of the threads");

        using (var other = await TlsClient.ConnectAsync(engine.Endpoint))
        {
            await other.SendAsync(
                $"CONNECT good.test:{origin.Endpoint.Port} HTTP/1.1\r\n{EngineUnderTest.BasicHeader("bob")}\r\n");
            StringAssert.StartsWith(await other.ReadHeadAsync(), "HTTP/1.1 200 ");
        }
        foreach (var client in greedy)
            client.Reset();
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
        Assert.AreEqual(engine.Options.ResolverThreads / 2, names.Silent, "nothing is looked up for those who have gone");
    }

    [TestMethod]
    public async Task Name_AskedForByMany_IsLookedUpOnce()
    {
        using var names = new ScriptedNames();
        using var origin = new EchoOrigin();
        await using var engine = EngineUnderTest.Start(options => options.ResolverThreads = 4, lookUp: names.LookUp);
        var clients = await AskAsync(engine, Many, _ => "silent.test", origin.Endpoint.Port);
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == Many && names.Silent == 1);
        names.Dispose(); // it answers
        foreach (var client in clients)
        {
            StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
            client.Dispose();
        }
        Assert.HasCount(1, names.Asked);
    }

    [TestMethod]
    public async Task Customer_MoreNamesWaitThanMay_Gets503ButOthersAreServed()
    {
        using var names = new ScriptedNames();
        using var origin = new EchoOrigin();
        await using var engine = EngineUnderTest.Start(options => (options.DialTimeout, options.ResolverThreads) = (s_never, 2),
            users: [EngineUnderTest.User(), EngineUnderTest.User(2, "bob") with { CustomerId = 2 }], lookUp: names.LookUp);
        var waiting = await AskAsync(engine, 1, _ => "silent.test");
        await Poll.UntilAsync(() => names.Silent == 1);
        waiting.AddRange(await AskAsync(engine, HostResolver.MaxWaiting, i => $"silent{i}.test"));

        var refused = await AskAsync(engine, 1, _ => "one-more.test");
        StringAssert.Contains(await refused[0].ReadHeadAsync(), "details=\"Overloaded\"");
        using var other = (await AskAsync(engine, 1, _ => "good.test", origin.Endpoint.Port, "bob"))[0];
        StringAssert.StartsWith(await other.ReadHeadAsync(), "HTTP/1.1 200 ");
        foreach (var client in waiting.Concat(refused))
            client.Reset();
    }

    [TestMethod]
    public async Task Engine_StoppedWhileNamesAreResolved_DoesNotWaitForThem()
    {
        using var names = new ScriptedNames();
        var engine = EngineUnderTest.Start(options => options.DialTimeout = s_never, lookUp: names.LookUp);
        var clients = await AskAsync(engine, 3, i => $"silent{i}.test");
        await Poll.UntilAsync(() => names.Silent == 3);
        await engine.DisposeAsync().AsTask().WaitAsync(s_stop, TimeProvider.System);
        Assert.AreEqual(0, engine.Engine.OpenConnections);
        foreach (var client in clients)
            client.Dispose();
    }

    [TestMethod]
    public async Task Datagrams_ToASilentName_OthersPassAndNothingIsLeft()
    {
        using var names = new ScriptedNames();
        using var echo = new UdpEcho();
        await using var engine = EngineUnderTest.Start(options => options.DialTimeout = s_never, lookUp: names.LookUp);
        using (var client = await SocksUdpClient.OpenAsync(engine.Endpoint))
        {
            await client.SendAsync(new Destination("silent.test", echo.Endpoint.Port, null), "lost"u8.ToArray());
            await Poll.UntilAsync(() => names.Silent == 1);
            await client.SendAsync(new Destination("good.test", echo.Endpoint.Port, null), "found"u8.ToArray());
            Assert.AreEqual("found", Encoding.ASCII.GetString((await client.ReceiveAsync()).Payload));
        }
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
        names.Dispose(); // an answer that nobody waits for
        await Poll.UntilAsync(() => names.Silent == 0);
        Assert.AreEqual(1, echo.Received);
    }

    [TestMethod]
    public async Task Datagram_ToANameResolvedLate_ArrivesThen()
    {
        using var names = new ScriptedNames();
        using var echo = new UdpEcho();
        await using var engine = EngineUnderTest.Start(lookUp: names.LookUp);
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        await client.SendAsync(new Destination("silent.test", echo.Endpoint.Port, null), "late"u8.ToArray());
        await Poll.UntilAsync(() => names.Silent == 1);
        names.Dispose();
        Assert.AreEqual("late", Encoding.ASCII.GetString((await client.ReceiveAsync()).Payload));
    }

    private static Provider Silent(int id, UpstreamProtocol protocol = UpstreamProtocol.Http) =>
        EngineUnderTest.Upstream(new IPEndPoint(IPAddress.Loopback, 1), protocol, id) with { Host = $"silent{id}.test" };

    private static async Task<List<RawClient>> AskAsync(
        EngineUnderTest engine, int count, Func<int, string> name, int port = 443, string user = EngineUnderTest.Name)
    {
        var clients = new List<RawClient>();
        for (int i = 0; i < count; i++)
        {
            clients.Add(await engine.ConnectAsync());
            await clients[^1].SendAsync($"CONNECT {name(i)}:{port} HTTP/1.1\r\n{EngineUnderTest.BasicHeader(user)}\r\n");
        }
        return clients;
    }
}

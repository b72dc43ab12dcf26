using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Engine.Tests.Diagnostics;
using AtlanticProxy.Engine.Tests.Udp;
using AtlanticProxy.Simulator;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Engine.Tests.Shadowsocks;

[TestClass]
public sealed class ShadowsocksPacketTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly ShadowsocksKey Key = ShadowsocksServer.AlicesKey(ShadowsocksMethod.ChaCha20Poly1305);

    [TestMethod]
    [DataRow(ShadowsocksMethod.Aes128Gcm)]
    [DataRow(ShadowsocksMethod.Aes256Gcm)]
    [DataRow(ShadowsocksMethod.ChaCha20Poly1305)]
    public async Task Packets_EachMethod_ComeBackAndAreBookedExactly(ShadowsocksMethod method)
    {
        await using var server = ShadowsocksServer.Start();
        using var echo = new UdpEcho();
        using var client = Connect(server);
        foreach (int size in (int[])[1, 1400, 9000, 1])
            Assert.AreEqual(size,
                (await ExchangeAsync(client, ShadowsocksServer.AlicesKey(method), echo.Endpoint, new byte[size])).Length);
        await Poll.UntilAsync(() => server.Engine.Usage is { BytesUp: 10_402, BytesDown: 10_402, Connections: 1 });
    }

    [TestMethod]
    public async Task Packets_ThroughSocks5Upstream_ComeBack()
    {
        await using var simulator = await ProviderSimulator.StartAsync(
            new SimulatorOptions { Username = "acme", Password = "pw" }, TimeProvider.System, NullLoggerFactory.Instance);
        await using var server = ShadowsocksServer.Start(providers:
            [EngineUnderTest.Upstream(simulator.Endpoint, UpstreamProtocol.Socks5, username: "acme", password: "pw")]);
        using var echo = new UdpEcho();
        using var client = Connect(server);
        Assert.AreEqual("waits for the exit",
            Encoding.ASCII.GetString(await ExchangeAsync(client, Key, echo.Endpoint, "waits for the exit"u8.ToArray())));
    }

    [TestMethod]
    public async Task Packets_ReplayedRandomShortOrForbidden_AreDroppedAndOthersPass()
    {
        await using var server = ShadowsocksServer.Start();
        using var echo = new UdpEcho();
        using var client = Connect(server);
        byte[] first = ShadowsocksClient.Packet(Key, [.. ShadowsocksClient.AddressOf(echo.Endpoint), .. "first"u8]);
        await client.SendAsync(first);
        await client.ReceiveAsync().WaitAsync(Deadline, TimeProvider.System);

        await client.SendAsync(first);
        foreach (int length in (int[])[0, 1, 31, 32, 33, 48, 49, 100])
            await client.SendAsync(RandomNumberGenerator.GetBytes(length));
        await client.SendAsync(
            ShadowsocksClient.Packet(Key, [.. ShadowsocksClient.AddressOf(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 53)), 1]));
        await client.SendAsync(ShadowsocksClient.Packet(Key, [9, 9, 9]));
        await client.SendAsync(ShadowsocksClient.Packet(Key, [3, 200, 1]));
        Assert.AreEqual("last", Encoding.ASCII.GetString(await ExchangeAsync(client, Key, echo.Endpoint, "last"u8.ToArray())));
        Assert.AreEqual(2, echo.Received);
        await Poll.UntilAsync(() => server.Engine.Usage is { BytesUp: 9, BytesDown: 9 });
    }

    [TestMethod]
    public async Task Packets_OfTwoUsersFromOneSocket_AreBookedOnEach()
    {
        await using var server = ShadowsocksServer.Start();
        using var echo = new UdpEcho();
        using var client = Connect(server);
        await ExchangeAsync(client, Key, echo.Endpoint, new byte[10]);
        await ExchangeAsync(client, ShadowsocksServer.BobsKey, echo.Endpoint, new byte[20]);
        await Poll.UntilAsync(() => server.Engine.Usage.BytesDown == 30);
        Assert.AreEqual(20, server.Engine.Usage.Deltas.Where(delta => delta.Key.ProxyUserId == 2).Sum(delta => delta.BytesUp));
    }

    [TestMethod]
    public async Task Packets_WithoutAnExit_AreRefusedAndServedWhenThereIsOne()
    {
        var log = new RecordingConnectionLog();
        using var nobody = new ScriptedUpstream(async peer => await peer.DrainAsync());
        await using var server = ShadowsocksServer.Start(providers: [EngineUnderTest.Upstream(nobody.Endpoint)],
            connections: log); // HTTP carries no datagrams
        using var echo = new UdpEcho();
        using var client = Connect(server);
        for (int i = 1; i <= 3; i++)
        {
            await client.SendAsync(ShadowsocksClient.Packet(Key, [.. ShadowsocksClient.AddressOf(echo.Endpoint), 1]));
            await Poll.UntilAsync(() => log.Records.Count == i, because: "each packet is refused anew");
        }
        Assert.AreEqual(ConnectionOutcome.NoExit, log.Records[0].Outcome);
        await Poll.UntilAsync(() => server.Engine.Engine.OpenConnections == 0); // a record is written before its end is counted
        server.Engine.Engine.Apply(new SnapshotDelta { Providers = [EngineUnderTest.Direct()] });
        Assert.HasCount(9, await ExchangeAsync(client, Key, echo.Endpoint, new byte[9]));
    }

    [TestMethod]
    public async Task Association_OfAUserWithNewLimits_HasThemToo()
    {
        await using var server = ShadowsocksServer.Start();
        using var echo = new UdpEcho();
        using var client = Connect(server);
        await ExchangeAsync(client, Key, echo.Endpoint, new byte[10]);

        // At this speed 20 KB can be saved up: a datagram of 30 KB never passes.
        server.Engine.Engine.Apply(
            new SnapshotDelta { Users = [ShadowsocksServer.Alice() with { Limits = new UseLimits { SpeedUp = 100_000 } }] });
        await Poll.UntilAsync(async () =>
        {
            await client.SendAsync(
                ShadowsocksClient.Packet(Key, [.. ShadowsocksClient.AddressOf(echo.Endpoint), .. new byte[30_000]]));
            byte[] answer = await ExchangeAsync(client, Key, echo.Endpoint, new byte[9]); // the first of the two that passed
            bool passed = answer.Length != 9;
            if (passed)
                await client.ReceiveAsync().WaitAsync(Deadline, TimeProvider.System);
            return !passed;
        }, because: "large datagrams pass still");
    }

    [TestMethod]
    public async Task Association_WhileTheEngineDrains_GoesOnAndNoneIsAdded()
    {
        var server = ShadowsocksServer.Start(options => options.DrainTimeout = TimeSpan.FromMinutes(1));
        using var echo = new UdpEcho();
        using UdpClient client = Connect(server), late = Connect(server);
        await ExchangeAsync(client, Key, echo.Endpoint, new byte[10]);
        using var hurry = new CancellationTokenSource();
        var stopping = server.Engine.Engine.StopAsync(hurry.Token);
        await late.SendAsync(ShadowsocksClient.Packet(Key, [.. ShadowsocksClient.AddressOf(echo.Endpoint), 1]));
        await ExchangeAsync(client, Key, echo.Endpoint, new byte[10]);
        Assert.AreEqual(2, echo.Received);
        Assert.IsFalse(stopping.IsCompleted);
        await hurry.CancelAsync();
        await stopping;
        Assert.AreEqual((20L, 20L), (server.Engine.Usage.BytesUp, server.Engine.Usage.BytesDown));
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task Association_IdleOrOlderThanTotalTimeout_Ends(bool idle)
    {
        var (limit, time) = (TimeSpan.FromMinutes(1), new SetTime());
        await using var server = ShadowsocksServer.Start(
            options => _ = idle ? options.DatagramIdleTimeout = limit : options.TotalTimeout = limit, time: time);
        using var echo = new UdpEcho();
        using var client = Connect(server);
        await ExchangeAsync(client, Key, echo.Endpoint, new byte[1]);
        Assert.AreEqual(1, server.Engine.Engine.OpenConnections);
        await server.Engine.PassAsync(time, limit);
        await Poll.UntilAsync(() => server.Engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task Association_UserDisabled_IsCut()
    {
        await using var server = ShadowsocksServer.Start();
        using var echo = new UdpEcho();
        using var client = Connect(server);
        await ExchangeAsync(client, Key, echo.Endpoint, new byte[1]);
        Assert.AreEqual(1, server.Engine.Engine.OpenConnections);
        server.Engine.Engine.Apply(
            new SnapshotDelta { Users = [ShadowsocksServer.Alice() with { State = ProxyUserState.Disabled }] });
        await Poll.UntilAsync(() => server.Engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task Association_IsAmongWhatIsOpen_AndCanBeCut()
    {
        await using var server = ShadowsocksServer.Start();
        using var echo = new UdpEcho();
        using var client = Connect(server);
        await ExchangeAsync(client, Key, echo.Endpoint, new byte[5]);
        var engine = server.Engine.Engine;

        var open = (await engine.LookAsync(OpenConnectionFilter.All, OpenConnectionOrder.Speed, 5, default)).Items.Single();
        int cut = await engine.CutAsync(new HashSet<long> { open.Id }, default);

        Assert.AreEqual(("", 0, 5L, 5L, 1), (open.Host, open.Port, open.BytesUp, open.BytesDown, cut));
        await Poll.UntilAsync(() => engine.OpenConnections == 0);
    }

    private static UdpClient Connect(ShadowsocksServer server)
    {
        var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        client.Connect(server.Endpoint);
        return client;
    }

    /// <summary>Sends a payload to an echo, and checks where the answer comes from.</summary>
    private static async Task<byte[]> ExchangeAsync(UdpClient client, ShadowsocksKey key, IPEndPoint echo, byte[] payload)
    {
        byte[] address = ShadowsocksClient.AddressOf(echo);
        await client.SendAsync(ShadowsocksClient.Packet(key, [.. address, .. payload]));
        var received = await client.ReceiveAsync().WaitAsync(Deadline, TimeProvider.System);
        byte[] plain = ShadowsocksClient.OpenPacket(key, received.Buffer);
        CollectionAssert.AreEqual(address, plain[..address.Length]);
        return plain[address.Length..];
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Simulator;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Engine.Tests.Udp;

[TestClass]
public sealed class UdpAssociationTests
{
    [TestMethod]
    public async Task Datagrams_ThroughDirect_ComeBackAndAreBookedExactly()
    {
        await using var engine = EngineUnderTest.Start();
        using var echo = new UdpEcho();
        using (var client = await SocksUdpClient.OpenAsync(engine.Endpoint))
        {
            foreach (int size in (int[])[0, 1, 1400, 9000])
            {
                byte[] payload = [.. Enumerable.Range(0, size).Select(i => (byte)i)];
                await client.SendAsync(echo.Endpoint, payload);
                var (from, received) = await client.ReceiveAsync();
                Assert.AreEqual(echo.Endpoint.ToString(), from.Authority);
                CollectionAssert.AreEqual(payload, received);
            }
        }
        await Poll.UntilAsync(() => engine.Usage is { BytesUp: 10_401, BytesDown: 10_401, Connections: 1 });
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    [DataRow("203.0.113.7", "05000001CB007107"), DataRow("2001:db8::7", "0500000420010DB8000000000000000000000007")]
    public async Task Reply_NamesTheAddressThatIsSet_BehindNat(string address, string expected)
    {
        await using var engine = EngineUnderTest.Start(options => options.UdpAddress = address);
        using var echo = new UdpEcho();
        using var client = await RawClient.ConnectAsync(engine.Endpoint);
        await client.SendAsync([5, 1, 2, 1, 5, .. "alice"u8, 6, .. "secret"u8, 5, 3, 0, 1, 0, 0, 0, 0, 0, 0]);
        await client.ReadAsync(4);
        byte[] reply = await client.ReadAsync(expected.Length / 2 + 2);
        Assert.AreEqual(expected, Convert.ToHexString(reply[..^2]));
        // The port is the socket's own, here as behind the NAT.
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        byte[] to = echo.Endpoint.Address.GetAddressBytes();
        await socket.SendAsync((byte[])[0, 0, 0, 1, .. to, (byte)(echo.Endpoint.Port >> 8), (byte)echo.Endpoint.Port, 42],
            new IPEndPoint(IPAddress.Loopback, reply[^2] << 8 | reply[^1]));
        using var deadline = new CancellationTokenSource(Poll.DefaultDeadline, TimeProvider.System);
        Assert.AreEqual(42, (await socket.ReceiveAsync(deadline.Token)).Buffer[^1]);
    }

    [TestMethod]
    [DataRow("", true), DataRow("203.0.113.7", true), DataRow("proxy.example.com", false), DataRow("203.0.113.7:1080", false)]
    public void UdpAddress_IsValidated(string address, bool valid)
    {
        Assert.AreEqual(valid, !new EngineOptions { UdpAddress = address }.Validate().Any());
    }

    [TestMethod]
    public async Task Association_WhoseProviderEndsWithItsAnswer_EndsForTheClientToo()
    {
        using var provider = new ScriptedUpstream(async peer =>
        {
            // All at once, so that the end comes with the answer.
            await peer.SendAsync("\u0005\u0000" + "\u0005\u0000\u0000\u0001\u0000\u0000\u0000\u0000\u0000\u0009");
            peer.FinishSending();
            await peer.DrainAsync();
        });
        await using var engine =
            EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(provider.Endpoint, UpstreamProtocol.Socks5)]);
        for (int i = 0; i < 20; i++)
        {
            using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
            Assert.AreEqual("", await client.Control.ReadTextUntilClosedAsync());
        }
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0 && engine.Engine.Providers[0].Connections == 0);
    }

    [TestMethod]
    public async Task Datagrams_ToName_AreResolvedAndSent()
    {
        await using var engine = EngineUnderTest.Start(lookUp: _ => [IPAddress.Loopback]);
        using var echo = new UdpEcho();
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        await client.SendAsync(new Destination("localhost", echo.Endpoint.Port, null), "by name"u8.ToArray());
        Assert.AreEqual("by name", Encoding.ASCII.GetString((await client.ReceiveAsync()).Payload));
    }

    [TestMethod]
    public async Task Datagrams_ToIPv6_ComeBackFromIt()
    {
        await using var engine = EngineUnderTest.Start(options => options.AllowedPrivateNetworks.Add("::1/128"));
        using var echo = new UdpEcho(IPAddress.IPv6Loopback);
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        await client.SendAsync(echo.Endpoint, "six"u8.ToArray());
        var (from, payload) = await client.ReceiveAsync();
        Assert.AreEqual(("six", echo.Endpoint.ToString()), (Encoding.ASCII.GetString(payload), from.Authority));
    }

    [TestMethod]
    public async Task Datagrams_ToANameThatARuleForbids_AreDroppedAndOthersPass()
    {
        await using var engine = EngineUnderTest.Start(
            users: [EngineUnderTest.User() with { Rules = new([], ["exact.example"], [], []) }], lookUp: _ =>
            [IPAddress.Loopback]);
        using var echo = new UdpEcho();
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        foreach (string name in (string[])["exact.example", "EXACT.example."])
            await client.SendAsync(new Destination(name, echo.Endpoint.Port, null), "forbidden"u8.ToArray());
        await client.SendAsync(new Destination("other.example", echo.Endpoint.Port, null), "permitted"u8.ToArray());
        Assert.AreEqual("permitted", Encoding.ASCII.GetString((await client.ReceiveAsync()).Payload));
        Assert.AreEqual(1, echo.Received);
    }

    [TestMethod]
    public async Task Datagrams_ThroughSocks5Upstream_ComeBackAndAreBookedExactly()
    {
        await using var simulator = await ProviderSimulator.StartAsync(
            new SimulatorOptions { Username = "acme", Password = "pw" }, TimeProvider.System, NullLoggerFactory.Instance);
        await using var engine = EngineUnderTest.Start(providers:
            [EngineUnderTest.Upstream(simulator.Endpoint, UpstreamProtocol.Socks5, username: "acme", password: "pw")]);
        using var echo = new UdpEcho();
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        await client.SendAsync(echo.Endpoint, "through two"u8.ToArray());
        var (from, payload) = await client.ReceiveAsync();
        Assert.AreEqual("through two", Encoding.ASCII.GetString(payload));
        Assert.AreEqual(echo.Endpoint.ToString(), from.Authority);
        await Poll.UntilAsync(() => engine.Usage is { BytesUp: 11, BytesDown: 11 });
    }

    [TestMethod]
    public async Task Associate_Socks5UpstreamGone_EndsTheAssociation()
    {
        var simulator = await ProviderSimulator.StartAsync(new SimulatorOptions { Username = "acme", Password = "pw" },
            TimeProvider.System, NullLoggerFactory.Instance);
        await using var engine = EngineUnderTest.Start(providers:
            [EngineUnderTest.Upstream(simulator.Endpoint, UpstreamProtocol.Socks5, username: "acme", password: "pw")]);
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        await simulator.DisposeAsync();
        Assert.IsEmpty(await client.Control.ReadToEndAsync());
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task Associate_OnlyHttpProviders_IsRefusedAsCommand()
    {
        await using var engine =
            EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(new IPEndPoint(IPAddress.Loopback, 9))]);
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        Assert.AreEqual(7, client.Reply[1]);
    }

    [TestMethod]
    public async Task Associate_HttpProviderFirst_UsesTheOneThatCarriesDatagrams()
    {
        await using var engine = EngineUnderTest.Start(providers:
            [EngineUnderTest.Upstream(new IPEndPoint(IPAddress.Loopback, 9)) with { Priority = 1 },
                EngineUnderTest.Direct(id: 5) with { Priority = 2 }]);
        using var echo = new UdpEcho();
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        await client.SendAsync(echo.Endpoint, "x"u8.ToArray());
        await client.ReceiveAsync();
        await Poll.UntilAsync(() => engine.Usage.BytesDown == 1);
        Assert.IsTrue(engine.Usage.Deltas.All(delta => delta.Key.ProviderId == 5));
    }

    [TestMethod]
    public async Task Datagram_ToForbiddenAddressFragmentOrGarbage_IsDroppedAndOthersPass()
    {
        using var echo = new UdpEcho();
        using var forbidden = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        int forbiddenPort = ((IPEndPoint)forbidden.Client.LocalEndPoint!).Port;
        await using var guarded = EngineUnderTest.Start(options => options.DeniedPorts.Add(forbiddenPort));
        using var client = await SocksUdpClient.OpenAsync(guarded.Endpoint);

        await client.SendAsync(new IPEndPoint(IPAddress.Loopback, forbiddenPort), "denied port"u8.ToArray());
        await client.SendAsync(new IPEndPoint(IPAddress.Parse("10.1.2.3"), 53), "private"u8.ToArray());
        await client.SendAsync(guarded.Endpoint, "the appliance's own port"u8.ToArray());
        await client.SendAsync(Destination.Of(echo.Endpoint.Address, echo.Endpoint.Port), "fragment"u8.ToArray(), fragment: 1);
        foreach (byte[] garbage in (byte[][])[[], [0], [0, 0, 0], [0, 0, 0, 9, 1, 2], [0, 0, 0, 1, 127, 0], [0, 0, 0, 3, 255, 1]])
            await client.SendRawAsync(garbage);
        await client.SendAsync(echo.Endpoint, "good"u8.ToArray());

        Assert.AreEqual("good", Encoding.ASCII.GetString((await client.ReceiveAsync()).Payload));
        Assert.AreEqual(1, echo.Received);
        Assert.AreEqual(0, forbidden.Available);
        await Poll.UntilAsync(() => guarded.Usage is { BytesUp: 4, BytesDown: 4 });
    }

    [TestMethod]
    public async Task Datagram_FromAnotherPortOrUninvitedSender_IsDropped()
    {
        await using var engine = EngineUnderTest.Start();
        using var echo = new UdpEcho();
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        await client.SendAsync(echo.Endpoint, "first"u8.ToArray());
        await client.ReceiveAsync();

        using var stranger = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await stranger.SendAsync(
            new byte[] { 0, 0, 0, 1, 127, 0, 0, 1, (byte)(echo.Endpoint.Port >> 8), (byte)echo.Endpoint.Port, 42 }, client.Relay);
        await client.SendAsync(echo.Endpoint, "second"u8.ToArray());
        Assert.AreEqual("second", Encoding.ASCII.GetString((await client.ReceiveAsync()).Payload));
        Assert.AreEqual(2, echo.Received);
    }

    [TestMethod]
    public async Task Associate_TcpClosed_ClosesRelay()
    {
        await using var engine = EngineUnderTest.Start();
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        client.Control.FinishSending();
        Assert.IsEmpty(await client.Control.ReadToEndAsync());
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
        await Poll.UntilAsync(() => IsFree(client.Relay)); // another process may have it for a moment
    }

    [TestMethod]
    public async Task Associate_NoDatagrams_EndsAtIdleTimeout()
    {
        await using var engine = EngineUnderTest.Start(options => options.DatagramIdleTimeout = TimeSpan.FromMilliseconds(100));
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        Assert.IsEmpty(await client.Control.ReadToEndAsync());
    }

    [TestMethod]
    public async Task Associate_OlderThanTotalTimeout_IsCut()
    {
        await using var engine = EngineUnderTest.Start(options => options.TotalTimeout = TimeSpan.FromMilliseconds(200));
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        await Assert.ThrowsExactlyAsync<SocketException>(client.Control.ReadToEndAsync);
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task Associate_UserDisabled_IsCut()
    {
        await using var engine = EngineUnderTest.Start();
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        engine.Engine.Apply(new SnapshotDelta { Users = [EngineUnderTest.User() with { State = ProxyUserState.Disabled }] });
        await Assert.ThrowsExactlyAsync<SocketException>(client.Control.ReadToEndAsync);
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task Associate_IsAmongWhatIsOpen_AndCanBeCut()
    {
        await using var engine = EngineUnderTest.Start();
        using var echo = new UdpEcho();
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        await client.SendAsync(echo.Endpoint, new byte[7]);
        await client.ReceiveAsync();

        var open = (await engine.Engine.LookAsync(
            OpenConnectionFilter.All, OpenConnectionOrder.Speed, 5, default)).Items.Single();
        int cut = await engine.Engine.CutAsync(new HashSet<long> { open.Id }, default);

        Assert.AreEqual(("", 7L, 7L, 1), (open.Host, open.BytesUp, open.BytesDown, cut));
        await Assert.ThrowsExactlyAsync<SocketException>(client.Control.ReadToEndAsync);
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
    }

    private static bool IsFree(IPEndPoint endpoint)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(endpoint);
            return true;
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}

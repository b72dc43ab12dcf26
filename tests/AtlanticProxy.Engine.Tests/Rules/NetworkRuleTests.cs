using System.Net;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Engine.Tests.Shadowsocks;
using AtlanticProxy.Engine.Tests.Udp;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Rules;

/// <summary>Rules on networks, by every way to name an address; and what a new rule does to what is open.</summary>
[TestClass]
public sealed class NetworkRuleTests
{
    /// <summary>What is not forbidden listens on 127.0.0.1.</summary>
    private static readonly DestinationRules Some = Networks("127.0.9.0/24", "::1/128");

    [TestMethod]
    [DataRow("127.0.9.1:80"), DataRow("127.0.9.255:443"), DataRow("0x7f000901:80"), DataRow("2130708737:80")]
    [DataRow("127.0.2305:80"), DataRow("[::ffff:127.0.9.1]:80"), DataRow("[64:ff9b::7f00:901]:80")]
    [DataRow("[2002:7f00:901::]:80"), DataRow("[::1]:80"), DataRow("[0:0::0:1]:80")]
    public async Task Address_InAForbiddenNetwork_Gets403HoweverItIsSpelled(string authority)
    {
        await using var engine = Start(Some);
        foreach (string request in (string[])[$"CONNECT {authority}", $"GET http://{authority}/"])
        {
            using var client = await engine.ConnectAsync();
            await client.SendAsync($"{request} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
            var (head, body) = await client.ReadResponseAsync();
            StringAssert.StartsWith(head, "HTTP/1.1 403 ");
            StringAssert.Contains(head, "http_request_denied");
            StringAssert.Contains(body, "rule: network ");
        }
    }

    [TestMethod]
    [DataRow("127.0.9.1"), DataRow("name.example")]
    public async Task Socks5_ToAForbiddenNetwork_IsRefused(string host)
    {
        await using var engine = Start(Some, Forbidden);
        var result = await Tool.CurlAsync("-sS", "--socks5-hostname", $"{engine.Endpoint}", "--proxy-user", "alice:secret",
            $"http://{host}/");
        Assert.AreEqual(97, result.ExitCode, result.ToString());
        StringAssert.Contains(result.Errors, "(2)"); // not allowed by ruleset
    }

    [TestMethod]
    public async Task Name_ThatIsResolvedIntoAForbiddenNetwork_Gets403()
    {
        await using var engine = Start(Some, Forbidden);
        foreach (string request in (string[])["CONNECT name.example:443", "GET http://name.example/"])
        {
            using var client = await engine.ConnectAsync();
            await client.SendAsync($"{request} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
            var (head, body) = await client.ReadResponseAsync();
            StringAssert.StartsWith(head, "HTTP/1.1 403 ");
            StringAssert.Contains(body, "rule: network 127.0.9.0/24");
        }
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task Rule_OfOneUser_IsNotTheOthers(bool byName)
    {
        using var origin = new EchoOrigin();
        await using var engine = EngineUnderTest.Start(
            users: [EngineUnderTest.User() with { Rules = Networks("127.0.0.1/32") }, EngineUnderTest.User(2, "bobby")],
            lookUp: _ => [IPAddress.Loopback]);
        string authority = byName ? $"name.example:{origin.Endpoint.Port}" : $"{origin.Endpoint}";
        foreach (var (name, status) in new[] { ("alice", "403"), ("bobby", "200") })
        {
            using var client = await engine.ConnectAsync();
            await client.SendAsync($"CONNECT {authority} HTTP/1.1\r\n{EngineUnderTest.BasicHeader(name)}\r\n");
            StringAssert.StartsWith(await client.ReadHeadAsync(), $"HTTP/1.1 {status} ");
        }
    }

    [TestMethod]
    public async Task Datagrams_ToAForbiddenNetwork_AreDroppedAndOthersPass()
    {
        using var forbidden = new UdpEcho(IPAddress.Parse("127.0.9.1"));
        using var echo = new UdpEcho();
        await using var engine = Start(Some, name => name == "good.example" ? [IPAddress.Loopback] : Forbidden(name));
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        await client.SendAsync(forbidden.Endpoint, "no"u8.ToArray());
        await client.SendAsync(new Destination("name.example", forbidden.Endpoint.Port, null), "no"u8.ToArray());
        await client.SendAsync(new Destination("good.example", echo.Endpoint.Port, null), "good"u8.ToArray());
        Assert.AreEqual("good", Encoding.ASCII.GetString((await client.ReceiveAsync()).Payload));
        Assert.AreEqual(0, forbidden.Received);
    }

    [TestMethod]
    public async Task Shadowsocks_ToAForbiddenNetwork_IsRefusedInStreamsAndPackets()
    {
        using var forbidden = new UdpEcho(IPAddress.Parse("127.0.9.1"));
        using var echo = new UdpEcho();
        var key = ShadowsocksServer.AlicesKey(ShadowsocksMethod.Aes256Gcm);
        await using var server = ShadowsocksServer.Start(alice: ShadowsocksServer.Alice() with { Rules = Some });
        using var stream = await ShadowsocksClient.ConnectAsync(server.Endpoint, key);
        await stream.Raw.SendAsync(stream.Opening(forbidden.Endpoint, "GET"u8));
        await Poll.UntilAsync(() => server.Engine.Log.Contains("DestinationForbidden"));

        using var packets = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        packets.Connect(server.Endpoint);
        foreach (var to in (IPEndPoint[])[forbidden.Endpoint, echo.Endpoint])
            await packets.SendAsync(ShadowsocksClient.Packet(key, [.. ShadowsocksClient.AddressOf(to), 1]));
        await packets.ReceiveAsync().WaitAsync(Poll.DefaultDeadline, TimeProvider.System);
        Assert.AreEqual((0, 1), (forbidden.Received, echo.Received));
    }

    [TestMethod]
    [DataRow("127.0.0.1", "network"), DataRow("127.0.0.1", "port"), DataRow("name.example", "network")]
    [DataRow("name.example", "suffix"), DataRow("name.example", "port")]
    public async Task NewRule_OnWhatATunnelReaches_CutsItAndNoOther(string host, string kind)
    {
        using var origin = new EchoOrigin();
        using var other = new EchoOrigin();
        await using var engine = EngineUnderTest.Start(lookUp: _ => [IPAddress.Loopback]);
        using var doomed = await TunnelAsync(engine, $"{host}:{origin.Endpoint.Port}");
        using var spared = await TunnelAsync(engine, $"other.example:{other.Endpoint.Port}");
        var rules = new DestinationRules(
            kind == "port" ? [origin.Endpoint.Port] : [], [], kind == "suffix" ? ["name.example"] : [], [],
            kind == "network" ? [IPNetwork.Parse("127.0.0.1/32")] : []);
        engine.Engine.Apply(new SnapshotDelta { Rules = Networks("192.0.2.0/24") }); // concerns neither
        await EchoAsync(doomed);

        engine.Engine.Apply(new SnapshotDelta { Rules = rules });

        Assert.AreEqual("", await doomed.ReadTextUntilClosedAsync());
        if (kind != "network")
            await EchoAsync(spared);
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == (kind == "network" ? 0 : 1));
    }

    [TestMethod]
    public async Task NewRule_OfTheUser_CutsItsTunnelOnly()
    {
        using var origin = new EchoOrigin();
        await using var engine = EngineUnderTest.Start(users: [EngineUnderTest.User(), EngineUnderTest.User(2, "bobby")]);
        using var mine = await TunnelAsync(engine, $"{origin.Endpoint}");
        using var bobs = await TunnelAsync(engine, $"{origin.Endpoint}", "bobby");

        engine.Engine.Apply(
            new SnapshotDelta { Users = [EngineUnderTest.User() with { Rules = Networks("127.0.0.0/8") }] });

        Assert.AreEqual("", await mine.ReadTextUntilClosedAsync());
        await EchoAsync(bobs);
    }

    [TestMethod]
    public async Task NewRule_OnTheAddressOfAWaitingUpstreamConnection_HoldsForTheNextRequest()
    {
        await using var origin = await OriginServer.StartAsync();
        await using var engine = EngineUnderTest.Start(lookUp: _ => [IPAddress.Loopback]);
        using var client = await engine.ConnectAsync();
        string request = $"GET http://name.example:{origin.Http("/").Port}/bytes/3 HTTP/1.1\r\n"
            + $"{EngineUnderTest.BasicHeader()}\r\n";
        foreach (var (rules, status) in new[] { (DestinationRules.None, "200"), (Networks("127.0.0.1/32"), "403"),
            (DestinationRules.None, "200") })
        {
            engine.Engine.Apply(new SnapshotDelta { Rules = rules });
            await client.SendAsync(request);
            StringAssert.StartsWith((await client.ReadResponseAsync()).Head, $"HTTP/1.1 {status} ");
        }
    }

    [TestMethod]
    [DataRow("CONNECT b\u00fccher.example:443"), DataRow("GET http://b\u00fccher.example/")]
    public async Task RawUtf8Host_IsNoWayAroundARuleInPunycode(string request)
    {
        await using var engine = Start(new DestinationRules([], [], ["xn--bcher-kva.example"], []), _ => [IPAddress.Loopback]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Encoding.UTF8.GetBytes($"{request} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n"));
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 400 ");

        using var punycode = await engine.ConnectAsync();
        await punycode.SendAsync(
            $"{request.Replace("b\u00fccher", "XN--bcher-KVA", StringComparison.Ordinal)} HTTP/1.1\r\n"
                + $"{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await punycode.ReadHeadAsync(), "HTTP/1.1 403 ");
    }

    private static DestinationRules Networks(params string[] networks) =>
        new([], [], [], [], networks.Select(IPNetwork.Parse));

    // One address that is forbidden, among others that are not.
    private static IPAddress[] Forbidden(string name) => [IPAddress.Loopback, IPAddress.Parse("127.0.9.1")];

    private static EngineUnderTest Start(DestinationRules rules, Func<string, IPAddress[]>? lookUp = null)
    {
        var engine = EngineUnderTest.Start(options => options.AllowedPrivateNetworks.Add("::1/128"), lookUp: lookUp);
        engine.Engine.Apply(new SnapshotDelta { Rules = rules });
        return engine;
    }

    private static async Task<RawClient> TunnelAsync(EngineUnderTest engine, string authority, string user = EngineUnderTest.Name)
    {
        var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT {authority} HTTP/1.1\r\n{EngineUnderTest.BasicHeader(user)}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        return client;
    }

    private static async Task EchoAsync(RawClient client)
    {
        await client.SendAsync("echo");
        Assert.AreEqual("echo", Encoding.ASCII.GetString(await client.ReadAsync(4)));
    }
}

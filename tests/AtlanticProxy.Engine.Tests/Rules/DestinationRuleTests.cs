using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Engine.Tests.Shadowsocks;
using AtlanticProxy.Engine.Tests.Tls;
using AtlanticProxy.Engine.Tests.Udp;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Rules;

/// <summary>Rules as clients meet them.</summary>
[TestClass]
public sealed class DestinationRuleTests
{
    private static readonly DestinationRules Some = new([2525], ["exact.example"], ["below.example"], ["ads"]);

    [TestMethod]
    [DataRow("a.test:2525", "rule: port 2525", true)]
    [DataRow("127.0.0.1:2525", "rule: port 2525", true)]
    [DataRow("Exact.Example.:443", "rule: domain exact.example", false)]
    [DataRow("deep.below.example:443", "rule: suffix below.example", true)]
    [DataRow("www.listed.example:443", "rule: category ads, listed.example", false)]
    public async Task Connect_ToForbidden_Gets403ThatNamesTheRule(string destination, string rule, bool everybody)
    {
        await using var engine = Start(everybody ? Some : DestinationRules.None, everybody ? DestinationRules.None : Some);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT {destination} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        var (head, body) = await client.ReadResponseAsync();
        StringAssert.StartsWith(head, "HTTP/1.1 403 ");
        StringAssert.Contains(head, "DestinationForbidden");
        StringAssert.Contains(body, rule);
    }

    [TestMethod]
    public async Task Get_ToForbidden_Gets403AndConnectionGoesOn()
    {
        await using var origin = await OriginServer.StartAsync();
        await using var engine = Start(Some, DestinationRules.None);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"GET http://exact.example/ HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith((await client.ReadResponseAsync()).Head, "HTTP/1.1 403 ");
        await client.SendAsync($"GET {origin.Http("/bytes/3")} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith((await client.ReadResponseAsync()).Head, "HTTP/1.1 200 ");
    }

    [TestMethod]
    public async Task Rules_OfAnotherUser_AreNotMine()
    {
        await using var engine =
            EngineUnderTest.Start(
                users: [EngineUnderTest.User(), EngineUnderTest.User(2, "bobby") with { Rules = new([], [], [], []) }]);
        using var origin = new EchoOrigin();
        engine.Engine.Apply(
            new SnapshotDelta { Users =
                [EngineUnderTest.User(2, "bobby") with { Rules = new([origin.Endpoint.Port], [], [], []) }] });
        foreach (var (name, status) in new[] { ("alice", "200"), ("bobby", "403") })
        {
            using var client = await engine.ConnectAsync();
            await client.SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\n{EngineUnderTest.BasicHeader(name)}\r\n");
            StringAssert.StartsWith(await client.ReadHeadAsync(), $"HTTP/1.1 {status} ");
        }
    }

    [TestMethod]
    public async Task Hello_InCrumbsThatFillTheInput_IsCutAndItsUpstreamClosed()
    {
        await using var engine = Start(Some, DestinationRules.None);
        using var origin = new OriginSocket();
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        using var far = await origin.AcceptAsync();
        // A hello of 16000 bytes, one in each record: none of it is ever a whole one.
        byte[] message = [1, 0, 0x3e, 0x80, .. new byte[14_000]];
        try
        {
            await client.SendAsync([.. message.SelectMany(one => new byte[] { 22, 3, 1, 0, 1, one })]);
        }
        catch (SocketException)
        {
            // It was cut before all was sent.
        }
        Assert.AreEqual(0, await far.ReceiveAsync(new byte[1]), "its connection ends, and nothing has come through it");
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0 && engine.Engine.Providers[0].Connections == 0);
        Assert.IsFalse(engine.Log.Contains("A connection failed"), "what a client sends is no fault");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(60)]
    public async Task ServerName_Forbidden_CutsTheTunnelAndNothingReachesTheOrigin(int recordLength)
    {
        await using var engine = Start(Some, DestinationRules.None);
        using var origin = new OriginSocket();
        using var client = await TunnelAsync(engine, origin);
        using var far = await origin.AcceptAsync();
        byte[] hello = await ClientHelloTests.HelloAsync("deep.below.example");
        if (recordLength > 0)
            hello = ClientHelloTests.InRecords(hello, recordLength);
        int half = hello.Length / 2;
        await client.SendAsync(hello[..half]);
        await client.SendAsync(hello[half..]);
        Assert.AreEqual("", await client.ReadTextUntilClosedAsync());
        Assert.AreEqual(0, await far.ReceiveAsync(new byte[10]));
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
        Assert.IsTrue(engine.Log.Contains("DestinationForbidden"));
    }

    [TestMethod]
    [DataRow("empty record"), DataRow("too long"), DataRow("other name first")]
    public async Task ServerName_ForbiddenAndHidden_CutsTheTunnelAndNothingReachesTheOrigin(string how)
    {
        await using var engine = Start(Some, DestinationRules.None);
        using var origin = new OriginSocket();
        using var client = await TunnelAsync(engine, origin);
        using var far = await origin.AcceptAsync();
        byte[] name = Encoding.ASCII.GetBytes("deep.below.example");
        byte[] hello = await ClientHelloTests.HelloAsync("deep.below.example");
        await client.SendAsync(how switch
        {
            "empty record" => [22, 3, 1, 0, 0, .. hello],
            "too long" => [22, 3, 1, 0x40, 0, 1, 0, 0x80, 0, .. hello[9..]],
            _ => ClientHelloTests.Hello([7, 0, 1, 1, 0, 0, (byte)name.Length, .. name]),
        });
        Assert.AreEqual("", await client.ReadTextUntilClosedAsync());
        Assert.AreEqual(0, await far.ReceiveAsync(new byte[10]));
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
        Assert.IsTrue(engine.Log.Contains("DestinationForbidden"));
    }

    [TestMethod]
    public async Task ServerName_Allowed_TlsPassesUntouched()
    {
        await using var origin = await OriginServer.StartAsync();
        await using var engine = Start(Some, DestinationRules.None);
        var result = await Tool.CurlAsync("-sS", "--proxy", $"http://{engine.Endpoint}", "--proxy-user", "alice:secret",
            "--cacert", origin.CertificateFile, origin.Https("/bytes/100000").ToString());
        Assert.AreEqual(0, result.ExitCode, result.ToString());
        CollectionAssert.AreEqual(OriginServer.Bytes(100_000), result.Output);
    }

    [TestMethod]
    [DataRow("hello")]
    [DataRow("\u0016nothing like it")]
    public async Task Tunnel_NotTls_PassesUntouched(string text)
    {
        await using var engine = Start(Some, DestinationRules.None);
        using var origin = new OriginSocket();
        using var client = await TunnelAsync(engine, origin);
        using var far = await origin.AcceptAsync();
        await client.SendAsync(text);
        byte[] received = new byte[text.Length];
        Assert.AreEqual(text.Length, await far.ReceiveAsync(received));
        Assert.AreEqual(text, Encoding.Latin1.GetString(received));
    }

    [TestMethod]
    public async Task Tunnel_OriginSpeaksFirst_IsNotHeldUp()
    {
        await using var engine = Start(Some, DestinationRules.None);
        using var origin = new OriginSocket();
        using var client = await TunnelAsync(engine, origin);
        using var far = await origin.AcceptAsync();
        await far.SendAsync("220 ready\r\n"u8.ToArray());
        Assert.AreEqual("220 ready\r\n", Encoding.Latin1.GetString(await client.ReadAsync(11)));
        await client.SendAsync("EHLO\r\n");
        Assert.AreEqual(6, await far.ReceiveAsync(new byte[10]));
        client.FinishSending();
        Assert.AreEqual(0, await far.ReceiveAsync(new byte[10]));
        await far.SendAsync("bye"u8.ToArray());
        far.Shutdown(SocketShutdown.Send);
        Assert.AreEqual("bye", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
        await Poll.UntilAsync(() => engine.Usage.BytesDown == 14 && engine.Usage.BytesUp == 6);
    }

    [TestMethod]
    public async Task Tunnel_EndedBeforeAWord_EndsBothWays()
    {
        await using var engine = Start(Some, DestinationRules.None);
        using var origin = new OriginSocket();
        using (await TunnelAsync(engine, origin))
        {
            using var far = await origin.AcceptAsync();
            far.Close();
            await Poll.UntilAsync(() => engine.Engine.OpenConnections == 1);
        }
        var client = await TunnelAsync(engine, origin);
        using var other = await origin.AcceptAsync();
        client.Reset();
        await Assert.ThrowsExactlyAsync<SocketException>(async () =>
        {
            if (await other.ReceiveAsync(new byte[1]) == 0)
                throw new SocketException((int)SocketError.ConnectionReset);
        });
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task Tunnel_UserSuspendedBeforeAWord_IsCut()
    {
        await using var engine = Start(Some, DestinationRules.None);
        using var origin = new OriginSocket();
        using var client = await TunnelAsync(engine, origin);
        engine.Engine.Apply(new SnapshotDelta { RemovedUsers = [1] });
        Assert.AreEqual("", await client.ReadTextUntilClosedAsync());
    }

    [TestMethod]
    public async Task ServerName_ForbiddenInsideShadowsocks_CutsTheTunnel()
    {
        await using var server = ShadowsocksServer.Start(alice: ShadowsocksServer.Alice() with { Rules = Some });
        using var origin = new OriginSocket();
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint,
            ShadowsocksServer.AlicesKey(ShadowsocksMethod.Aes256Gcm));
        await client.Raw.SendAsync(client.Opening(origin.Endpoint, await ClientHelloTests.HelloAsync("deep.below.example")));
        using var far = await origin.AcceptAsync();
        Assert.AreEqual(0, await far.ReceiveAsync(new byte[10]));
        await Poll.UntilAsync(() => server.Engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    [DataRow(new int[0], DisplayName = "the address in a chunk of its own")]
    [DataRow(new[] { 1 }, DisplayName = "one byte with it")]
    [DataRow(new[] { 0, 5, 6, 100 }, DisplayName = "in many chunks")]
    public async Task ServerName_ForbiddenInLaterShadowsocksChunks_CutsTheTunnel(int[] cuts)
    {
        await using var server = ShadowsocksServer.Start(alice: ShadowsocksServer.Alice() with { Rules = Some });
        using var origin = new OriginSocket();
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint,
            ShadowsocksServer.AlicesKey(ShadowsocksMethod.Aes256Gcm));
        byte[] hello = await ClientHelloTests.HelloAsync("deep.below.example");
        int from = cuts.Length > 0 ? cuts[0] : 0;
        await client.Raw.SendAsync(client.Opening(origin.Endpoint, hello.AsSpan(0, from)));
        using var far = await origin.AcceptAsync();
        foreach (int to in cuts.Skip(1).Append(hello.Length))
        {
            await client.Raw.SendAsync(client.Seal(hello.AsSpan(from..to)));
            from = to;
        }
        Assert.AreEqual(0, await far.ReceiveAsync(new byte[10]), "nothing of it has reached the origin");
        await Poll.UntilAsync(() => server.Engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task ServerName_PermittedInShadowsocksChunks_PassesWholeBothWays()
    {
        await using var server = ShadowsocksServer.Start(alice: ShadowsocksServer.Alice() with { Rules = Some });
        using var origin = new OriginSocket();
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint,
            ShadowsocksServer.AlicesKey(ShadowsocksMethod.Aes256Gcm));
        byte[] hello = [.. await ClientHelloTests.HelloAsync("fine.example"), .. "what follows"u8];
        await client.Raw.SendAsync(client.Opening(origin.Endpoint));
        using var far = await origin.AcceptAsync();
        byte[] first = client.Seal(hello.AsSpan(0, 50)), second = client.Seal(hello.AsSpan(50));
        await client.Raw.SendAsync([.. first, .. second[..20]]); // a chunk and a piece of the next
        await client.Raw.SendAsync(second[20..]);
        byte[] received = new byte[hello.Length];
        for (int count = 0; count < received.Length;)
            count += await far.ReceiveAsync(received.AsMemory(count));
        CollectionAssert.AreEqual(hello, received);
        await far.SendAsync("answer"u8.ToArray());
        CollectionAssert.AreEqual("answer"u8.ToArray(), await client.ReadAsync(6));
    }

    [TestMethod]
    public async Task Shadowsocks_WhereTheOriginSpeaksFirst_StartsAtOnce()
    {
        await using var server = ShadowsocksServer.Start(alice: ShadowsocksServer.Alice() with { Rules = Some });
        using var origin = new OriginSocket();
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint,
            ShadowsocksServer.AlicesKey(ShadowsocksMethod.Aes256Gcm));
        await client.Raw.SendAsync(client.Opening(origin.Endpoint));
        using var far = await origin.AcceptAsync();
        await far.SendAsync("220 mail"u8.ToArray());
        CollectionAssert.AreEqual("220 mail"u8.ToArray(), await client.ReadAsync(8));
        await client.Raw.SendAsync(client.Seal("EHLO"u8));
        byte[] received = new byte[4];
        Assert.AreEqual(4, await far.ReceiveAsync(received));
        CollectionAssert.AreEqual("EHLO"u8.ToArray(), received);
    }

    [TestMethod]
    public async Task Datagram_ToForbiddenPort_IsDroppedAndOthersPass()
    {
        using var echo = new UdpEcho();
        using var forbidden = new UdpEcho();
        await using var engine =
            EngineUnderTest.Start(users: [EngineUnderTest.User() with { Rules = new([forbidden.Endpoint.Port], [], [], []) }]);
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        await client.SendAsync(forbidden.Endpoint, "no"u8.ToArray());
        await client.SendAsync(echo.Endpoint, "good"u8.ToArray());
        Assert.AreEqual("good", Encoding.ASCII.GetString((await client.ReceiveAsync()).Payload));
        Assert.AreEqual(0, forbidden.Received);
    }

    [TestMethod]
    public async Task BlockLists_Refreshed_HoldForTheNextRequest()
    {
        string folder = Lists();
        await using var engine = Start(Some, DestinationRules.None, folder);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"GET http://later.example/ HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith((await client.ReadResponseAsync()).Head,
            "HTTP/1.1 502 "); // allowed, though there is no such name
        File.WriteAllText(Path.Combine(folder, "ads", "more.txt"), "||later.example^\n");
        var reports = await engine.Engine.RefreshBlockListsAsync(CancellationToken.None);
        Assert.AreEqual(2, reports.Single().Names);
        await client.SendAsync($"GET http://later.example/ HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith((await client.ReadResponseAsync()).Head, "HTTP/1.1 403 ");
    }

    [AssemblyCleanup]
    public static void DeleteLists()
    {
        foreach (string folder in s_folders)
            Directory.Delete(folder, recursive: true);
    }

    private static readonly System.Collections.Concurrent.ConcurrentBag<string> s_folders = [];

    private static string Lists()
    {
        string folder = Directory.CreateTempSubdirectory("atlantic-lists-").FullName;
        s_folders.Add(folder);
        Directory.CreateDirectory(Path.Combine(folder, "ads"));
        File.WriteAllText(Path.Combine(folder, "ads", "list.txt"), "||listed.example^\n");
        return folder;
    }

    private static EngineUnderTest Start(DestinationRules everybody, DestinationRules mine, string? lists = null)
    {
        var engine = EngineUnderTest.Start(options =>
            options.BlockListFolder = lists ?? Lists(), users: [EngineUnderTest.User() with { Rules = mine }],
            lookUp: _ => throw new SocketException((int)SocketError.HostNotFound));
        engine.Engine.Apply(new SnapshotDelta { Rules = everybody });
        return engine;
    }

    private static async Task<RawClient> TunnelAsync(EngineUnderTest engine, OriginSocket origin)
    {
        var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        return client;
    }
}

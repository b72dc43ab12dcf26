using System.Net;
using System.Text;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Diagnostics;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Engine.Tests.Shadowsocks;
using AtlanticProxy.Engine.Tests.Tls;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Connections;

[TestClass]
public sealed class ProxyProtocolTests
{
    private static readonly byte[] Signature = "\r\n\r\n\0\r\nQUIT\n"u8.ToArray();

    [TestMethod]
    [DataRow("PROXY TCP4 198.51.100.7 127.0.0.1 40000 8080\r\n", "198.51.100.7:40000")]
    [DataRow("PROXY TCP6 2001:db8::7 ::1 65535 0\r\n", "[2001:db8::7]:65535")]
    [DataRow("PROXY TCP6 ::ffff:198.51.100.7 ::1 1 2\r\n", "198.51.100.7:1")]
    [DataRow("PROXY UNKNOWN\r\n", null)]
    [DataRow("PROXY UNKNOWN ffff:f...f:ffff ffff 65535 65535\r\n", null)]
    public void Text_WellFormed_GivesSource(string header, string? source)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(header + "GET");
        Assert.AreEqual(ProxyHeaderStatus.Complete, ProxyProtocol.Parse(bytes, out int length, out var found));
        Assert.AreEqual(header.Length, length);
        Assert.AreEqual(source, found?.ToString());
        EveryPrefixIsIncomplete(bytes[..length]);
    }

    [TestMethod]
    [DataRow("GET / HTTP/1.1\r\n")]
    [DataRow("PROXY\r\n")]
    [DataRow("PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n")]
    [DataRow("PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n")]
    [DataRow("PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n")]
    [DataRow("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n")]
    [DataRow("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n")]
    [DataRow("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n")]
    [DataRow("PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n")]
    [DataRow("PROXY TCP4 01.2.3.4 1.2.3.4 1 2\r\n")]
    [DataRow("PROXY TCP4 16909060 1.2.3.4 1 2\r\n")]
    [DataRow("PROXY TCP4 ::1 ::1 1 2\r\n")]
    [DataRow("PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n")]
    [DataRow("PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n")]
    [DataRow("PROXY TCP6 [::1] ::1 1 2\r\n")]
    [DataRow("PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n")]
    [DataRow("PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n")]
    [DataRow("PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n")]
    [DataRow("PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n")]
    public void Text_Malformed_IsRefused(string header) =>
        Assert.AreEqual(ProxyHeaderStatus.Malformed, ProxyProtocol.Parse(Encoding.ASCII.GetBytes(header), out _, out _));

    [TestMethod]
    public void Text_WithoutEnd_IsRefusedAtItsLongest()
    {
        byte[] endless = Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('x', 200));
        Assert.AreEqual(ProxyHeaderStatus.Incomplete, ProxyProtocol.Parse(endless.AsSpan(0, 106), out _, out _));
        Assert.AreEqual(ProxyHeaderStatus.Malformed, ProxyProtocol.Parse(endless.AsSpan(0, 107), out _, out _));
    }

    [TestMethod]
    [DataRow(0x21, 0x11, "C6336407" + "7F000001" + "9C40" + "1F90", "198.51.100.7:40000")]
    [DataRow(0x21, 0x11, "C6336407" + "7F000001" + "9C40" + "1F90" + "030004DEADBEEF", "198.51.100.7:40000")]
    [DataRow(0x21, 0x21, "20010DB8000000000000000000000007" + "00000000000000000000000000000001" + "FFFF" + "0000",
        "[2001:db8::7]:65535")]
    [DataRow(0x20, 0x00, "", null)]
    [DataRow(0x20, 0x11, "C6336407" + "7F000001" + "9C40" + "1F90", null)]
    [DataRow(0x21, 0x00, "01020304", null)]
    public void Binary_WellFormed_GivesSource(int command, int family, string rest, string? source)
    {
        byte[] header = Binary(command, family, Convert.FromHexString(rest));
        Assert.AreEqual(ProxyHeaderStatus.Complete, ProxyProtocol.Parse([.. header, 5, 1, 2], out int length, out var found));
        Assert.AreEqual(header.Length, length);
        Assert.AreEqual(source, found?.ToString());
        EveryPrefixIsIncomplete(header);
    }

    [TestMethod]
    [DataRow(0x11, 0x11, 12)]
    [DataRow(0x31, 0x11, 12)]
    [DataRow(0x22, 0x11, 12)]
    [DataRow(0x21, 0x12, 12)]
    [DataRow(0x21, 0x31, 216)]
    [DataRow(0x21, 0x11, 11)]
    [DataRow(0x21, 0x21, 35)]
    [DataRow(0x21, 0x11, 2049)]
    public void Binary_Malformed_IsRefused(int command, int family, int length) =>
        Assert.AreEqual(ProxyHeaderStatus.Malformed,
            ProxyProtocol.Parse(Binary(command, family, new byte[length]), out _, out _));

    /// <summary>Whatever is done to a header, reading it stays within its bytes and gives a whole answer.</summary>
    [TestMethod]
    public void Parse_MutatedHeaders_NeverFailsOrReadsBeyond()
    {
        var random = new Random(1);
        byte[][] seeds =
        [
            Encoding.ASCII.GetBytes("PROXY TCP4 198.51.100.7 127.0.0.1 40000 8080\r\n"),
            Encoding.ASCII.GetBytes("PROXY TCP6 2001:db8::7 ::1 65535 1\r\n"),
            Binary(0x21, 0x11, new byte[12]),
            Binary(0x21, 0x21, new byte[50]),
        ];
        for (int round = 0; round < 50_000; round++)
        {
            byte[] bytes = [.. seeds[random.Next(seeds.Length)]];
            for (int change = random.Next(1, 4); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var cut = bytes.AsSpan(0, random.Next(bytes.Length + 1));
            var status = ProxyProtocol.Parse(cut, out int length, out var source);
            if (status == ProxyHeaderStatus.Complete)
                Assert.IsTrue(length > 0 && length <= cut.Length);
            else
                Assert.IsNull(source);
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Trusted_HeaderGivesTheAddressThatIsAllowed(bool binary)
    {
        await using var engine = Start(trusted: true);
        using var origin = new EchoOrigin();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(binary
            ? Binary(0x21, 0x11, [198, 51, 100, 7, 127, 0, 0, 1, 1, 1, 1, 1])
            : "PROXY TCP4 198.51.100.7 127.0.0.1 1 2\r\n"u8.ToArray());
        await client.SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\n\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
    }

    [TestMethod]
    public async Task Trusted_HeaderInSmallPiecesWithRequestBehind_Works()
    {
        await using var engine = Start(trusted: true);
        using var origin = new EchoOrigin();
        using var client = await engine.ConnectAsync();
        foreach (char c in $"PROXY TCP4 198.51.100.7 127.0.0.1 1 2\r\nCONNECT {origin.Endpoint} HTTP/1.1\r\n\r\n")
            await client.SendAsync(c.ToString());
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
    }

    [TestMethod]
    public async Task Trusted_OtherAddressInHeader_NeedsPassword()
    {
        await using var engine = Start(trusted: true);
        using var client = await engine.ConnectAsync();
        await client.SendAsync("PROXY TCP4 198.51.100.8 127.0.0.1 1 2\r\nCONNECT example.com:443 HTTP/1.1\r\n\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 407 ");
    }

    [TestMethod]
    [DataRow("CONNECT example.com:443 HTTP/1.1\r\n\r\n")]
    [DataRow("\u0005\u0001\u0000")]
    [DataRow("PROXY TCP4 198.51.100.7 127.0.0.1 1 2 3\r\n")]
    public async Task Trusted_WithoutGoodHeader_IsDropped(string bytes)
    {
        await using var engine = Start(trusted: true);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(bytes);
        Assert.AreEqual("", await client.ReadTextUntilClosedAsync());
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task Trusted_HeaderBeforeTls_GivesTheAddressInside(bool onMixedPort)
    {
        using var certificate = new TestCertificate();
        await using var engine = Start(trusted: true, options =>
        {
            options.Tls.Add("127.0.0.1:0");
            options.TlsCertificateFile = certificate.File;
        });
        using var origin = new EchoOrigin();
        foreach (var (source, status) in new[] { ("198.51.100.7", "200"), ("198.51.100.8", "407") })
        {
            using var client = await TlsClient.ConnectAsync(
                onMixedPort ? engine.Endpoint : engine.Engine.TlsEndpoints[0], $"PROXY TCP4 {source} 127.0.0.1 1 2\r\n");
            await client.SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\n\r\n");
            StringAssert.StartsWith(await client.ReadHeadAsync(), $"HTTP/1.1 {status} ", source);
        }
    }

    [TestMethod]
    public async Task Trusted_HeaderInsideTls_IsNoHeader()
    {
        using var certificate = new TestCertificate();
        await using var engine = Start(trusted: true, options => options.TlsCertificateFile = certificate.File);
        using var client = await TlsClient.ConnectAsync(engine.Endpoint, "PROXY TCP4 198.51.100.8 127.0.0.1 1 2\r\n");
        await client.SendAsync("PROXY TCP4 198.51.100.7 127.0.0.1 1 2\r\nCONNECT example.com:443 HTTP/1.1\r\n\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 400 ");
    }

    [TestMethod]
    public async Task Trusted_TlsWithoutHeader_IsDropped()
    {
        using var certificate = new TestCertificate();
        await using var engine = Start(trusted: true, options => options.TlsCertificateFile = certificate.File);
        await Assert.ThrowsAsync<IOException>(() => TlsClient.ConnectAsync(engine.Endpoint));
        await Poll.UntilAsync(() => engine.Engine is { OpenConnections: 0, OpenBridges: 0 });
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task Trusted_HeaderBeforeShadowsocks_GivesTheAddress(bool together)
    {
        var log = new RecordingConnectionLog();
        await using var server = ShadowsocksServer.Start(options =>
            options.ProxyProtocolFrom.Add("127.0.0.0/8"), connections: log);
        using var origin = new EchoOrigin();
        using (var client = await ShadowsocksClient.ConnectAsync(server.Endpoint,
            ShadowsocksServer.AlicesKey(ShadowsocksMethod.Aes256Gcm)))
        {
            byte[] header = "PROXY TCP4 198.51.100.7 127.0.0.1 1 2\r\n"u8.ToArray(),
            opening = client.Opening(origin.Endpoint, "hello"u8);
            await client.Raw.SendAsync(together ? [.. header, .. opening] : header);
            if (!together)
                await client.Raw.SendAsync(opening);
            Assert.AreEqual("hello", Encoding.ASCII.GetString(await client.ReadAsync(5)));
        }
        Assert.AreEqual(IPAddress.Parse("198.51.100.7"), (await log.OnlyAsync(server.Engine)).ClientAddress);
    }

    [TestMethod]
    [DataRow("198.51.100.7", "200"), DataRow("198.51.100.8", "407")]
    public async Task Trusted_HeaderOnStickyPort_GivesTheAddressThatIsAllowed(string source, string status)
    {
        await using var engine = Start(trusted: true, options =>
            options.StickyPorts.Add(
                new StickyPortRange { Listen = "127.0.0.1:0", ProxyUser = "alice", Targeting = "session-p{port}" }));
        using var origin = new EchoOrigin();
        using var client = await RawClient.ConnectAsync(engine.Engine.StickyEndpoints[0]);
        await client.SendAsync($"PROXY TCP4 {source} 127.0.0.1 1 2\r\nCONNECT {origin.Endpoint} HTTP/1.1\r\n\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), $"HTTP/1.1 {status} ");
    }

    [TestMethod]
    public async Task Untrusted_HeaderIsNoHeader()
    {
        await using var engine = Start(trusted: false);
        using var client = await engine.ConnectAsync();
        await client.SendAsync("PROXY TCP4 198.51.100.7 127.0.0.1 1 2\r\nCONNECT example.com:443 HTTP/1.1\r\n\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 400 ");
    }

    private static EngineUnderTest Start(bool trusted, Action<EngineOptions>? configure = null) => EngineUnderTest.Start(
        options =>
        {
            options.ProxyProtocolFrom.Add(trusted ? "127.0.0.0/8" : "192.0.2.0/24");
            configure?.Invoke(options);
        },
        users: [EngineUnderTest.User() with { AllowedSources = [IPNetwork.Parse("198.51.100.7/32")] }]);

    private static byte[] Binary(int command, int family, byte[] rest) =>
        [.. Signature, (byte)command, (byte)family, (byte)(rest.Length >> 8), (byte)rest.Length, .. rest];

    private static void EveryPrefixIsIncomplete(byte[] header)
    {
        for (int length = 0; length < header.Length; length++)
            Assert.AreEqual(ProxyHeaderStatus.Incomplete, ProxyProtocol.Parse(header.AsSpan(0, length), out _, out _),
                $"{length} bytes");
    }
}

using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Tls;

/// <summary>The mixed port inside TLS. Every test also shows that nothing is left open behind it.</summary>
[TestClass]
public sealed class TlsPortTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Connect_InsideTls_CarriesBytesAndBooksThem(bool onMixedPort)
    {
        using var certificate = new TestCertificate();
        await using var engine = Start(certificate);
        using var origin = new EchoOrigin();
        using (var client = await TlsClient.TunnelAsync(onMixedPort ? engine.Endpoint : engine.Engine.TlsEndpoints[0],
            origin.Endpoint))
        {
            Assert.AreEqual(SslApplicationProtocol.Http11, client.Protocol);
            await client.SendAsync("hello");
            Assert.AreEqual("hello", Encoding.Latin1.GetString(await client.ReadAsync(5)));
        }
        await NothingLeftAsync(engine);
        await Poll.UntilAsync(() => engine.Usage.BytesUp == 5 && engine.Usage.BytesDown == 5);
    }

    [TestMethod]
    public async Task Client_ResetsWhileItWaitsForItsSpeed_LeavesItsPlaceAtOnce()
    {
        using var certificate = new TestCertificate();
        await using var engine = Start(certificate,
            alice: EngineUnderTest.User() with { Limits = new UseLimits { SpeedUp = 2_500 } });
        using var origin = new OriginSocket();
        using var client = await TlsClient.TunnelAsync(engine.Engine.TlsEndpoints[0], origin.Endpoint);
        using var far = await origin.AcceptAsync();
        await client.SendAsync(new byte[100_000]);
        await far.ReceiveAsync(new byte[1]); // the rest waits, for 40 s
        client.Reset();
        await NothingLeftAsync(engine);
    }

    [TestMethod]
    public async Task Socks5_InsideTls_CarriesBytes()
    {
        using var certificate = new TestCertificate();
        await using var engine = Start(certificate);
        using var origin = new EchoOrigin();
        using (var client = await TlsClient.ConnectAsync(engine.Engine.TlsEndpoints[0]))
        {
            await client.SendAsync([5, 1, 2]);
            CollectionAssert.AreEqual(new byte[] { 5, 2 }, await client.ReadAsync(2));
            await client.SendAsync([1, 5, .. "alice"u8, 6, .. "secret"u8]);
            CollectionAssert.AreEqual(new byte[] { 1, 0 }, await client.ReadAsync(2));
            await client.SendAsync([5, 1, 0, 1, 127, 0, 0, 1, (byte)(origin.Endpoint.Port >> 8), (byte)origin.Endpoint.Port]);
            Assert.AreEqual(0, (await client.ReadAsync(10))[1]);
            await client.SendAsync("ping");
            Assert.AreEqual("ping", Encoding.Latin1.GetString(await client.ReadAsync(4)));
        }
        await NothingLeftAsync(engine);
    }

    [TestMethod]
    public async Task Tunnel_LargeTransferThenHalfClose_ArrivesWholeBothWays()
    {
        const int size = 10_000_000;
        using var certificate = new TestCertificate();
        await using var engine = Start(certificate);
        using var origin = new EchoOrigin();
        using (var client = await TlsClient.TunnelAsync(engine.Engine.TlsEndpoints[0], origin.Endpoint))
        {
            byte[] sent = OriginServer.Bytes(size);
            var sending = Task.Run(() => client.SendAsync(sent));
            byte[] received = await client.ReadAsync(size);
            await sending;
            CollectionAssert.AreEqual(sent, received);
            await client.FinishSendingAsync(); // not while reading: an SslStream must not be shut down under its reader
            Assert.IsEmpty(await client.ReadToEndAsync());
        }
        await NothingLeftAsync(engine);
        await Poll.UntilAsync(() => engine.Usage.BytesUp == size && engine.Usage.BytesDown == size);
    }

    [TestMethod]
    public async Task Tunnel_OriginEndsWhileClientSends_BothGetEverythingAndAnOrderlyEnd()
    {
        const int rounds = 100, chunks = 100;
        using var certificate = new TestCertificate();
        await using var engine = Start(certificate);
        using var origin = new OriginSocket();
        byte[] chunk = OriginServer.Bytes(10);
        for (int round = 0; round < rounds; round++)
        {
            using var client = await TlsClient.TunnelAsync(engine.Engine.TlsEndpoints[0], origin.Endpoint);
            using var far = await origin.AcceptAsync();
            var sending = Task.Run(async () =>
            {
                for (int i = 0; i < chunks; i++)
                {
                    await client.SendAsync(chunk);
                    if (i == chunks / 2)
                        far.Shutdown(SocketShutdown.Send);
                }
            });
            Assert.IsEmpty(await client.ReadToEndAsync(), $"round {round}");
            await sending;
            await client.FinishSendingAsync();
            byte[] all = new byte[chunks * chunk.Length + 1];
            int received = 0;
            for (int read; (read = await far.ReceiveAsync(all.AsMemory(received))) > 0;)
                received += read;
            Assert.AreEqual(chunks * chunk.Length, received, $"round {round}");
        }
        await NothingLeftAsync(engine);
    }

    [TestMethod]
    public async Task Tunnel_ClientResets_OriginSeesReset()
    {
        using var certificate = new TestCertificate();
        await using var engine = Start(certificate);
        using var origin = new OriginSocket();
        using var client = await TlsClient.TunnelAsync(engine.Engine.TlsEndpoints[0], origin.Endpoint);
        using var far = await origin.AcceptAsync();
        await client.SendAsync("x");
        Assert.AreEqual(1, await far.ReceiveAsync(new byte[10]));

        client.Reset();
        var reset = await Assert.ThrowsExactlyAsync<SocketException>(async () => await far.ReceiveAsync(new byte[1]));
        Assert.AreEqual(SocketError.ConnectionReset, reset.SocketErrorCode);
        await NothingLeftAsync(engine);
    }

    [TestMethod]
    public async Task Tunnel_OriginResets_ClientSeesNoOrderlyEnd()
    {
        using var certificate = new TestCertificate();
        await using var engine = Start(certificate);
        using var origin = new OriginSocket();
        using var client = await TlsClient.TunnelAsync(engine.Engine.TlsEndpoints[0], origin.Endpoint);
        using var far = await origin.AcceptAsync();

        far.Close(timeout: 0);
        await Assert.ThrowsExactlyAsync<IOException>(client.ReadToEndAsync);
        await NothingLeftAsync(engine);
    }

    [TestMethod]
    public async Task Tunnel_ClientStopsReading_HoldsBackOrigin()
    {
        using var certificate = new TestCertificate();
        await using var engine = Start(certificate);
        using var origin = new OriginSocket();
        using (var client = await TlsClient.TunnelAsync(engine.Engine.TlsEndpoints[0], origin.Endpoint))
        {
            using var far = await origin.AcceptAsync();
            far.SendTimeout = 500;
            long sent = 0;
            byte[] chunk = new byte[64 * 1024];
            // What the sockets on the way hold is a few MB; an engine that reads ahead would take all of this.
            var stopped = Assert.ThrowsExactly<SocketException>(() =>
            {
                while (sent < 200_000_000)
                    sent += far.Send(chunk);
            });
            Assert.AreEqual(SocketError.TimedOut, stopped.SocketErrorCode);
        }
        await NothingLeftAsync(engine);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Handshake_NeverFinished_IsDroppedAtTheDeadline(bool beginsOne)
    {
        using var certificate = new TestCertificate();
        await using var engine = Start(certificate, options => options.HeadTimeout = TimeSpan.FromMilliseconds(200));
        using var client = await RawClient.ConnectAsync(engine.Engine.TlsEndpoints[0]);
        if (beginsOne)
            await client.SendAsync([0x16, 3, 1, 2, 0, 1]);
        Assert.AreEqual("", await client.ReadTextUntilClosedAsync());
        await NothingLeftAsync(engine);
    }

    [TestMethod]
    [DataRow("GET http://example.com/ HTTP/1.1\r\n\r\n")]
    [DataRow("\u0005\u0001\u0002")]
    [DataRow("\u0016\u0003\u0001\u0000\u0004junk")]
    public async Task TlsPort_NotTls_IsDroppedWithoutAPlainWord(string bytes)
    {
        using var certificate = new TestCertificate();
        await using var engine = Start(certificate);
        using var client = await RawClient.ConnectAsync(engine.Engine.TlsEndpoints[0]);
        await client.SendAsync(bytes);
        string answer = await client.ReadTextUntilClosedAsync();
        Assert.IsTrue(answer.Length == 0 || answer[0] == 0x15, answer); // nothing, or a TLS alert
        await NothingLeftAsync(engine);
    }

    [TestMethod]
    public async Task MixedPort_WithoutCertificate_DropsTls()
    {
        await using var engine = EngineUnderTest.Start();
        using var client = await RawClient.ConnectAsync(engine.Endpoint);
        await client.SendAsync([0x16, 3, 1, 2, 0, 1]);
        Assert.AreEqual("", await client.ReadTextUntilClosedAsync());
    }

    [TestMethod]
    public async Task Stop_WithTunnelOpen_LeavesNothing()
    {
        using var certificate = new TestCertificate();
        var engine = Start(certificate);
        using var origin = new OriginSocket();
        using var client = await TlsClient.TunnelAsync(engine.Engine.TlsEndpoints[0], origin.Endpoint);
        await engine.DisposeAsync();
        Assert.AreEqual(0, engine.Engine.OpenConnections);
        Assert.AreEqual(0, engine.Engine.OpenBridges);
    }

    [TestMethod]
    public async Task Curl_ThroughHttpsProxy_FetchesPage()
    {
        using var certificate = new TestCertificate();
        await using var engine = Start(certificate);
        await using var origin = await OriginServer.StartAsync();
        var result = await Tool.CurlAsync("-sS", "--proxy", $"https://localhost:{engine.Engine.TlsEndpoints[0].Port}",
            "--proxy-cacert", certificate.File,
            "--proxy-user", "alice:secret", "--cacert", origin.CertificateFile, origin.Https("/bytes/100000").ToString(),
            origin.Http("/bytes/100000").ToString());
        Assert.AreEqual(0, result.ExitCode, result.ToString());
        CollectionAssert.AreEqual(OriginServer.Bytes(100_000).Concat(OriginServer.Bytes(100_000)).ToArray(), result.Output);
        await NothingLeftAsync(engine);
    }

    internal static EngineUnderTest Start(TestCertificate certificate, Action<EngineOptions>? configure = null,
        ProxyUser? alice = null) => EngineUnderTest.Start(options =>
    {
        options.Tls.Add("127.0.0.1:0");
        options.TlsCertificateFile = certificate.File;
        configure?.Invoke(options);
    }, users: alice is null ? null : [alice]);

    private static Task NothingLeftAsync(EngineUnderTest engine) =>
        Poll.UntilAsync(() => engine.Engine.OpenConnections == 0 && engine.Engine.OpenBridges == 0);
}

using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Engine.Tests.Tls;
using AtlanticProxy.Engine.Tests.Udp;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>
/// docs/bad-inputs.md, row 32 where a client takes more than a tunnel's two descriptors: datagrams and TLS. Lowers the ceiling of
/// the whole process, so nothing else may run.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class DescriptorTests
{
    private readonly int _ceiling = DescriptorLimit.Ceiling;

    [TestCleanup]
    public void Restore() => DescriptorLimit.Ceiling = _ceiling;

    [TestMethod]
    public async Task Associate_NoDescriptorsLeft_IsRefusedAndServedLater()
    {
        await using var engine = EngineUnderTest.Start();
        using var echo = new UdpEcho();
        using (var client = await engine.ConnectAsync())
        {
            await client.SendAsync([5, 1, 2]);
            await client.ReadAsync(2);
            await client.SendAsync([1, 5, .. "alice"u8, 6, .. "secret"u8]);
            await client.ReadAsync(2);
            DescriptorLimit.Ceiling = 0;
            await client.SendAsync([5, 3, 0, 1, 0, 0, 0, 0, 0, 0]);
            Assert.AreEqual(1, (await client.ReadAsync(10))[1], "general failure: overloaded");
        }
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);

        Restore();
        using var again = await SocksUdpClient.OpenAsync(engine.Endpoint);
        await again.SendAsync(echo.Endpoint, "served"u8.ToArray());
        Assert.AreEqual("served", Encoding.ASCII.GetString((await again.ReceiveAsync()).Payload));
    }

    [TestMethod]
    public async Task Datagram_NoDescriptorsLeftForItsFamily_IsDroppedAndALaterOnePasses()
    {
        await using var engine = EngineUnderTest.Start();
        using var echo = new UdpEcho();
        using var client = await SocksUdpClient.OpenAsync(engine.Endpoint);
        DescriptorLimit.Ceiling = 0;
        await client.SendAsync(echo.Endpoint, "lost"u8.ToArray());
        await EngineHasReadAsync(engine, client);
        Restore();
        await client.SendAsync(echo.Endpoint, "later"u8.ToArray());
        Assert.AreEqual("later", Encoding.ASCII.GetString((await client.ReceiveAsync()).Payload));
        Assert.AreEqual(1, echo.Received);
    }

    [TestMethod]
    public async Task TlsClient_NoDescriptorsLeftForItsBridge_IsClosedAndServedLater()
    {
        using var certificate = new TestCertificate();
        await using var engine = EngineUnderTest.Start(options => options.TlsCertificateFile = certificate.File);
        using var origin = new EchoOrigin();
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            using var client = await TlsClient.ConnectAsync(engine.Endpoint, connected: async () =>
            {
                await Poll.UntilAsync(() => engine.Engine.OpenConnections == 1);
                DescriptorLimit.Ceiling = 0;
            });
            await client.ReadAsync(1); // a client may be done with the handshake before it is closed
        });
        await NothingLeftAsync(engine);
        Restore();
        (await TlsClient.TunnelAsync(engine.Endpoint, origin.Endpoint)).Dispose();
        Assert.IsFalse(engine.Log.Contains("A connection failed"));
    }

    [TestMethod]
    public async Task TlsUpstream_NoDescriptorsLeftForItsBridge_Gets503AndItsPlaceBack()
    {
        using var certificate = new TestCertificate();
        using var provider = new OriginSocket();
        await using var engine = EngineUnderTest.Start(options => options.UpstreamCaFile = certificate.File,
            [EngineUnderTest.Upstream(provider.Endpoint, UpstreamProtocol.Https) with { Host = "127.0.0.1" }]);
        using var key = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(certificate.File,
            certificate.File);
        using var client = await engine.ConnectAsync();
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 1);
        await client.SendAsync($"CONNECT exit.test:80 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        using (var far = await provider.AcceptAsync())
        await using (var tls = new System.Net.Security.SslStream(new NetworkStream(far)))
        {
            DescriptorLimit.Ceiling = 0;
            await tls.AuthenticateAsServerAsync(key);
            StringAssert.Contains(await client.ReadHeadAsync(), "details=\"Overloaded\"");
        }
        await Poll.UntilAsync(() => engine.Engine.OpenBridges == 0);
        Assert.AreEqual(0, engine.Engine.Providers[0].Connections);
        Assert.AreEqual(0, engine.Engine.Providers[0].Failures, "that was not the provider's fault");
    }

    // The loop has read what was sent before: it answers a datagram that is refused later than that one, on the TCP connection,
    // with nothing but its own end.
    private static async Task EngineHasReadAsync(EngineUnderTest engine, SocksUdpClient client)
    {
        using var other = await RawClient.ConnectAsync(engine.Endpoint);
        Assert.AreNotEqual("", await other.ReadTextUntilClosedAsync(), "shed, since the ceiling is reached");
        Assert.IsFalse(client.Control.HasSomething);
    }

    private static Task NothingLeftAsync(EngineUnderTest engine) =>
        Poll.UntilAsync(() => engine.Engine.OpenConnections == 0 && engine.Engine.OpenBridges == 0);
}

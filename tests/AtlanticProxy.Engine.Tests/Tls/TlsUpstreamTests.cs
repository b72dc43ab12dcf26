using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Simulator;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Engine.Tests.Tls;

/// <summary>Providers that are spoken to inside TLS.</summary>
[TestClass]
public sealed class TlsUpstreamTests
{
    [TestMethod]
    public async Task Provider_InsideTls_CarriesTunnelsAndRequests()
    {
        using var certificate = new TestCertificate();
        await using var simulator = await ProviderSimulator.StartAsync(
            new SimulatorOptions { Username = "acme", Password = "pw" }, TimeProvider.System, NullLoggerFactory.Instance);
        using var front = new TlsFront(certificate, simulator.Endpoint);
        await using (var engine = Start(certificate.File, front.Endpoint))
        {
            // Strict: a soft session would try another exit, on another connection, when this machine is slow with the handshake.
            string credentials = EngineUnderTest.BasicHeader("alice-country-de-session-s1-strict");
            using (var client = await engine.ConnectAsync())
            {
                await client.SendAsync($"GET http://exit.test/ HTTP/1.1\r\nHost: exit.test\r\n{credentials}\r\n");
                StringAssert.Contains((await client.ReadResponseAsync()).Body, "\"DE\"");
                await client.SendAsync($"GET http://exit.test/ HTTP/1.1\r\nHost: exit.test\r\n{credentials}\r\n");
                StringAssert.Contains((await client.ReadResponseAsync()).Body, "\"DE\"");
            }
            Assert.AreEqual(1, front.Accepted); // the second request waited for nothing
            using (var client = await engine.ConnectAsync())
            {
                await client.SendAsync($"CONNECT exit.test:80 HTTP/1.1\r\n{credentials}\r\n");
                StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
                await client.SendAsync("GET / HTTP/1.1\r\nHost: exit.test\r\nConnection: close\r\n\r\n");
                StringAssert.Contains(Encoding.UTF8.GetString(await client.ReadToEndAsync()), "\"DE\"");
            }
            await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
        }
    }

    [TestMethod]
    [DataRow("elsewhere.test", true, "TLS: the provider's certificate is for another name")]
    [DataRow("localhost", false, "TLS: the provider's certificate is not trusted")]
    public async Task Provider_WithWrongCertificate_Gets502AndNoCredentials(string name, bool trusted, string detail)
    {
        using var certificate = new TestCertificate(name);
        using var other = new TestCertificate();
        using var origin = new OriginSocket();
        using var front = new TlsFront(certificate, origin.Endpoint);
        await using var engine = Start(trusted ? certificate.File : other.File, front.Endpoint);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT exit.test:80 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        var (head, body) = await client.ReadResponseAsync();
        StringAssert.StartsWith(head, "HTTP/1.1 502 ");
        StringAssert.Contains(head, "UpstreamFailed");
        StringAssert.Contains(body, detail);
        await Poll.UntilAsync(() => engine.Engine.OpenBridges == 0);
        Assert.AreEqual(0, front.Completed);
    }

    [TestMethod]
    public async Task Provider_SilentInHandshake_Gets504AtTheDeadline()
    {
        using var certificate = new TestCertificate();
        using var silent = new OriginSocket();
        await using var engine = Start(certificate.File, silent.Endpoint, options =>
            options.DialTimeout = TimeSpan.FromMilliseconds(300));
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT exit.test:80 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 504 ");
        await Poll.UntilAsync(() => engine.Engine.OpenBridges == 0);
    }

    [TestMethod]
    public async Task Client_GoneWhileProviderHandshakes_StopsTheDial()
    {
        using var certificate = new TestCertificate();
        using var silent = new OriginSocket();
        await using var engine = Start(certificate.File, silent.Endpoint);
        var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT exit.test:80 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        using var far = await silent.AcceptAsync();
        await Poll.UntilAsync(() => engine.Engine.OpenBridges == 1);
        client.Reset();
        await Poll.UntilAsync(() => engine.Engine.OpenBridges == 0 && engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task Engine_StopsWhileAProbeHandshakesWithASilentProvider_DoesNotWaitForItsDeadline()
    {
        using var certificate = new TestCertificate();
        using var silent = new OriginSocket();
        await using var engine = Start(certificate.File, silent.Endpoint, options =>
            (options.ProbeUrl, options.ProbeInterval, options.DialTimeout) = ("http://probe.test/", TimeSpan.FromMilliseconds(1),
                TimeSpan.FromMinutes(1)));
        using var far = await silent.AcceptAsync();
        await Poll.UntilAsync(() => engine.Engine.OpenBridges == 1);
        await engine.DisposeAsync().AsTask().WaitAsync(Poll.DefaultDeadline, TimeProvider.System);
        Assert.AreEqual(0, engine.Engine.OpenBridges);
    }

    [TestMethod]
    public async Task Provider_ResetsTunnel_ClientSeesReset()
    {
        using var certificate = new TestCertificate();
        using var origin = new OriginSocket();
        using var front = new TlsFront(certificate, origin.Endpoint);
        await using var engine = Start(certificate.File, front.Endpoint);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT exit.test:80 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        using var far = await origin.AcceptAsync();
        await far.ReceiveAsync(new byte[1000]);
        await far.SendAsync("HTTP/1.1 200 OK\r\n\r\nhalf"u8.ToArray());
        await client.ReadHeadAsync();
        Assert.AreEqual("half", Encoding.Latin1.GetString(await client.ReadAsync(4)));
        far.Close(timeout: 0);
        await Assert.ThrowsExactlyAsync<SocketException>(client.ReadToEndAsync);
        await Poll.UntilAsync(() => engine.Engine.OpenBridges == 0);
    }

    private static EngineUnderTest Start(string authority, IPEndPoint provider, Action<EngineOptions>? configure = null) =>
        EngineUnderTest.Start(
        options =>
        {
            options.UpstreamCaFile = authority;
            configure?.Invoke(options);
        },
        [EngineUnderTest.Upstream(provider, UpstreamProtocol.Https, username: "acme[-country-{country}][-session-{session}]",
            password: "pw") with { Host = "localhost" }]);

    /// <summary>Takes TLS off and passes the plaintext on, resets too.</summary>
    private sealed class TlsFront : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly X509Certificate2 _certificate;
        private readonly IPEndPoint _behind;
        private int _accepted, _completed;

        public TlsFront(TestCertificate certificate, IPEndPoint behind)
        {
            _certificate = X509Certificate2.CreateFromPemFile(certificate.File, certificate.File);
            _behind = behind;
            _listener.Start();
            _ = AcceptAsync();
        }

        public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

        public int Accepted => Volatile.Read(ref _accepted);

        /// <summary>Handshakes that the client finished.</summary>
        public int Completed => Volatile.Read(ref _completed);

        public void Dispose()
        {
            _listener.Dispose();
            _certificate.Dispose();
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    var socket = await _listener.AcceptSocketAsync();
                    Interlocked.Increment(ref _accepted);
                    _ = CarryAsync(socket);
                }
            }
            catch (SocketException)
            {
                // disposed
            }
        }

        private async Task CarryAsync(Socket socket)
        {
            using var behind = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            try
            {
                await tls.AuthenticateAsServerAsync(_certificate);
                // In TLS 1.3 the server is done before the client has judged it: its first byte shows that it went on.
                byte[] first = new byte[16 * 1024];
                int received = await tls.ReadAsync(first);
                if (received == 0)
                    return;
                Interlocked.Increment(ref _completed);
                await behind.ConnectAsync(_behind);
                await behind.SendAsync(first.AsMemory(0, received));
                await using var far = new NetworkStream(behind);
                await await Task.WhenAny(tls.CopyToAsync(far), far.CopyToAsync(tls));
            }
            catch (Exception ended)
                when (ended is IOException or SocketException or System.Security.Authentication.AuthenticationException)
            {
                socket.Close(timeout: 0);
            }
        }
    }
}

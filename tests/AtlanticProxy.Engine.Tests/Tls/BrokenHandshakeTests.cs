using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Engine.Tests.Tls;

/// <summary>
/// Peers that break off where TLS is about to begin. Nothing of it may stay, and the engine must still stop in time.
/// </summary>
[TestClass]
public sealed class BrokenHandshakeTests
{
    /// <summary>Tries of a race that one side does not win each time; and of one that is decided.</summary>
    private const int Clients = 200, Dials = 5;

    /// <summary>More than the pool has threads, or makes within a second.</summary>
    private const int AllOfThePool = 64;

    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(30);

    [TestMethod]
    public async Task Clients_ResetAfterTheFirstByte_NothingIsLeftAndTheEngineStops()
    {
        using var certificate = new TestCertificate();
        var engine = EngineUnderTest.Start(options => options.TlsCertificateFile = certificate.File);
        for (int i = 0; i < Clients; i++)
        {
            using var client = await RawClient.ConnectAsync(engine.Endpoint);
            await client.SendAsync([0x16]);
            client.Reset();
        }
        using (var last = await TlsClient.ConnectAsync(engine.Endpoint))
            Assert.AreEqual(certificate.Thumbprint, last.Thumbprint);
        await NothingLeftAndStopsAsync(engine);
    }

    [TestMethod]
    [DataRow(1), DataRow(2)]
    public async Task Providers_ResetAtOnce_TheirPlacesAreGivenBackAndTheEngineStops(int providers)
    {
        using var resetting = new ResettingListener();
        var health = new FakeTimeProvider();
        var engine = EngineUnderTest.Start(
            health: health,
            providers: Enumerable.Range(1, providers)
                .Select(id => EngineUnderTest.Upstream(resetting.Endpoint, UpstreamProtocol.Https, id)));
        for (int i = 0; i < Dials; i++)
        {
            using var client = await engine.ConnectAsync();
            resetting.KeepPoolBusyUntilNextReset(); // a handshake then begins on a connection that is dead already
            await client.SendAsync($"CONNECT exit.test:80 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
            StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 502 ");
            health.Advance(TimeSpan.FromMinutes(2)); // their breakers let the next one try
        }
        Assert.IsTrue(engine.Engine.Providers.All(provider => provider.Connections == 0));
        await NothingLeftAndStopsAsync(engine);
    }

    private static async Task NothingLeftAndStopsAsync(EngineUnderTest engine)
    {
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0 && engine.Engine.OpenBridges == 0);
        await engine.DisposeAsync().AsTask().WaitAsync(s_stop, TimeProvider.System);
        Assert.IsFalse(engine.Log.Contains("A connection failed"), "what strangers do is no fault");
    }

    /// <summary>Takes connections and resets them.</summary>
    private sealed class ResettingListener : IDisposable
    {
        private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
        private readonly ManualResetEventSlim _reset = new();
        private readonly Thread _thread;

        public ResettingListener()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen();
            _thread = new Thread(Run) { IsBackground = true };
            _thread.Start();
        }

        public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndPoint!;

        public void KeepPoolBusyUntilNextReset()
        {
            _reset.Reset();
            for (int i = 0; i < AllOfThePool; i++)
                ThreadPool.UnsafeQueueUserWorkItem(_ => _reset.Wait(s_stop), null);
        }

        public void Dispose()
        {
            _listener.Dispose();
            _thread.Join();
            _reset.Dispose();
        }

        private void Run()
        {
            try
            {
                while (true)
                {
                    _listener.Accept().Close(timeout: 0);
                    _reset.Set();
                }
            }
            catch (SocketException)
            {
                // disposed
            }
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Simulator;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Engine.Tests.Pipeline;

/// <summary>The whole way of a connection, with real sockets.</summary>
[TestClass]
public sealed class FirstBytesTests
{
    [TestMethod]
    public async Task Connect_ToEcho_CarriesBytesAndBooksThemExactly()
    {
        await using var engine = EngineUnderTest.Start();
        using var origin = new EchoOrigin();
        using var client = await engine.ConnectAsync();

        await client.SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        await client.SendAsync("hello");
        Assert.AreEqual("hello", Encoding.Latin1.GetString(await client.ReadAsync(5)));
        client.FinishSending();
        Assert.IsEmpty(await client.ReadToEndAsync());

        await Poll.UntilAsync(() => engine.Usage.BytesDown == 5);
        Assert.AreEqual(5, engine.Usage.BytesUp);
        Assert.AreEqual(1, engine.Usage.Connections);
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task Connect_LargeTransferBothWays_ArrivesWholeAndIsBookedExactly()
    {
        const int size = 30_000_000;
        await using var engine = EngineUnderTest.Start();
        using var origin = new EchoOrigin();
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader()}\r\n");
        await client.ReadHeadAsync();

        var sent = new byte[size];
        new Random(1).NextBytes(sent);
        var sending = Task.Run(async () =>
        {
            await client.SendAsync(sent);
            client.FinishSending();
        });
        byte[] received = await client.ReadAsync(size);
        await sending;
        CollectionAssert.AreEqual(sent, received);
        await Poll.UntilAsync(() => engine.Usage.BytesUp == size && engine.Usage.BytesDown == size);
    }

    [TestMethod]
    public async Task Connect_ThroughSimulatedProvider_ReachesExit()
    {
        await using var simulator = await ProviderSimulator.StartAsync(
            new SimulatorOptions { Username = "acme", Password = "pw" }, TimeProvider.System, NullLoggerFactory.Instance);
        await using var engine = EngineUnderTest.Start(providers:
            [EngineUnderTest.Upstream(simulator.Endpoint, username: "acme[-country-{country}][-session-{session}]",
                password: "pw")]);
        using var client = await engine.ConnectAsync();

        string credentials = EngineUnderTest.BasicHeader("alice-country-de-session-s1");
        await client.SendAsync($"GET http://exit.test/ HTTP/1.1\r\nHost: exit.test\r\n{credentials}\r\n");
        var first = await client.ReadResponseAsync();
        StringAssert.Contains(first.Body, "\"DE\"", first.Head);
        await client.SendAsync($"GET http://exit.test/ HTTP/1.1\r\nHost: exit.test\r\n{credentials}\r\n");
        Assert.AreEqual(first.Body, (await client.ReadResponseAsync()).Body);
    }

    [TestMethod]
    [DataRow("alice", "wrong")]
    [DataRow("nobody", "secret")]
    public async Task Connect_WrongCredentials_Gets407(string name, string password)
    {
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT example.com:443 HTTP/1.1\r\n{EngineUnderTest.BasicHeader(name, password)}\r\n");
        string head = await client.ReadHeadAsync();
        StringAssert.StartsWith(head, "HTTP/1.1 407 ");
        StringAssert.Contains(head, "Proxy-Authenticate: Basic");
        StringAssert.Contains(head, "Proxy-Status: node1; error=http_request_denied; details=\"CredentialsWrong\"");
    }

    [TestMethod]
    public async Task Socks5_ToEcho_CarriesBytes()
    {
        await using var engine = EngineUnderTest.Start();
        using var origin = new EchoOrigin();
        using var client = await engine.ConnectAsync();
        await client.SendAsync([5, 1, 2]);
        CollectionAssert.AreEqual(new byte[] { 5, 2 }, await client.ReadAsync(2));
        await client.SendAsync([1, 5, .. "alice"u8, 6, .. "secret"u8]);
        CollectionAssert.AreEqual(new byte[] { 1, 0 }, await client.ReadAsync(2));
        await client.SendAsync([5, 1, 0, 1, 127, 0, 0, 1, (byte)(origin.Endpoint.Port >> 8), (byte)origin.Endpoint.Port]);
        CollectionAssert.AreEqual(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, await client.ReadAsync(10));
        await client.SendAsync("ping");
        Assert.AreEqual("ping", Encoding.Latin1.GetString(await client.ReadAsync(4)));
    }
}

/// <summary>Sends back whatever comes.</summary>
internal sealed class EchoOrigin : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    public EchoOrigin()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = EchoAsync(await _listener.AcceptSocketAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // disposed
        }
    }

    private static async Task EchoAsync(Socket socket)
    {
        using (socket)
        await using (var stream = new NetworkStream(socket))
            await stream.CopyToAsync(stream);
    }
}

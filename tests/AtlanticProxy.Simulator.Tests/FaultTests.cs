using System.Net.Sockets;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Simulator.Tests;

[TestClass]
public sealed class FaultTests : SimulatorTest
{
    private const string ExitRequest = "GET http://exit.test/ HTTP/1.1\r\nHost: exit.test\r\n\r\n";

    [TestMethod]
    public async Task Refuse_ResetsTheConnection()
    {
        var simulator = await StartAsync();
        simulator.Fault = SimulatorFault.Refuse;

        // The reset may arrive as early as in the connecting call.
        var fault = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using var client = await RawClient.ConnectAsync(simulator.Endpoint);
            await client.ReadToEndAsync();
        });

        Assert.AreEqual(SocketError.ConnectionReset, fault.SocketErrorCode);
    }

    [TestMethod]
    public async Task Blackhole_SaysNothingUntilTheClientEnds()
    {
        var simulator = await StartAsync();
        simulator.Fault = SimulatorFault.Blackhole;
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);
        await client.SendAsync(ExitRequest);

        client.FinishSending();

        Assert.AreEqual("", await client.ReadTextUntilClosedAsync());
    }

    [TestMethod]
    public async Task Reject407_RefusesRightCredentials()
    {
        var simulator = await StartAsync(WithAccount);
        simulator.Fault = SimulatorFault.Reject407;
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);

        await client.SendAsync($"GET http://exit.test/ HTTP/1.1\r\n{Basic(Username, Password)}\r\n");

        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 407 ");
    }

    [TestMethod]
    public async Task Garbage_IsNoHttp()
    {
        var simulator = await StartAsync();
        simulator.Fault = SimulatorFault.Garbage;
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);

        await client.SendAsync(ExitRequest);
        string answer = await client.ReadTextUntilClosedAsync();

        Assert.IsGreaterThan(0, answer.Length);
        Assert.DoesNotContain("HTTP", answer);
    }

    [TestMethod]
    public async Task Truncate_CutsAPlainBodyAndATunnel()
    {
        var simulator = await StartAsync();
        simulator.Fault = SimulatorFault.Truncate(1000);
        using var plain = await RawClient.ConnectAsync(simulator.Endpoint);
        await plain.SendAsync($"GET http://127.0.0.1:{Origin.Port}/bytes/5000 HTTP/1.1\r\nHost: x\r\n\r\n");
        using var tunnel = await TunnelAsync(simulator, Origin.Port);
        await tunnel.SendAsync("GET /bytes/5000 HTTP/1.1\r\nHost: x\r\n\r\n");

        StringAssert.Contains(await plain.ReadHeadAsync(), "Content-Length: 5000");
        Assert.HasCount(1000, await plain.ReadToEndAsync());
        Assert.HasCount(1000, await tunnel.ReadToEndAsync());
    }

    [TestMethod]
    public async Task Status_IsGivenToEveryRequest_AndFaultsPass()
    {
        var simulator = await StartAsync();
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);

        simulator.Fault = SimulatorFault.Status(503);
        await client.SendAsync(ExitRequest);
        var (refused, _) = await client.ReadResponseAsync();
        simulator.Fault = SimulatorFault.None;
        await client.SendAsync(ExitRequest);
        var (served, _) = await client.ReadResponseAsync();

        StringAssert.StartsWith(refused, "HTTP/1.1 503 ");
        StringAssert.StartsWith(served, "HTTP/1.1 200 ");
    }

    [TestMethod]
    public async Task FailRate_Whole_RefusesAllWith502()
    {
        var simulator = await StartAsync(new SimulatorOptions { FailRate = 1 });
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);

        await client.SendAsync(ExitRequest);

        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 502 ");
    }

    [TestMethod]
    public async Task BlackholeRate_Whole_AnswersNoRequest()
    {
        var simulator = await StartAsync(new SimulatorOptions { BlackholeRate = 1, FailRate = 1 });
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);
        await client.SendAsync(ExitRequest);

        client.FinishSending();

        Assert.AreEqual("", await client.ReadTextUntilClosedAsync());
        Assert.AreEqual(1, simulator.Requests);
    }

    [TestMethod]
    public async Task Latency_IsWaitedBeforeTheAnswer()
    {
        var latency = TimeSpan.FromMilliseconds(150);
        var simulator = await StartAsync(new SimulatorOptions { Latency = latency });
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);
        long start = TimeProvider.System.GetTimestamp();

        await client.SendAsync(ExitRequest);
        await client.ReadHeadAsync();

        Assert.IsGreaterThanOrEqualTo(latency - TimeSpan.FromMilliseconds(5), TimeProvider.System.GetElapsedTime(start));
    }

    [TestMethod]
    public async Task OriginGone_MidTunnel_ResetsTheClient()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var simulator = await StartAsync();
        using var client = await TunnelAsync(simulator, ((System.Net.IPEndPoint)listener.LocalEndpoint).Port);
        var origin = await listener.AcceptSocketAsync();

        origin.Close(timeout: 0);

        Assert.AreEqual("", await client.ReadTextUntilClosedAsync());
    }

    [TestMethod]
    public async Task Dispose_WithOpenTunnels_EndsThem()
    {
        var simulator = await StartAsync();
        using var tunnel = await TunnelAsync(simulator, Origin.Port);
        using var silent = await RawClient.ConnectAsync(simulator.Endpoint);
        await silent.SendAsync($"GET http://127.0.0.1:{Origin.Port}/silent HTTP/1.1\r\nHost: x\r\n\r\n");
        await Poll.UntilAsync(() => Origin.Silent == 1);

        await simulator.DisposeAsync();

        Assert.AreEqual("", await tunnel.ReadTextUntilClosedAsync());
        Assert.AreEqual("", await silent.ReadTextUntilClosedAsync());
        Assert.AreEqual(0, simulator.OpenConnections);
    }

    [TestMethod]
    [DataRow("acme", null, 0.0, 5)]
    [DataRow("a:b", "x", 0.0, 5)]
    [DataRow(null, null, 1.5, 5)]
    [DataRow(null, null, double.NaN, 5)]
    [DataRow(null, null, 0.0, 0)]
    public async Task Options_ThatCannotBe_AreRefused(string? username, string? password, double failRate, int exits) =>
        await Assert.ThrowsAsync<ArgumentException>(() => ProviderSimulator.StartAsync(
            new SimulatorOptions { Username = username, Password = password, FailRate = failRate, Exits = exits },
            TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance));
}

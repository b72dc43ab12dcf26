using System.Text;
using System.Text.Json;
using AtlanticProxy.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Simulator.Tests;

/// <summary>Each test has a simulator of its own; all share one origin.</summary>
public abstract class SimulatorTest
{
    protected const string Username = "acme", Password = "secret";

    private readonly List<ProviderSimulator> _started = [];

    protected static OriginServer Origin => SharedOrigin.Server;

    protected static SimulatorOptions WithAccount { get; } = new() { Username = Username, Password = Password };

    [TestCleanup]
    public async Task StopSimulators()
    {
        foreach (var simulator in _started)
            await simulator.DisposeAsync();
    }

    protected async Task<ProviderSimulator> StartAsync(SimulatorOptions? options = null)
    {
        var simulator = await ProviderSimulator.StartAsync(options ?? new SimulatorOptions(), TimeProvider.System,
            NullLoggerFactory.Instance);
        _started.Add(simulator);
        return simulator;
    }

    protected static string Basic(string username, string password) =>
        $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"))}\r\n";

    /// <summary>What <c>http://exit.test/</c> says to a user.</summary>
    protected static async Task<JsonElement> ExitAsync(ProviderSimulator simulator, string username, string password = Password)
    {
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);
        await client.SendAsync($"GET http://exit.test/ HTTP/1.1\r\nHost: exit.test\r\n{Basic(username, password)}\r\n");
        var (head, body) = await client.ReadResponseAsync();
        StringAssert.StartsWith(head, "HTTP/1.1 200 ");
        return JsonDocument.Parse(body).RootElement;
    }

    protected static async Task<RawClient> TunnelAsync(ProviderSimulator simulator, int port)
    {
        var client = await RawClient.ConnectAsync(simulator.Endpoint);
        await client.SendAsync($"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        return client;
    }
}

[TestClass]
public static class SharedOrigin
{
    public static OriginServer Server { get; private set; } = null!;

    [AssemblyInitialize]
    public static async Task StartAsync(TestContext _) => Server = await OriginServer.StartAsync();

    [AssemblyCleanup]
    public static async Task StopAsync() => await Server.DisposeAsync();
}

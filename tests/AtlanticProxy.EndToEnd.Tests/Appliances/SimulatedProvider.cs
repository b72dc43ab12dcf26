using System.Net;
using AtlanticProxy.Simulator;
using AtlanticProxy.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.EndToEnd.Tests.Appliances;

/// <summary>A provider in this process that can be killed and comes back at the same address.</summary>
public sealed class SimulatedProvider : IAsyncDisposable
{
    public const string Password = "upstream-secret";

    private readonly SimulatorOptions _options;

    /// <summary>
    /// Keeps the address its own while it is dead. Both set SO_REUSEADDR, as .NET does for TCP: then one may listen where another
    /// is bound and does not.
    /// </summary>
    private readonly RefusingPort _port;

    private SimulatedProvider(SimulatorOptions options, RefusingPort port, ProviderSimulator simulator) =>
        (_options, _port, Simulator) = (options, port, simulator);

    /// <summary>As the appliance and <c>http://exit.test/</c> call it.</summary>
    public string Name => _options.Name;

    public string Account => _options.Username!;

    public IPEndPoint Endpoint => Simulator.Endpoint;

    /// <summary>The one that runs now, or ran last.</summary>
    public ProviderSimulator Simulator { get; private set; }

    /// <param name="grammar">As the preset of the appliance is called.</param>
    public static async Task<SimulatedProvider> StartAsync(string name, string grammar, string account)
    {
        var port = new RefusingPort();
        // So many exits that two sessions hardly ever share one.
        var options = new SimulatorOptions { Listen = port.Endpoint, Name = name, Grammar = grammar, Username = account,
            Password = Password, Exits = 1_000_000 };
        return new SimulatedProvider(options, port, await StartAsync(options));
    }

    /// <summary>Ends it with all its tunnels.</summary>
    public ValueTask KillAsync() => Simulator.DisposeAsync();

    public async Task ReviveAsync() => Simulator = await StartAsync(_options);

    public async ValueTask DisposeAsync()
    {
        await Simulator.DisposeAsync();
        _port.Dispose();
    }

    private static Task<ProviderSimulator> StartAsync(SimulatorOptions options) =>
        ProviderSimulator.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance);
}

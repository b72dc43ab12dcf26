using System.Net;
using AtlanticProxy.Simulator;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.EndToEnd.Tests.Appliances;

/// <summary>A provider in this process that can be killed and comes back at the same address.</summary>
public sealed class SimulatedProvider : IAsyncDisposable
{
    public const string Password = "upstream-secret";

    private readonly SimulatorOptions _options;

    private SimulatedProvider(SimulatorOptions options, ProviderSimulator simulator) => (_options, Simulator) = (options, simulator);

    /// <summary>As the appliance and <c>http://exit.test/</c> call it.</summary>
    public string Name => _options.Name;

    public string Account => _options.Username!;

    public IPEndPoint Endpoint => Simulator.Endpoint;

    /// <summary>The one that runs now, or ran last.</summary>
    public ProviderSimulator Simulator { get; private set; }

    /// <param name="grammar">As the preset of the appliance is called.</param>
    public static async Task<SimulatedProvider> StartAsync(string name, string grammar, string account)
    {
        // So many exits that two sessions hardly ever share one.
        var options = new SimulatorOptions { Name = name, Grammar = grammar, Username = account, Password = Password, Exits = 1_000_000 };
        return new SimulatedProvider(options, await StartAsync(options));
    }

    /// <summary>Ends it with all its tunnels.</summary>
    public ValueTask KillAsync() => Simulator.DisposeAsync();

    public async Task ReviveAsync() => Simulator = await StartAsync(_options with { Listen = Endpoint });

    public ValueTask DisposeAsync() => Simulator.DisposeAsync();

    private static Task<ProviderSimulator> StartAsync(SimulatorOptions options) => ProviderSimulator.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance);
}

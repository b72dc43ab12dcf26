using AtlanticProxy.Simulator;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.EndToEnd.Tests.Appliances;

/// <summary>
/// An appliance set up by its command line, without exemptions from the private-address guard, whose only provider is a simulator
/// in this process: tests can break it, and nothing but they asks it for anything. Names under <c>.test</c> lead through the
/// simulator to loopback.
/// </summary>
public sealed class ChainedAppliance : IAsyncDisposable
{
    private const string ProviderUsername = "acme", ProviderPassword = "upstream-secret";

    private ChainedAppliance(RunningAppliance appliance, ProviderSimulator simulator) =>
        (Appliance, Simulator) = (appliance, simulator);

    public RunningAppliance Appliance { get; }

    public ProviderSimulator Simulator { get; }

    public ProxyCredentials User { get; private set; } = null!;

    public static async Task<ChainedAppliance> StartAsync(params string[] arguments)
    {
        var simulator = await ProviderSimulator.StartAsync(
            new SimulatorOptions { Username = ProviderUsername, Password = ProviderPassword }, TimeProvider.System,
            NullLoggerFactory.Instance);
        var chained = new ChainedAppliance(await RunningAppliance.StartEmptyAsync(["--Engine:ProbeUrl", "", .. arguments]),
            simulator);
        try
        {
            await chained.Appliance.CliAsync(
                ["provider", "add", "simulated", "--endpoint", $"http://{simulator.Endpoint}",
                    "--username", $"{ProviderUsername}[-country-{{country}}][-session-{{session}}]", "--password-stdin"],
                ProviderPassword);
            await chained.Appliance.CliAsync(["customer", "add", "buyer@example.test"]);
            chained.User = await chained.Appliance.AddProxyUserAsync("buyer@example.test", "buyer");
            return chained;
        }
        catch
        {
            await chained.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Appliance.DisposeAsync();
        await Simulator.DisposeAsync();
    }
}

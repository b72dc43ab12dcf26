using AtlanticProxy.Testing.Network;

// Two tests at a time. Those that break things, or hold what they see against a clock, are marked [DoNotParallelize] and run
// after the others, each alone.
[assembly: Parallelize(Scope = ExecutionScope.MethodLevel, Workers = 2)]

namespace AtlanticProxy.EndToEnd.Tests.Appliances;

/// <summary>One appliance with demo data, and one origin, for all tests that do it no harm.</summary>
[TestClass]
public static class SharedAppliance
{
    public static RunningAppliance Demo { get; private set; } = null!;

    private static readonly Lazy<Task<RoutedAppliance>> s_routed = new(RoutedAppliance.StartAsync);

    /// <summary>The one with several providers, from the first test that needs it. Whoever breaks a provider mends it.</summary>
    public static Task<RoutedAppliance> Routed => s_routed.Value;

    public static OriginServer Origin { get; private set; } = null!;

    /// <summary>The demo's proxy user.</summary>
    public static ProxyCredentials User => Demo.Ready.ProxyUser!;

    [AssemblyInitialize]
    public static async Task StartAsync(TestContext _)
    {
        Origin = await OriginServer.StartAsync();
        Demo = await RunningAppliance.StartDemoAsync();
    }

    [AssemblyCleanup]
    public static async Task StopAsync()
    {
        if (s_routed.IsValueCreated && s_routed.Value.IsCompletedSuccessfully)
            await (await s_routed.Value).DisposeAsync();
        if (Demo is not null)
            await Demo.DisposeAsync();
        if (Origin is not null)
            await Origin.DisposeAsync();
    }
}

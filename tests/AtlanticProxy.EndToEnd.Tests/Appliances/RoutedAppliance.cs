using System.Text.Json;
using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Appliances;

/// <summary>
/// An appliance set up by its command line as a reseller would: three simulated providers by their presets, a list of fifty
/// proxies, this machine's own addresses; a pool and a plan for each, one pool of all three providers, and a plan that includes
/// no targeting. Each plan has a customer with one proxy user, all of the plan's name.
/// </summary>
public sealed class RoutedAppliance : IAsyncDisposable
{
    /// <summary>Pools, plans, customers and proxy users.</summary>
    public const string BrightData = "bright", Oxylabs = "oxylabs", IpRoyal = "iproyal", Mixed = "mixed", Listed = "listed",
        Own = "own", Basic = "basic";

    public const string OwnNetwork = "127.77.0.0/24";

    public const int ListLength = 50;

    private static readonly string[] s_plans = [BrightData, Oxylabs, IpRoyal, Mixed, Listed, Own, Basic];

    private readonly Dictionary<string, ProxyCredentials> _users = [];

    private RoutedAppliance(RunningAppliance appliance, IReadOnlyList<SimulatedProvider> providers, SimulatedProvider list) =>
        (Appliance, Providers, List) = (appliance, providers, list);

    public RunningAppliance Appliance { get; private set; }

    /// <summary>Those of the pool <see cref="Mixed"/>.</summary>
    public IReadOnlyList<SimulatedProvider> Providers { get; }

    /// <summary>Behind each line of the list.</summary>
    private SimulatedProvider List { get; }

    public static async Task<RoutedAppliance> StartAsync()
    {
        var providers = await Task.WhenAll(
            SimulatedProvider.StartAsync(BrightData, "brightdata", "brd-customer-acme-zone-res"),
            SimulatedProvider.StartAsync(Oxylabs, "oxylabs", "acme"),
            SimulatedProvider.StartAsync(IpRoyal, "iproyal", "acme"));
        var list = await SimulatedProvider.StartAsync(Listed, "atlanticproxy", "acme");
        var routed = new RoutedAppliance(
            await RunningAppliance.StartEmptyAsync(
                "--Engine:AllowedPrivateNetworks:0", "127.0.0.0/8", "--Engine:ProbeUrl", "http://exit.test/",
                "--Engine:ProbeInterval", "00:00:01"),
            providers, list);
        try
        {
            await routed.SetUpAsync();
            return routed;
        }
        catch
        {
            await routed.DisposeAsync();
            throw;
        }
    }

    public SimulatedProvider Provider(string name) => Providers.Single(provider => provider.Name == name);

    public static string CustomerOf(string plan) => $"{plan}@example.test";

    /// <summary>A proxy user's credentials, with what it asks of its exit.</summary>
    public ProxyCredentials User(string plan, string targeting = "") =>
        _users[plan] with { Username = $"{_users[plan].Username}{(targeting.Length > 0 ? "-" : "")}{targeting}" };

    public Task<ShownExit> ExitAsync(string plan, string targeting = "") => ShownExit.AskAsync(Appliance, User(plan, targeting));

    /// <summary>Waits until the appliance finds every provider well again.</summary>
    public async Task RecoverAsync()
    {
        foreach (var provider in Providers)
            provider.Simulator.Fault = Simulator.SimulatorFault.None;
        await Poll.UntilAsync(async () => (await HealthAsync()).GetProperty("status").GetString() == "Healthy");
    }

    /// <summary>What <c>/health/ready</c> says of the providers.</summary>
    public async Task<JsonElement> HealthAsync()
    {
        using var http =
            new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(Appliance.Ready.Portal) };
        using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("entries")
            .GetProperty("providers");
    }

    public async ValueTask DisposeAsync()
    {
        await Appliance.DisposeAsync();
        foreach (var provider in Providers.Append(List))
            await provider.DisposeAsync();
    }

    private async Task SetUpAsync()
    {
        string file = Path.Combine(Appliance.Folder, "state.json");
        await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(new
        {
            providers = new object[]
            {
                Gateway(BrightData, "brightdata"), Gateway(Oxylabs, "oxylabs"), Gateway(IpRoyal, "iproyal"),
                new { name = Listed, preset = "list", list = Enumerable.Range(1, ListLength).Select(ListLine) },
                new { name = Own, preset = "direct", localNetworks = new[] { OwnNetwork } },
            },
            pools = s_plans.Except([Basic, Mixed]).Select(name => new { name, policy = "weighted", members = new[] { name } })
                .Append(new { name = Mixed, policy = "weighted", members = new[] { BrightData, Oxylabs, IpRoyal } }),
            plans = s_plans.Select((name, at) => new
            {
                name, kind = "subscription", price = name == Basic ? 1 : 100 + at,
                pool = name == Basic ? Mixed : name,
                includes = name == Basic ? [] : (string[]?)null,
            }),
        }));
        await Appliance.CliAsync(["apply", file]);
        var users = await Task.WhenAll(s_plans.Select(async plan =>
        {
            await Appliance.CliAsync(["customer", "add", CustomerOf(plan), "--plan", plan]);
            return (plan, await Appliance.AddProxyUserAsync(CustomerOf(plan), plan));
        }));
        foreach (var (plan, user) in users)
            _users.Add(plan, user);
    }

    private object Gateway(string name, string preset) => new
    {
        name, preset, endpoint = $"http://{Provider(name).Endpoint}", username = Provider(name).Account,
        password = SimulatedProvider.Password,
    };

    // The simulator shows the number as the session of an exit. Every fifth is in Germany.
    private string ListLine(int number) =>
        $"{List.Endpoint}:{List.Account}-session-{number}:{SimulatedProvider.Password},{(number % 5 == 0 ? "de" : "us")}";
}

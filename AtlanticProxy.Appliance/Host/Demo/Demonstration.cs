using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Simulator;
using AtlanticProxy.Simulator.Gateways;

namespace AtlanticProxy.Host.Demo;

/// <summary>
/// What <c>./atlantic run</c> shows: an owner, a customer with a plan and a proxy user, and a pool of two simulated providers,
/// which run in this process. Everything that is there already is left as it is, so a second run goes on with what the first
/// made.
/// </summary>
internal sealed class Demonstration : IAsyncDisposable
{
    private const string PoolName = "residential", ProxyUserName = "alice", PlanName = "Starter";

    /// <summary>
    /// One asked as Bright Data is, and takes twice as much as one asked as Oxylabs is. Costs are of the order of their list
    /// prices, in cents a GB.
    /// </summary>
    private static readonly SimulatedProvider[] Gateways =
    [
        new("sim-brightdata", "brightdata", "brd-customer-demo-zone-residential", Weight: 2, CostPerGb: 400,
            Latency: TimeSpan.FromMilliseconds(5)),
        new("sim-oxylabs", "oxylabs", "demo", Weight: 1, CostPerGb: 350, Latency: TimeSpan.FromMilliseconds(20)),
    ];

    /// <summary>10 GB for 9.99 USD a period.</summary>
    private const long PlanBytes = 10_000_000_000, PlanPrice = 999;

    private const string CardName = "Card (simulated)";

    private readonly IReadOnlyList<IAsyncDisposable> _simulators;
    private readonly PaystackSimulator _card;

    private Demonstration(
        IReadOnlyList<IAsyncDisposable> simulators, PaystackSimulator card, DemoCredentials credentials,
        ProxyUserCredentials proxyUser) =>
        (_simulators, _card, Credentials, ProxyUser) = (simulators, card, credentials, proxyUser);

    /// <summary>
    /// Settings that it needs unless others are given: it lets its own machine be a destination, since there is nothing else to
    /// try it on.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string?> Defaults = new Dictionary<string, string?>
    {
        ["Engine:AllowedPrivateNetworks:0"] = "127.0.0.0/8",
        // The simulators' own page: there without the internet too.
        ["Engine:ProbeUrl"] = "http://exit.test/",
        ["Portal:ExampleUrl"] = "http://exit.test/",
        ["Portal:ExitPageUrl"] = "http://exit.test/",
        ["Logging:ConsoleLevel"] = "Error",
    };

    public DemoCredentials Credentials { get; }

    public ProxyUserCredentials ProxyUser { get; }

    public static async Task<Demonstration> StartAsync(
        IServiceProvider services, Settings settings, TimeProvider time, CancellationToken cancel)
    {
        var credentials = DemoCredentials.LoadOrCreate(Path.Combine(settings.Data.Directory, "demo.json"));
        var simulators = new List<IAsyncDisposable>();
        try
        {
            await using var scope = services.CreateAsyncScope();
            var seed = ActivatorUtilities.CreateInstance<Seed>(scope.ServiceProvider);
            foreach (var gateway in Gateways)
            {
                var simulator = await ProviderSimulator.StartAsync(gateway.Options(credentials.SimulatorPassword), time,
                    services.GetRequiredService<ILoggerFactory>());
                simulators.Add(simulator);
                await seed.EnsureProviderAsync(gateway.Name, gateway.Settings(simulator, credentials.SimulatorPassword), cancel);
            }
            await seed.EnsurePoolAsync(cancel);
            var proxyUser = await seed.EnsurePeopleAsync(credentials, cancel);
            var card = new PaystackSimulator(time);
            simulators.Add(card);
            await card.StartAsync();
            await seed.EnsureCardAsync(new(["USD", "EUR", "NGN"], card.ApiKey, BaseUrl: card.Address), cancel);
            return new Demonstration(simulators, card, credentials, proxyUser);
        }
        catch
        {
            await DisposeAsync(simulators);
            throw;
        }
    }

    public ValueTask DisposeAsync() => DisposeAsync(_simulators);

    /// <summary>Once the portal is there: where the simulated gateway delivers to.</summary>
    public void TellPortal(string address) => _card.WebhookUrl = new Uri($"{address}/webhooks/paystack");

    private static async ValueTask DisposeAsync(IEnumerable<IAsyncDisposable> simulators)
    {
        foreach (var simulator in simulators)
            await simulator.DisposeAsync();
    }

    /// <param name="Preset">Of the provider, and the simulator's grammar.</param>
    private sealed record SimulatedProvider(
        string Name, string Preset, string Account, int Weight, long CostPerGb, TimeSpan Latency)
    {
        public SimulatorOptions Options(string password) =>
            new() { Name = Name, Grammar = Preset, Username = Account, Password = password, Latency = Latency,
            ReachesRealSites = true };

        public ProviderSettings Settings(ProviderSimulator simulator, string password) =>
            new($"http://{simulator.Endpoint}", Password: password) { Preset = Preset, Username = Account,
                CostPerGb = CostPerGb };
    }

    /// <summary>Makes what is missing.</summary>
    private sealed class Seed(
        AccountQueries accounts, CreateStaffUser createStaff, CreateCustomerLogin createLogin, CustomerQueries customers,
        CreateCustomer createCustomer,
        PlanQueries plans, CreatePlan createPlan, PoolQueries pools, AddPool addPool, ProxyUserQueries proxyUsers,
        CreateProxyUser createProxyUser, RevealProxyUserSecret reveal, FinishSetup finishSetup,
        ProviderQueries providers, AddProvider addProvider, UpdateProvider updateProvider, AddDefaultPlans addDefaultPlans,
        PaymentQueries payments, AddGateway addGateway, UpdateGateway updateGateway)
    {
        /// <inheritdoc cref="EnsureProviderAsync"/>
        public async Task EnsureCardAsync(GatewaySettings settings, CancellationToken cancel)
        {
            if ((await payments.GatewaysAsync(cancel)).FirstOrDefault(gateway => gateway.Name == CardName) is { } present)
                Value(await updateGateway.ExecuteAsync(new(present.Id, settings), cancel));
            else
                Value(await addGateway.ExecuteAsync(new(GatewayKind.Paystack, CardName, settings), cancel));
        }

        /// <summary>A simulator has another port in each run, so its endpoint is written anew.</summary>
        public async Task EnsureProviderAsync(string name, ProviderSettings settings, CancellationToken cancel)
        {
            var present = await providers.FindByNameAsync(name, cancel);
            if (present.IsSuccess)
                Value(await updateProvider.ExecuteAsync(new(present.Value.Id, settings), cancel));
            else
                Value(await addProvider.ExecuteAsync(new(name, settings), cancel));
        }

        public async Task EnsurePoolAsync(CancellationToken cancel)
        {
            if (!(await pools.FindByNameAsync(PoolName, cancel)).IsSuccess)
                Value(await addPool.ExecuteAsync(
                    new(PoolName,
                        new PoolSettings(PoolPolicy.Weighted,
                            [.. Gateways.Select(gateway => new PoolMemberSettings(gateway.Name, Weight: gateway.Weight))])),
                                cancel));
        }

        public async Task<ProxyUserCredentials> EnsurePeopleAsync(DemoCredentials credentials, CancellationToken cancel)
        {
            if (!await accounts.AnyOwnerAsync(cancel))
                Value(await createStaff.ExecuteAsync(new(credentials.Admin.Email, credentials.Admin.Password, Roles.Owner),
                    cancel));

            Value(await finishSetup.ExecuteAsync(cancel));
            var plan = await plans.FindByNameAsync(PlanName, cancel);
            long planId = plan.IsSuccess
                ? plan.Value.Id
                : Value(await createPlan.ExecuteAsync(new(PlanName, PlanKind.Subscription, PlanPrice, "USD", PlanBytes, PoolName),
                    cancel)).Id;
            Value(await addDefaultPlans.ExecuteAsync(cancel));

            var customer = await customers.FindByEmailAsync(credentials.Customer.Email, cancel);
            long customerId = customer.IsSuccess
                ? customer.Value.Id
                : Value(await createCustomer.ExecuteAsync(new(credentials.Customer.Email, "Alice's Price Watch", planId),
                    cancel)).Id;
            if ((await accounts.ListAsync(customerId, cancel)).Count == 0)
                Value(await createLogin.ExecuteAsync(new(customerId, credentials.Customer.Password), cancel));

            var proxyUser = await proxyUsers.FindByNameAsync(Scope.Staff, ProxyUserName, cancel);
            return proxyUser.IsSuccess
                ? Value(await reveal.ExecuteAsync(new(Scope.Staff, proxyUser.Value.Id), cancel))
                : Value(await createProxyUser.ExecuteAsync(new(Scope.Staff, customerId, ProxyUserName), cancel));
        }

        private static T Value<T>(Result<T> result) => result.IsSuccess
            ? result.Value
            : throw new StartupException(
                $"The demonstration's data cannot be made: {string.Join(' ', result.Errors.Select(error => error.Message))}");
    }
}

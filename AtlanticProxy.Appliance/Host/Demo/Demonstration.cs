using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Simulator;

namespace AtlanticProxy.Host.Demo;

/// <summary>
/// What <c>./atlantic run</c> shows: an owner, a customer with a plan and a proxy user, and the simulated provider, which runs in this
/// process. Everything that is there already is left as it is, so a second run goes on with what the first made.
/// </summary>
internal sealed class Demonstration : IAsyncDisposable
{
    private const string ProviderName = "simulator", ProviderUser = "demo", ProxyUserName = "alice", PlanName = "Starter";

    /// <summary>10 GB for 9.99 USD a period.</summary>
    private const long PlanBytes = 10_000_000_000, PlanPrice = 999;

    private readonly ProviderSimulator _simulator;

    private Demonstration(ProviderSimulator simulator, DemoCredentials credentials, ProxyUserCredentials proxyUser) =>
        (_simulator, Credentials, ProxyUser) = (simulator, credentials, proxyUser);

    /// <summary>Settings that it needs unless others are given: it lets its own machine be a destination, since there is nothing else to try it on.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Defaults = new Dictionary<string, string?>
    {
        ["Engine:AllowedPrivateNetworks:0"] = "127.0.0.0/8",
        ["Logging:ConsoleLevel"] = "Error",
    };

    public DemoCredentials Credentials { get; }

    public ProxyUserCredentials ProxyUser { get; }

    public static async Task<Demonstration> StartAsync(IServiceProvider services, Settings settings, TimeProvider time, CancellationToken cancel)
    {
        var credentials = DemoCredentials.LoadOrCreate(Path.Combine(settings.Data.Directory, "demo.json"));
        var simulator = await ProviderSimulator.StartAsync(
            new SimulatorOptions { Name = ProviderName, Username = ProviderUser, Password = credentials.SimulatorPassword }, time, services.GetRequiredService<ILoggerFactory>());
        try
        {
            await using var scope = services.CreateAsyncScope();
            var seed = ActivatorUtilities.CreateInstance<Seed>(scope.ServiceProvider);
            await seed.EnsureProviderAsync(ProviderName, new ProviderSettings(
                $"http://{simulator.Endpoint}", $"{ProviderUser}[-country-{{country}}][-state-{{state_code}}][-city-{{city}}][-session-{{session}}]", credentials.SimulatorPassword), cancel);
            var proxyUser = await seed.EnsurePeopleAsync(credentials, cancel);
            return new Demonstration(simulator, credentials, proxyUser);
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    /// <summary>Makes what is missing.</summary>
    private sealed class Seed(
        AccountQueries accounts, CreateStaffUser createStaff, CreateCustomerLogin createLogin, CustomerQueries customers, CreateCustomer createCustomer,
        PlanQueries plans, CreatePlan createPlan, ProxyUserQueries proxyUsers, CreateProxyUser createProxyUser, RevealProxyUserSecret reveal,
        ProviderQueries providers, AddProvider addProvider, UpdateProvider updateProvider)
    {
        /// <summary>The simulator has another port in each run, so its endpoint is written anew.</summary>
        public async Task EnsureProviderAsync(string name, ProviderSettings settings, CancellationToken cancel)
        {
            var present = await providers.FindByNameAsync(name, cancel);
            if (present.IsSuccess)
                Value(await updateProvider.ExecuteAsync(new(present.Value.Id, settings), cancel));
            else
                Value(await addProvider.ExecuteAsync(new(name, settings), cancel));
        }

        public async Task<ProxyUserCredentials> EnsurePeopleAsync(DemoCredentials credentials, CancellationToken cancel)
        {
            if (!await accounts.AnyOwnerAsync(cancel))
                Value(await createStaff.ExecuteAsync(new(credentials.Admin.Email, credentials.Admin.Password, Roles.Owner), cancel));

            var plan = await plans.FindByNameAsync(PlanName, cancel);
            long planId = plan.IsSuccess
                ? plan.Value.Id
                : Value(await createPlan.ExecuteAsync(new(PlanName, PlanKind.Subscription, PlanPrice, "USD", PlanBytes), cancel)).Id;

            var customer = await customers.FindByEmailAsync(credentials.Customer.Email, cancel);
            long customerId = customer.IsSuccess
                ? customer.Value.Id
                : Value(await createCustomer.ExecuteAsync(new(credentials.Customer.Email, "Alice's Price Watch", planId), cancel)).Id;
            if ((await accounts.ListAsync(customerId, cancel)).Count == 0)
                Value(await createLogin.ExecuteAsync(new(customerId, credentials.Customer.Password), cancel));

            var proxyUser = await proxyUsers.FindByNameAsync(Scope.Staff, ProxyUserName, cancel);
            return proxyUser.IsSuccess
                ? Value(await reveal.ExecuteAsync(new(Scope.Staff, proxyUser.Value.Id), cancel))
                : Value(await createProxyUser.ExecuteAsync(new(Scope.Staff, customerId, ProxyUserName), cancel));
        }

        private static T Value<T>(Result<T> result) => result.IsSuccess
            ? result.Value
            : throw new StartupException($"The demonstration's data cannot be made: {string.Join(' ', result.Errors.Select(error => error.Message))}");
    }
}

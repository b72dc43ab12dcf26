using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Portal;

/// <summary>A customer with a sign-in and one proxy user.</summary>
internal sealed record SeededCustomer(long Id, string Email, long ProxyUserId, string ProxyUserName, string Secret);

/// <summary>A running portal with one of each kind of person.</summary>
internal sealed class SeededPortal(RunningPortal portal)
{
    public const string Owner = "owner@test.example", Operator = "operator@test.example", Support = "support@test.example",
        Finance = "finance@test.example";

    private static readonly Lazy<Task<SeededPortal>> Shared = new(() => StartAsync());

    private static int s_customers;

    public RunningPortal Portal => portal;

    /// <summary>The assembly's portal, for tests that only touch rows of their own.</summary>
    public static Task<SeededPortal> SharedAsync() => Shared.Value;

    public static async Task StopSharedAsync()
    {
        if (Shared.IsValueCreated)
            await (await Shared.Value).Portal.DisposeAsync();
    }

    public static async Task<SeededPortal> StartAsync(
        Action<PortalOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var portal = await RunningPortal.StartAsync(configure, services: services);
        await portal.AddStaffAsync(Owner, Roles.Owner);
        await portal.AddStaffAsync(Operator, Roles.Operator);
        await portal.AddStaffAsync(Support, Roles.Support);
        await portal.AddStaffAsync(Finance, Roles.Finance);
        return new SeededPortal(portal);
    }

    public Visitor Anyone() => new(portal.Address);

    public async Task<Visitor> SignedInAsync(string email)
    {
        var visitor = Anyone();
        await visitor.SignInAsync(email);
        return visitor;
    }

    public async Task<SeededCustomer> AddCustomerAsync(string name = "Customer")
    {
        int number = Interlocked.Increment(ref s_customers);
        string email = $"customer{number}@test.example";
        var customer = (await portal.UseAsync<CreateCustomer, Result<CustomerSummary>>(
            create => create.ExecuteAsync(new(email, name), CancellationToken.None))).Value;
        _ = (await portal.UseAsync<CreateCustomerLogin, Result<long>>(
            create => create.ExecuteAsync(new(customer.Id, RunningPortal.Password), CancellationToken.None))).Value;
        var credentials = (await portal.UseAsync<CreateProxyUser, Result<ProxyUserCredentials>>(
            create => create.ExecuteAsync(new(Scope.Staff, customer.Id, $"user{number}"), CancellationToken.None))).Value;
        return new SeededCustomer(customer.Id, email, credentials.ProxyUserId, credentials.Name, credentials.Secret);
    }

    /// <summary>One more person of a customer. Answers the address.</summary>
    public async Task<string> AddMemberAsync(SeededCustomer customer, MemberRole role)
    {
        string email = $"{role.ToString().ToLowerInvariant()}.of.{customer.Email}";
        _ = (await portal.UseAsync<CreateCustomerLogin, Result<long>>(
            create => create.ExecuteAsync(new(customer.Id, RunningPortal.Password, email, role), CancellationToken.None))).Value;
        return email;
    }

    public async Task<long> AddProviderAsync(string name) =>
        (await portal.UseAsync<AddProvider, Result<ProviderSummary>>(
            add => add.ExecuteAsync(new(name, new ProviderSettings("http://gateway.test:8000")),
                CancellationToken.None))).Value.Id;
}

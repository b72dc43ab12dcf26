using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests;

/// <summary>A control plane as the host composes it, on a database of its own.</summary>
public sealed class ControlPlaneTest : IAsyncDisposable
{

    private readonly TestDatabase? _database;
    private readonly ServiceProvider _services;
    private readonly string _keyFile;

    private ControlPlaneTest(TestDatabase? database, string keyFile, ServiceProvider services) =>
        (_database, _keyFile, _services) = (database, keyFile, services);

    public TestDatabase Database => _database ?? throw new InvalidOperationException("This test said that it needs no database.");

    public required SetTime Time { get; init; }

    public IServiceProvider Services => _services;

    public static async Task<ControlPlaneTest> StartAsync(
        PostgresServer? server = null, BlockListCategories? blockLists = null, PaymentOptions? payments = null,
        Action<IServiceCollection>? configure = null)
    {
        var database = await (server ?? await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        string keyFile = Path.Combine(Path.GetTempPath(), $"atlantic-key-{Guid.CreateVersion7():n}");
        var time = new SetTime();
        return new ControlPlaneTest(database, keyFile, Compose(database.ConnectionString, keyFile, time, blockLists, payments,
            configure))
        {
            Time = time,
        };
    }

    /// <summary>With no database behind it: for what must be decided before one is asked.</summary>
    public static ControlPlaneTest WithoutDatabase(BlockListCategories? blockLists = null)
    {
        var time = new SetTime();
        string keyFile = Path.Combine(Path.GetTempPath(), $"atlantic-key-{Guid.CreateVersion7():n}");
        return new ControlPlaneTest(null, keyFile, Compose("Host=/nonexistent", keyFile, time, blockLists)) { Time = time };
    }

    /// <summary>A second process on the same database and key file.</summary>
    public ServiceProvider AnotherNode() => Compose(Database.ConnectionString, _keyFile, Time);

    private static ServiceProvider Compose(
        string connectionString, string keyFile, TimeProvider time, BlockListCategories? blockLists = null,
        PaymentOptions? payments = null, Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(time)
            .AddControlPlane(new ControlPlaneOptions
            {
                ConnectionString = connectionString, SecretKeyFile = keyFile, BlockLists = blockLists ?? new("", []),
                Payments = payments ?? new(),
            });
        configure?.Invoke(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    /// <summary>Runs in a scope of its own, as each request does.</summary>
    public async Task<TResult> AskAsync<TService, TResult>(Func<TService, Task<TResult>> ask) where TService : notnull
    {
        await using var scope = _services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public async Task<CustomerSummary> CustomerAsync(string email = "ann@example.com") =>
        (await AskAsync((CreateCustomer create) => create.ExecuteAsync(new(email, ""), default))).Value;

    public async Task<ProxyUserCredentials> ProxyUserAsync(long customerId, string name = "alice") =>
        (await AskAsync((CreateProxyUser create) => create.ExecuteAsync(new(Scope.Staff, customerId, name), default))).Value;

    public async Task<ProviderSummary> ProviderAsync(
        string name = "acme", string endpoint = "http://127.0.0.1:9000", string password = "hunter2hunter2") =>
        (await AskAsync((AddProvider add) => add.ExecuteAsync(new(name, new(endpoint, "user", password)), default))).Value;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
        File.Delete(_keyFile);
    }
}

internal static class ResultAssertions
{
    /// <summary>The codes of all errors with their fields, as <c>code@Field</c>; empty on success.</summary>
    public static string Codes(this Result result) =>
        string.Join(' ', result.Errors.Select(e => e.Field is null ? e.Code : $"{e.Code}@{e.Field}"));
}

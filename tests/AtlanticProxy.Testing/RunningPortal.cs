using AtlanticProxy.ControlPlane;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Testing;

/// <summary>The web portal on Kestrel, on a free loopback port and a database of its own; no proxy beside it.</summary>
public sealed class RunningPortal : IAsyncDisposable
{
    /// <summary>What every account made here signs in with.</summary>
    public const string Password = "deep-blue-atlantic-swell";

    private readonly WebApplication _app;
    private readonly string _folder;

    private RunningPortal(WebApplication app, TestDatabase database, string folder) =>
        (_app, Database, _folder) = (app, database, folder);

    public TestDatabase Database { get; }

    public Uri Address => new(_app.Urls.First());

    public IServiceProvider Services => _app.Services;

    /// <param name="configure">Changes the settings.</param>
    /// <param name="map">Adds endpoints.</param>
    /// <param name="services">Puts services of its own in place of the portal's.</param>
    /// <param name="server">Null for the assembly's shared one.</param>
    public static async Task<RunningPortal> StartAsync(
        Action<PortalOptions>? configure = null, Action<WebApplication>? map = null, PostgresServer? server = null,
        Action<IServiceCollection>? services = null)
    {
        var database = await (server ?? await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        string folder = Directory.CreateTempSubdirectory("atlantic-portal-").FullName;
        var options = new PortalOptions { ProxyEndpoint = "proxy.test:8080", ShadowsocksPort = 8388, SignInsPerAddress = 10_000,
            SignInsPerAccount = 10_000, RequestBurst = 1_000_000, MailsPerAddress = 10_000, MailsPerAccount = 10_000,
            SignUpsPerAddress = 10_000, ApiRequestBurst = 1_000_000, ApiWrongTokensPerAddress = 10_000 };
        configure?.Invoke(options);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole();
        builder.Services.AddRouting();
        builder.Services.AddControlPlane(new ControlPlaneOptions
        {
            ConnectionString = database.ConnectionString, SecretKeyFile = Path.Combine(folder, "secret.key"),
        });
        services?.Invoke(builder.Services);
        builder.Services.AddAtlanticWeb(options);
        var app = builder.Build();
        app.MapAtlanticWeb();
        map?.Invoke(app);
        await app.StartAsync();
        return new RunningPortal(app, database, folder);
    }

    /// <summary>Runs one command or query of the control plane.</summary>
    public async Task<T> UseAsync<TService, T>(Func<TService, Task<T>> use) where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>An account of the reseller's own people with <see cref="Password"/>.</summary>
    public async Task AddStaffAsync(string email, string role)
    {
        var made = await UseAsync<CreateStaffUser, Result<long>>(
            create => create.ExecuteAsync(new CreateStaffUser.Request(email, Password, role), CancellationToken.None));
        _ = made.Value;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

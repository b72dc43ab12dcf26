using System.CommandLine;
using AtlanticProxy.ControlPlane;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Logging;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Host.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AtlanticProxy.Host.Cli;

/// <summary>A verb that works on the database: the running appliance's, or the embedded one, started for as long as the verb takes.</summary>
internal abstract class DatabaseVerb(CommonOptions common, string name, string description) : Verb(common, name, description)
{
    /// <summary>Whether the schema must be there and up to date first; <c>migrate</c> itself makes it so.</summary>
    protected virtual bool NeedsSchema => true;

    protected sealed override async Task<int> RunAsync(ParseResult parsed, Terminal terminal, StopSignals stop)
    {
        var cancel = stop.Stopping;
        // The log file is the running appliance's: two writers would garble it.
        var settings = Common.LoadSettings(parsed, [("Logging:ConsoleLevel", "Off"), ("Logging:Level", "Off")]);
        using var log = ApplianceLog.Create(settings.Logging, settings.LogFile);
        using var loggers = LoggerFactory.Create(logging => logging.AddApplianceLog(log));
        await using var own = await StartUnlessRunningAsync(settings, loggers, cancel);
        string connection = own?.ConnectionString ?? EmbeddedPostgres.FindRunning(settings.DatabaseDirectory) ?? settings.Database.ConnectionString;

        await using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddApplianceLog(log))
            .AddControlPlane(settings.ControlPlane(connection))
            .BuildServiceProvider(validateScopes: true);
        await using var scope = services.CreateAsyncScope();
        try
        {
            // The package's upgrade migrates a running appliance by restarting it; a database that only this verb opens is migrated here.
            var migrator = services.GetRequiredService<Migrator>();
            if (NeedsSchema && own is not null)
                await migrator.MigrateAsync(cancel);
            else if (NeedsSchema && await migrator.CheckAsync(cancel) is { } wrong)
                return terminal.Fail(wrong);
            if (NeedsSchema)
                await services.GetRequiredService<SecretKeyCheck>().VerifyAsync(cancel);
            return await RunAsync(scope.ServiceProvider, parsed, terminal, cancel);
        }
        catch (NpgsqlException unreachable) when (unreachable is not PostgresException)
        {
            return terminal.Fail($"The database does not answer ({unreachable.Message}): is the appliance running, and Database:ConnectionString right?");
        }
        catch (Exception wrong) when (wrong is SchemaException or SecretKeyException)
        {
            return terminal.Fail(wrong.Message);
        }
    }

    /// <returns>The exit code.</returns>
    protected abstract Task<int> RunAsync(IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel);

    private static async Task<EmbeddedPostgres?> StartUnlessRunningAsync(Settings settings, ILoggerFactory loggers, CancellationToken cancel) =>
        settings.Database.IsEmbedded && EmbeddedPostgres.FindRunning(settings.DatabaseDirectory) is null
            ? await EmbeddedPostgres.StartAsync(settings.EmbeddedPostgres, TimeProvider.System, loggers, cancel)
            : null;
}

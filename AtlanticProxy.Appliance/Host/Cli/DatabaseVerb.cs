using System.CommandLine;
using AtlanticProxy.ControlPlane;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Host.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.Host.Cli;

/// <summary>
/// A verb that works on the database: the running appliance's, or the embedded one, started for as long as the verb takes.
/// </summary>
internal abstract class DatabaseVerb(CommonOptions common, string name, string description) : Verb(common, name, description)
{
    /// <summary>Longer than an appliance's server takes to be ready, but for a long recovery after a crash.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether the schema must be there and up to date first; <c>migrate</c> itself makes it so, and the appliance.
    /// </summary>
    protected virtual bool NeedsSchema => true;

    protected sealed override async Task<int> RunAsync(ParseResult parsed, Terminal terminal, StopSignals stop)
    {
        var cancel = stop.Stopping;
        QueryCompilation.Interpret();
        var settings = Common.LoadSettings(parsed, []);
        if (NeedsSchema && !settings.HasAppliance)
            return terminal.Fail(NoAppliance(settings));
        var (server, reached) = await ReachAsync(settings, cancel);
        await using var own = server;
        await using var services = reached;
        await using var scope = services.CreateAsyncScope();
        try
        {
            // The package's upgrade migrates a running appliance by restarting it; a database that only this verb opens is
            // migrated here.
            var migrator = services.GetRequiredService<Migrator>();
            if (NeedsSchema && own is not null)
                await migrator.MigrateAsync(cancel);
            else if (NeedsSchema && await migrator.CheckAsync(cancel) is { } wrong)
                return terminal.Fail(wrong);
            if (NeedsSchema)
                await services.GetRequiredService<SecretKeyCheck>().VerifyAsync(cancel);
            scope.ServiceProvider.GetRequiredService<Authorship>().Author =
                new Author(AuthorKind.CommandLine, SystemUser(), CommandOf(parsed));
            return await RunAsync(new Call(scope.ServiceProvider, parsed, terminal, cancel));
        }
        catch (NpgsqlException unreachable) when (unreachable is not PostgresException)
        {
            return terminal.Fail(
                $"The database does not answer ({unreachable.Message}): is the appliance running, and "
                    + $"Database:ConnectionString right?");
        }
        catch (Exception wrong) when (wrong is SchemaException or SecretKeyException)
        {
            return terminal.Fail(wrong.Message);
        }
    }

    /// <returns>The exit code.</returns>
    protected abstract Task<int> RunAsync(Call call);

    /// <summary>Who sits at the command line: before <c>sudo</c>, where that was used.</summary>
    private static string SystemUser() => Environment.GetEnvironmentVariable("SUDO_USER") ?? Environment.UserName;

    /// <summary>The verb, without its arguments.</summary>
    private static string CommandOf(ParseResult parsed) => string.Join(' ',
        parsed.CommandResult.Command.Parents.OfType<Command>().TakeWhile(parent => parent is not RootCommand).Reverse()
            .Append(parsed.CommandResult.Command).Select(command => command.Name));

    /// <summary>What a mistyped <c>--data</c> gets, in place of an appliance nobody asked for.</summary>
    public static string NoAppliance(Settings settings) =>
        $"There is no appliance in {settings.Data.Directory}: check --data, or make one there with 'serve' or 'migrate'.";

    /// <summary>
    /// The control plane on the database, and the server where this verb had to start one: null when an appliance runs it, be it
    /// that it is only just starting.
    /// </summary>
    private static async Task<(EmbeddedPostgres? Own, ServiceProvider Services)> ReachAsync(
        Settings settings, CancellationToken cancel)
    {
        if (!settings.Database.IsEmbedded)
            return (null, Compose(settings, settings.Database.ConnectionString));
        if (!settings.Database.RunServer)
            return (null, Compose(settings, await EmbeddedPostgres.JoinAsync(settings.EmbeddedPostgres, cancel)));
        var time = TimeProvider.System;
        long began = time.GetTimestamp();
        while (true)
        {
            if (EmbeddedPostgres.FindRunning(settings.EmbeddedPostgres) is { } running)
            {
                var services = Compose(settings, running);
                if (!await IsComingAsync(services.GetRequiredService<NpgsqlDataSource>(), cancel))
                    return (null, services);
                await services.DisposeAsync();
            }
            try
            {
                var own = await EmbeddedPostgres.StartAsync(settings.EmbeddedPostgres, time, NullLoggerFactory.Instance, cancel);
                return (own, Compose(settings, own.ConnectionString));
            }
            catch (InUseException) when (time.GetElapsedTime(began) < StartPatience)
            {
                // Somebody was quicker: his server will be ready in a while, or has ended. That was waited for a second already.
            }
        }
    }

    /// <summary>
    /// Without a log: its file is the running appliance's, which two writers would garble, and a verb says what is wrong on
    /// standard error.
    /// </summary>
    private static ServiceProvider Compose(Settings settings, string connection) =>
        new ServiceCollection().AddLogging().AddControlPlane(settings.ControlPlane(connection))
            .BuildServiceProvider(validateScopes: true);

    /// <summary>
    /// Whether the server lets no sessions in yet, or has not got the database: the first start ever makes it once the server is
    /// ready. What else is wrong, the verb finds out. The session that answers is the verb's own first.
    /// </summary>
    private static async Task<bool> IsComingAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        try
        {
            await using var session = await source.OpenConnectionAsync(cancel);
            return false;
        }
        catch (NpgsqlException wrong)
        {
            return wrong.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.InvalidCatalogName;
        }
    }
}

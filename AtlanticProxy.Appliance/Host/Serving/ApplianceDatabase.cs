using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Jobs;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Web;
using Npgsql;

namespace AtlanticProxy.Host.Serving;

/// <summary>
/// The database as the appliance needs it: its server runs (if it is the appliance's own), the schema is up to date, the key file
/// is the right one. It is brought to that, however long it is away.
/// </summary>
internal sealed partial class ApplianceDatabase(
    Settings settings, IServiceProvider services, PortalState portal, TimeProvider time, ILoggerFactory loggers)
        : IAsyncDisposable
{
    /// <summary>Short beside what an operator waits for, long beside what a try costs.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = loggers.CreateLogger<ApplianceDatabase>();
    private readonly TaskCompletionSource<Exception?> _firstTry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EmbeddedPostgres? _server;

    /// <summary>Completes when the database can be used. It never fails.</summary>
    public Task Ready => _ready.Task;

    /// <summary>What came of the first try: null when the database is ready.</summary>
    public Task<Exception?> FirstTry => _firstTry.Task;

    /// <summary>Whether the appliance runs the server itself, and it is up.</summary>
    public bool RunsServer => _server is not null;

    public static string ConnectionStringOf(Settings settings) =>
        settings.Database.IsEmbedded
            ? EmbeddedPostgres.ConnectionStringIn(settings.EmbeddedPostgres)
            : settings.Database.ConnectionString;

    /// <summary>Whether waiting may mend <paramref name="fault"/>.</summary>
    public static bool IsAway(Exception fault) =>
        fault is StartupException and not InUseException || DatabaseOutage.Caused(fault);

    /// <summary>
    /// Runs until cancelled. Throws, and may be run again, when the database answers and is not what it should be.
    /// </summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        string? known = null;
        portal.DatabaseIsAway = !_ready.Task.IsCompleted;
        while (!_ready.Task.IsCompleted)
        {
            try
            {
                await TryAsync(cancel);
                portal.DatabaseIsAway = false;
                _ready.TrySetResult();
                _firstTry.TrySetResult(null);
                break;
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested)
            {
                bool first = _firstTry.TrySetResult(fault);
                if (first && fault is InUseException)
                    break; // Whoever waits for the first try says so, and ends.
                if (!IsAway(fault))
                    throw;
                if (fault.Message != known)
                    LogAway(_logger, known = fault.Message);
            }
            await Task.Delay(RetryPause, time, cancel);
        }
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancel);
    }

    /// <summary>Stops the server, if the appliance runs it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private async Task TryAsync(CancellationToken cancel)
    {
        if (settings.Database is { IsEmbedded: true, RunServer: false })
            await EmbeddedPostgres.JoinAsync(settings.EmbeddedPostgres, cancel);
        else if (settings.Database.IsEmbedded)
            _server ??= await EmbeddedPostgres.StartAsync(settings.EmbeddedPostgres, time, loggers, cancel);
        else
            Directory.CreateDirectory(settings.Data.Directory);
        await services.GetRequiredService<Migrator>().MigrateAsync(cancel);
        // Not before: the first time ever, the key file is made, and in a directory that the server made.
        await services.GetRequiredService<SecretKeyCheck>().VerifyAsync(cancel);
        // The first time ever: the portal must not come before the tables that its pages about jobs read.
        await services.GetRequiredService<JobServer>().InstallUnlessThereAsync(cancel);
    }

    /// <summary>The fault for the person at the terminal.</summary>
    public static Exception Describe(Exception fault) => fault switch
    {
        SchemaException or SecretKeyException => new StartupException(fault.Message, fault),
        NpgsqlException and not PostgresException =>
        new StartupException($"The database of Database:ConnectionString does not answer ({fault.Message}).", fault),
        _ => fault,
    };

    [LoggerMessage(4210, LogLevel.Warning, "The database is away ({Problem}); trying until it is back")]
    private static partial void LogAway(ILogger logger, string problem);
}

using AtlanticProxy.Host.Processes;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AtlanticProxy.Host.Postgres;

/// <summary>
/// A PostgreSQL server of the appliance's own: its cluster lies under the data directory, it listens on a Unix socket only, and
/// it is restarted when it crashes. It outlives a kill -9 of the appliance; the next start then stops it and begins anew.
/// </summary>
public sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    /// <summary>The database of the appliance inside the cluster.</summary>
    public const string Database = "atlantic";

    /// <summary>
    /// First and longest pause before a crashed server is started again, and how long one must live for the pause to begin anew.
    /// </summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500), LongestPause = TimeSpan.FromSeconds(30),
        Stable = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(25);

    private readonly EmbeddedPostgresOptions _options;
    private readonly PostgresCluster _cluster;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FileStream _lock;
    private readonly CancellationTokenSource _stopping = new();
    private PostgresBinaries _binaries = null!;
    private PostgresProcess _server = null!;
    private Task _supervision = Task.CompletedTask;
    private TaskCompletionSource _restarted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private EmbeddedPostgres(
        EmbeddedPostgresOptions options, PostgresCluster cluster, FileStream @lock, TimeProvider time, ILogger logger) =>
        (_options, _cluster, _lock, _time, _logger) = (options, cluster, @lock, time, logger);

    /// <summary>For <see cref="Database"/>.</summary>
    public string ConnectionString => ConnectionStringFor(Database);

    /// <summary>Process id of the postmaster now; it changes when a crashed one is replaced.</summary>
    public int ProcessId => _server.Id;

    /// <summary>How often the server crashed and was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Completes when the server has crashed and runs again.</summary>
    internal Task WaitForRestartAsync(CancellationToken cancel) => _restarted.Task.WaitAsync(cancel);

    public string ConnectionStringFor(string database) => ConnectionStringFor(_cluster, database);

    /// <summary>Makes the cluster if needed, starts the server and waits until it answers.</summary>
    /// <exception cref="StartupException">It cannot run here; the message says what to do.</exception>
    /// <exception cref="InUseException">An appliance runs it already.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(
        EmbeddedPostgresOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancel)
    {
        var logger = loggers.CreateLogger<EmbeddedPostgres>();
        var cluster = new PostgresCluster(options);
        await cluster.MakeParentAsync(cancel);
        var postgres = new EmbeddedPostgres(options, cluster, await ClusterLock.TakeAsync(cluster, time, cancel), time, logger);
        try
        {
            // Under the lock: two that make the cluster at once would take each other's half-made one away.
            postgres._binaries = await cluster.PrepareAsync(cancel);
            await postgres.LaunchAsync(cancel);
            await EnsureDatabaseAsync(cluster, cancel);
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
        postgres._supervision = postgres.SuperviseAsync();
        return postgres;
    }

    /// <summary>The connection string of the server of <paramref name="options"/>, whether it runs or not.</summary>
    public static string ConnectionStringIn(EmbeddedPostgresOptions options) =>
        ConnectionStringFor(new PostgresCluster(options), Database);

    /// <summary>
    /// The connection string of the server that somebody is running by <paramref name="options"/>; null when nobody is, or it is
    /// not ready.
    /// </summary>
    public static string? FindRunning(EmbeddedPostgresOptions options)
    {
        var cluster = new PostgresCluster(options);
        return ClusterLock.IsHeld(cluster.Directory) && IsReady(cluster) ? ConnectionStringFor(cluster, Database) : null;
    }

    /// <summary>
    /// The connection string of the server that a service manager runs (<see cref="ForegroundPostgres"/>), with the appliance's
    /// database made on it.
    /// </summary>
    /// <exception cref="StartupException">It does not run.</exception>
    public static async Task<string> JoinAsync(EmbeddedPostgresOptions options, CancellationToken cancel)
    {
        string running = FindRunning(options) ?? throw new StartupException(
            "The database server does not run, and Database:RunServer is false: start its service ('atlanticproxy postgres').");
        await EnsureDatabaseAsync(new PostgresCluster(options), cancel);
        return running;
    }

    /// <summary>Stops the server: sessions are ended, a checkpoint is written, the lock is given back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await _supervision;
        if (_server is not null)
        {
            await _server.StopAsync(_options.StopTimeout, _time);
            LogStopped(_logger);
        }
        if (Directory.Exists(_cluster.SocketFolder))
            Directory.Delete(_cluster.SocketFolder, recursive: true);
        await _lock.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task LaunchAsync(CancellationToken cancel)
    {
        long began = _time.GetTimestamp();
        await new OrphanPostgres(_cluster, _time, _logger).ClearAsync(_options.StopTimeout, cancel);

        _server = PostgresProcess.Start(_cluster.ServerCommand(_binaries, inOwnSession: true), _logger);

        while (!_server.Exited.IsCompleted && !IsReady(_cluster))
        {
            if (_time.GetElapsedTime(began) > _options.StartTimeout)
                throw new StartupException(
                    $"PostgreSQL was not ready after {_options.StartTimeout.TotalSeconds:0} s ({_server.LastWords}); its log "
                        + "lines say why.");
            await Task.Delay(Glance, _time, cancel);
        }
        if (_server.Exited.IsCompleted)
            throw new StartupException($"PostgreSQL did not start in {_cluster.Directory} ({_server.LastWords}).");
        LogStarted(_logger, _binaries.Major, _server.Id, _time.GetElapsedTime(began).TotalMilliseconds);
    }

    /// <summary>The postmaster writes its state to the eighth line of its pid file; pg_ctl looks there too.</summary>
    private static bool IsReady(PostgresCluster cluster)
    {
        try
        {
            string[] lines = File.ReadAllLines(cluster.PidFile);
            return lines.Length >= 8 && lines[7].StartsWith("ready", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // Not written yet.
        }
    }

    private static async Task EnsureDatabaseAsync(PostgresCluster cluster, CancellationToken cancel)
    {
        // As the metrics of its connections are labelled, which would be its whole connection string.
        var maintenance = new NpgsqlDataSourceBuilder(ConnectionStringFor(cluster, "postgres") + ";Pooling=false")
        {
            Name = "maintenance",
        };
        await using var source = maintenance.Build();
        await using var exists = source.CreateCommand("select 1 from pg_database where datname = $1");
        exists.Parameters.Add(new() { Value = Database });
        if (await exists.ExecuteScalarAsync(cancel) is not null)
            return;
        await using var create = source.CreateCommand($"create database {Database}");
        await create.ExecuteNonQueryAsync(cancel);
    }

    private async Task SuperviseAsync()
    {
        var pause = FirstPause;
        long started = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await _server.Exited.WaitAsync(_stopping.Token);
                if (_time.GetElapsedTime(started) > Stable)
                    pause = FirstPause;
                LogCrashed(_logger, _server.LastWords, pause.TotalSeconds);
                await Task.Delay(pause, _time, _stopping.Token);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
                started = _time.GetTimestamp();
                await LaunchAsync(_stopping.Token);
                Restarts++;
                Interlocked.Exchange(ref _restarted, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // A disk that is full now may have room in a while: keep trying, at the pace of the pause.
                LogRestartFailed(_logger, fault);
            }
        }
    }

    private static string ConnectionStringFor(PostgresCluster cluster, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = cluster.SocketFolder,
        Username = PostgresCluster.Superuser,
        Database = database,
        MaxPoolSize = 30,
    }.ConnectionString;

    [LoggerMessage(4000, LogLevel.Information, "PostgreSQL {Major} is ready (process {Pid}, {Milliseconds:0} ms)")]
    private static partial void LogStarted(ILogger logger, int major, int pid, double milliseconds);

    [LoggerMessage(4001, LogLevel.Information, "PostgreSQL stopped")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(4002, LogLevel.Error, "PostgreSQL ended by itself ({LastWords}); starting it again in {Seconds} s")]
    private static partial void LogCrashed(ILogger logger, string lastWords, double seconds);

    [LoggerMessage(4003, LogLevel.Error, "PostgreSQL could not be started again")]
    private static partial void LogRestartFailed(ILogger logger, Exception fault);
}

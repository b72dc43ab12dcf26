using AtlanticProxy.ControlPlane.Business;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.Host.Serving;
using Hangfire;
using Hangfire.States;
using Hangfire.Storage;
using Npgsql;

namespace AtlanticProxy.Host.Metrics;

/// <summary>What the metrics show of the database, of one moment.</summary>
/// <param name="Jobs">The cluster's jobs, by id.</param>
internal sealed record DatabaseReading(
    BusinessFigures Today, BusinessFigures Month, SubscriptionBase Subscriptions, OpenMatters Open,
    int FailedPaymentsToday, int FailedPaymentsMonth, IReadOnlyDictionary<string, JobState> Jobs);

/// <param name="LastSuccess">Null when the last run did not succeed, or there was none.</param>
internal sealed record JobState(bool Failed, DateTimeOffset? LastSuccess);

/// <summary>
/// What the metrics read from the database: when somebody asks, at most once a minute, and never while another question is under
/// way. While the database is away there is nothing.
/// </summary>
internal sealed partial class DatabaseFigures(
    IServiceScopeFactory scopes, ApplianceDatabase database, JobStorage jobs, TimeProvider time, ILogger<DatabaseFigures> logger)
{
    /// <summary>A reading is as old as this at most, while somebody asks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>A scrape waits no longer: Prometheus gives it 10 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>A database that does not answer by then is away.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Task _reading = Task.CompletedTask;
    private long _askedAt = long.MinValue;
    private volatile DatabaseReading? _last;

    /// <summary>The last reading; null while the database is away. Begins another one when this is old.</summary>
    public DatabaseReading? Current
    {
        get
        {
            _ = Begin();
            return _last;
        }
    }

    /// <summary>Reads again, if the last reading is old. Waits for it, for a bounded time; never throws.</summary>
    public async Task RefreshAsync()
    {
        try
        {
            await Begin().WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            // The next scrape has it.
        }
    }

    private Task Begin()
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            bool isOld = _askedAt == long.MinValue || time.GetElapsedTime(_askedAt, now) >= Interval;
            if (!_reading.IsCompleted || !isOld || !database.Ready.IsCompletedSuccessfully)
                return _reading;
            _askedAt = now;
            return _reading = Task.Run(ReadAsync);
        }
    }

    private async Task ReadAsync()
    {
        using var timeout = new CancellationTokenSource(ReadTimeout, time);
        var stop = timeout.Token;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var queries = scope.ServiceProvider.GetRequiredService<BusinessQueries>();
            var now = time.GetUtcNow();
            var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
            var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
            _last = new DatabaseReading(
                await queries.FiguresAsync(today, now, stop), await queries.FiguresAsync(month, now, stop),
                await queries.SubscriptionsAsync(stop), await queries.OpenMattersAsync(stop),
                await queries.FailedPaymentsAsync(today, stop), await queries.FailedPaymentsAsync(month, stop), ReadJobs());
        }
        catch (Exception fault)
        {
            _last = null;
            if (fault is not OperationCanceledException && !DatabaseOutage.Caused(fault)) // health tells of those
                LogFailed(fault);
        }
    }

    private Dictionary<string, JobState> ReadJobs()
    {
        try
        {
            using var connection = jobs.GetConnection();
            return connection.GetRecurringJobs().Where(job => ClusterJobs.Find(job.Id) is not null).ToDictionary(
                job => job.Id,
                job => new JobState(
                    job.Error is not null || job.LastJobState == FailedState.StateName
                        || job.LastJobState == ScheduledState.StateName,
                    job.LastJobState == SucceededState.StateName && job.LastExecution is { } at
                        ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc))
                        : null));
        }
        catch (PostgresException notYet)
            when (notYet.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return []; // on a new database, JobServer makes the tables while the portal answers already
        }
    }

    [LoggerMessage(4600, LogLevel.Warning, "The metrics could not be read from the database")]
    private partial void LogFailed(Exception fault);
}

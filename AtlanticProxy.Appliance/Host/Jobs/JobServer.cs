using AtlanticProxy.ControlPlane.Jobs;
using Hangfire;
using Hangfire.PostgreSql;
using Medallion.Threading.Postgres;
using Npgsql;

namespace AtlanticProxy.Host.Jobs;

/// <summary>
/// This node's part in the cluster's jobs: makes Hangfire's tables, says when each job is due, and works off the queue. It needs
/// the database all the time; without it, it waits, and the gateway does not notice.
/// </summary>
internal sealed partial class JobServer(
    JobStorage storage, IRecurringJobManagerFactoryV2 recurring, JobActivator activator, JobOptions options,
    RetentionOptions retention, NpgsqlDataSource database, TimeProvider time, ILogger<JobServer> logger)
{
    /// <summary>
    /// Jobs are told to stop, and go on elsewhere or at the next start: so long they have to end by themselves. Less than the
    /// loops' own bound.
    /// </summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan TidyInterval = TimeSpan.FromHours(1);

    /// <summary>More than come in an hour, even if every job fails at each of its tries.</summary>
    private const int FailuresAtATime = 1_000;

    private static readonly PostgresAdvisoryLockKey Installation = new("atlantic/jobs/installation", allowHashing: true);

    /// <summary>Runs until cancelled. Faults of the database while it starts end it: whoever runs it starts it again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await InstallAsync(cancellation);
        Schedule();
        using var server = new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                WorkerCount = options.Workers, SchedulePollingInterval = options.PollInterval, StopTimeout = StopTimeout,
                ShutdownTimeout = StopTimeout, Activator = activator,
            },
            storage);
        LogStarted(ClusterJobs.All.Count);
        using var timer = new PeriodicTimer(TidyInterval, time);
        try
        {
            do
                DeleteOldFailures();
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        finally
        {
            server.SendStop(); // disposing of it waits for its jobs, for a bounded time
        }
    }

    /// <summary>
    /// Before the portal: its pages about jobs read these tables. They are brought up to date by <see cref="RunAsync"/>.
    /// </summary>
    public async Task InstallUnlessThereAsync(CancellationToken cancellation)
    {
        await using var ask = database.CreateCommand($"select to_regclass('{ClusterJobServices.Schema}.job') is not null");
        if (await ask.ExecuteScalarAsync(cancellation) is not true)
            await InstallAsync(cancellation);
    }

    /// <summary>Hangfire keeps failed runs for ever.</summary>
    private void DeleteOldFailures()
    {
        var oldest = time.GetUtcNow().AddDays(-retention.JobDays).UtcDateTime;
        var client = new BackgroundJobClient(storage);
        foreach (var (run, failure) in storage.GetMonitoringApi().FailedJobs(0, FailuresAtATime))
            if (failure?.FailedAt < oldest)
                client.Delete(run);
    }

    /// <summary>Hangfire's own installer knows nothing of other nodes that start at the same moment.</summary>
    private async Task InstallAsync(CancellationToken cancellation)
    {
        await using var alone = await new PostgresDistributedLock(Installation, database)
            .AcquireAsync(cancellationToken: cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        PostgreSqlObjectsInstaller.Install(connection, ClusterJobServices.Schema);
    }

    /// <summary>A job that fell due while no node was there runs once, as soon as one is: each does all that is due.</summary>
    private void Schedule()
    {
        var manager = recurring.GetManagerV2(storage);
        foreach (var job in ClusterJobs.All)
            manager.AddOrUpdate<JobRunner>(
                job.Id, runner => runner.RunAsync(job.Id, null, CancellationToken.None), job.Cron,
                new RecurringJobOptions { TimeZone = TimeZoneInfo.Utc, MisfireHandling = MisfireHandlingMode.Relaxed });
    }

    [LoggerMessage(4400, LogLevel.Information, "The cluster's {Jobs} jobs are scheduled; this node takes its part in them")]
    private partial void LogStarted(int jobs);
}

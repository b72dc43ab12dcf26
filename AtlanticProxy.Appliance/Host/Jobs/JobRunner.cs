using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.Host.Metrics;
using Hangfire;
using Hangfire.Server;
using Hangfire.States;
using Medallion.Threading.Postgres;
using Npgsql;

namespace AtlanticProxy.Host.Jobs;

/// <summary>A job did not do all that was due: the message names what.</summary>
public sealed class JobFailedException(string message) : Exception(message);

/// <summary>
/// Runs one job as Hangfire asks: on one node at a time, whatever Hangfire's own locks, which lapse, make of it.
/// </summary>
public sealed partial class JobRunner(
    IServiceProvider services, NpgsqlDataSource database, JobMetrics metrics, ILogger<JobRunner> logger)
{
    /// <summary>What a failed job's message names; the log has all of them.</summary>
    private const int NamedFailures = 5;

    /// <summary>
    /// Hangfire tells whoever has lost a run within 5 s, and that node then stops. Longer than that, and than it takes PostgreSQL
    /// to end a statement.
    /// </summary>
    private static readonly TimeSpan TakeOverPatience = TimeSpan.FromSeconds(30);

    /// <summary>Of one statement of a job: an audit reads the whole ledger.</summary>
    private static readonly TimeSpan StatementTimeout = TimeSpan.FromMinutes(10);

    /// <param name="context">Hangfire's, of this run; null outside of it.</param>
    /// <returns>What it did, in numbers: Hangfire's dashboard shows it.</returns>
    /// <exception cref="JobFailedException">A part of it failed; the rest is done.</exception>
    /// <exception cref="TimeoutException">The node that this run was taken over from has not let go of it.</exception>
    [AutomaticRetry(Attempts = 3, DelaysInSeconds = [30, 120, 600])]
    public async Task<string> RunAsync(string id, PerformContext? context, CancellationToken cancellation)
    {
        if (ClusterJobs.Find(id) is not { } job)
            return "Not a job of this version";
        // The connection holds it: a node that dies, or is cut off from the database, has it no longer.
        var turns = new PostgresDistributedLock(new($"atlantic/jobs/{id}", allowHashing: true), database);
        await using var turn = await turns.TryAcquireAsync(cancellationToken: cancellation)
            ?? (IsTakenOver(context) ? await turns.AcquireAsync(TakeOverPatience, cancellation) : null);
        if (turn is null)
            return "Running already";
        // Long statements are what jobs are for; cancelling ends them all the same.
        services.GetRequiredService<AtlanticDb>().CommandTimeout = (int)StatementTimeout.TotalSeconds;
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellation, turn.HandleLostToken);
        var report = await metrics.MeasureAsync(
            job.Id, () => ((IClusterJob)services.GetRequiredService(job.Type)).ExecuteAsync(held.Token),
            done => done.Failures is not []);
        LogDone(job.Title, report.Done, report.Failures.Count);
        if (report.Failures is [])
            return report.Done;
        string others = report.Failures.Count > NamedFailures
            ? $" And {report.Failures.Count - NamedFailures} more: see the log."
            : "";
        throw new JobFailedException(
            $"{report.Done}, {report.Failures.Count} failed. {string.Join(' ', report.Failures.Take(NamedFailures))}{others}");
    }

    /// <summary>
    /// Whether another node, or another worker, had begun this very run and was not heard of: it may be at work yet, but what it
    /// does counts no more. To say that it runs already would end the run as a success that nobody had.
    /// </summary>
    private static bool IsTakenOver(PerformContext? context) =>
        context is not null && context.Storage.GetMonitoringApi().JobDetails(context.BackgroundJob.Id).History
        .TakeWhile(state => state.StateName == ProcessingState.StateName).Count() > 1;

    [LoggerMessage(4401, LogLevel.Information, "{Job}: {Done}, {Failures} failed")]
    private partial void LogDone(string job, string done, int failures);
}

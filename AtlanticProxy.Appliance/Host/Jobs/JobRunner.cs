using AtlanticProxy.ControlPlane.Jobs;
using Hangfire;
using Medallion.Threading.Postgres;
using Npgsql;

namespace AtlanticProxy.Host.Jobs;

/// <summary>A job did not do all that was due: the message names what.</summary>
public sealed class JobFailedException(string message) : Exception(message);

/// <summary>Runs one job as Hangfire asks: on one node at a time, whatever Hangfire's own locks, which lapse, make of it.</summary>
public sealed partial class JobRunner(IServiceProvider services, NpgsqlDataSource database, ILogger<JobRunner> logger)
{
    /// <summary>What a failed job's message names; the log has all of them.</summary>
    private const int NamedFailures = 5;

    /// <returns>What it did, in numbers: Hangfire's dashboard shows it.</returns>
    /// <exception cref="JobFailedException">A part of it failed; the rest is done.</exception>
    [AutomaticRetry(Attempts = 3, DelaysInSeconds = [30, 120, 600])]
    public async Task<string> RunAsync(string id, CancellationToken cancellation)
    {
        if (ClusterJobs.Find(id) is not { } job)
            return "Not a job of this version";
        // The connection holds it: a node that dies, or is cut off from the database, has it no longer.
        await using var turn = await new PostgresDistributedLock(new($"atlantic/jobs/{id}", allowHashing: true), database).TryAcquireAsync(cancellationToken: cancellation);
        if (turn is null)
            return "Running already";
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellation, turn.HandleLostToken);
        var report = await ((IClusterJob)services.GetRequiredService(job.Type)).ExecuteAsync(held.Token);
        LogDone(job.Title, report.Done, report.Failures.Count);
        if (report.Failures is [])
            return report.Done;
        string others = report.Failures.Count > NamedFailures ? $" And {report.Failures.Count - NamedFailures} more: see the log." : "";
        throw new JobFailedException($"{report.Done}, {report.Failures.Count} failed. {string.Join(' ', report.Failures.Take(NamedFailures))}{others}");
    }

    [LoggerMessage(1401, LogLevel.Information, "{Job}: {Done}, {Failures} failed")]
    private partial void LogDone(string job, string done, int failures);
}

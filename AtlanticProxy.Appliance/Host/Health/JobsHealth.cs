using AtlanticProxy.ControlPlane.Jobs;
using Hangfire;
using Hangfire.States;
using Hangfire.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace AtlanticProxy.Host.Health;

/// <summary>
/// Whether the cluster's jobs did what was due when they last ran: one that failed is failed, or scheduled to be tried again. One
/// that is late has nobody who does it; one that is stuck never ends. The proxy goes on serving.
/// </summary>
internal sealed class JobsHealth(JobStorage storage, TimeProvider time) : IHealthCheck, IDisposable
{
    /// <summary>Beyond its time: as often as the most frequent ones run, ten times.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(10);

    /// <summary>The longest take minutes, but for backups and drills of a large database.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromHours(6);

    /// <summary>Jobs under way that one look reads.</summary>
    private const int MostUnderWay = 100;

    /// <summary>Hangfire asks its storage synchronously: one thread at a time may wait there.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(Check, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Ids of the jobs that began before then and have not ended.</summary>
    private IEnumerable<string> UnderWaySince(DateTime then) => storage.GetMonitoringApi().ProcessingJobs(0, MostUnderWay)
        .Where(job => job.Value?.StartedAt < then).Select(job => job.Value.Job?.Args is [string id, ..] ? id : job.Key);

    private static IEnumerable<string> Said(IEnumerable<string> jobs, string what)
    {
        string names = string.Join("; ", jobs.Select(job => ClusterJobs.Find(job)?.Title ?? job));
        if (names.Length > 0)
            yield return $"{names}: {what}";
    }

    private HealthCheckResult Check()
    {
        try
        {
            using var connection = storage.GetConnection();
            var jobs = connection.GetRecurringJobs();
            var now = time.GetUtcNow();
            string[] problems =
            [
                .. Said(jobs.Where(job => job.Error is not null || job.LastJobState == FailedState.StateName
                    || job.LastJobState == ScheduledState.StateName).Select(job => job.Id), "failed, see /admin/jobs."),
                .. Said(jobs.Where(job => job.NextExecution is { } next && now.UtcDateTime - next > Late).Select(job => job.Id),
                    $"late by more than {Late.TotalMinutes:0} minutes: no node does it."),
                .. Said(UnderWaySince(now.UtcDateTime - Stuck), $"under way for more than {Stuck.TotalHours:0} hours."),
            ];
            return problems is []
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded(string.Join(" ", problems));
        }
        catch (PostgresException notYet)
            when (notYet.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            // On a new database, JobServer makes the tables while the portal answers already. When it cannot, WorkHealth says so.
            return HealthCheckResult.Healthy("Not known before the jobs have started.");
        }
    }
}

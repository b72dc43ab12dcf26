using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using Hangfire;
using Hangfire.States;
using Hangfire.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace AtlanticProxy.Host.Health;

/// <summary>
/// Whether the cluster's jobs did what was due when they last ran: one that failed is failed, or scheduled to be tried again. The
/// proxy goes on serving.
/// </summary>
internal sealed class JobsHealth(JobStorage storage) : IHealthCheck, IDisposable
{
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

    private HealthCheckResult Check()
    {
        try
        {
            using var connection = storage.GetConnection();
            string[] failed =
                [.. connection.GetRecurringJobs()
                    .Where(job => job.Error is not null || job.LastJobState == FailedState.StateName
                        || job.LastJobState == ScheduledState.StateName)
                .Select(job => ClusterJobs.Find(job.Id)?.Title ?? job.Id)];
            return failed is []
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded($"{string.Join("; ", failed)}: failed, see /admin/jobs.");
        }
        catch (Exception fault) when (DatabaseOutage.Caused(fault))
        {
            return HealthCheckResult.Healthy("Not known while the database is away.");
        }
        catch (PostgresException notYet)
            when (notYet.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            // On a new database, JobServer makes the tables while the portal answers already. When it cannot, WorkHealth says so.
            return HealthCheckResult.Healthy("Not known before the jobs have started.");
        }
    }
}

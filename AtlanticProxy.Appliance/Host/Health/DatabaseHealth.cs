using AtlanticProxy.ControlPlane.Database;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace AtlanticProxy.Host.Health;

/// <summary>
/// Whether PostgreSQL answers. Traffic goes on without it, so its absence degrades; it does not make the node unready.
/// </summary>
internal sealed class DatabaseHealth(NpgsqlDataSource database, TimeProvider time) : IHealthCheck
{
    /// <summary>Shorter than the interval of any load balancer's check.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await DatabaseOutage.AskAsync(Timeout, time, async stop =>
            {
                await using var command = database.CreateCommand("select 1");
                return await command.ExecuteScalarAsync(stop);
            }, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception fault)
            when (fault is NpgsqlException or TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Degraded(
                "PostgreSQL does not answer. Traffic goes on and its bytes are kept until it does; customers with a quota or "
                    + "wallet have what this node holds of it, then new connections of theirs get 503 (QuotaUnknown).");
        }
    }
}

using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace AtlanticProxy.Host.Health;

/// <summary>
/// Whether PostgreSQL answers. Traffic goes on without it, so its absence degrades; it does not make the node unready.
/// </summary>
internal sealed class DatabaseHealth(NpgsqlDataSource database) : IHealthCheck
{
    /// <summary>Shorter than the interval of any load balancer's check. Seconds.</summary>
    private const int Timeout = 2;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = database.CreateCommand("select 1");
            command.CommandTimeout = Timeout;
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(TimeSpan.FromSeconds(Timeout));
            await command.ExecuteScalarAsync(deadline.Token);
            return HealthCheckResult.Healthy();
        }
        catch (Exception fault)
            when (fault is NpgsqlException or OperationCanceledException or TimeoutException
                && !cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Degraded(
                "PostgreSQL does not answer. Traffic goes on and its bytes are kept until it does; customers with a quota or "
                    + "wallet have what this node holds of it, then new connections of theirs get 503 (QuotaUnknown).");
        }
    }
}

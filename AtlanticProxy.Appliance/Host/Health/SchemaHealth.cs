using AtlanticProxy.ControlPlane.Database;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether the database's schema is this version's: another node may have upgraded it.</summary>
internal sealed class SchemaHealth(Migrator migrator) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        return await migrator.CheckAsync(cancellationToken) is { } wrong
            ? HealthCheckResult.Degraded(wrong)
            : HealthCheckResult.Healthy();
    }
}

using AtlanticProxy.ControlPlane.Snapshots;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether changes in the database reach the engine.</summary>
internal sealed class SnapshotHealth(SnapshotPublisher publisher) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = publisher.Status;
        var facts = new Dictionary<string, object> { ["lastApplied"] = status.LastApplied?.ToString("O") ?? "never" };
        return Task.FromResult(status.Connected
            ? HealthCheckResult.Healthy(data: facts)
            : HealthCheckResult.Degraded("The engine serves from its last snapshot; changes wait for the database.",
                data: facts));
    }
}

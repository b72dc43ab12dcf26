using AtlanticProxy.ControlPlane.Reconciliation;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether providers count what we count, in the last 30 days. When not, somebody should ask them; the proxy goes on serving.</summary>
internal sealed class DriftHealth(DriftAlarm alarm) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        alarm.Found is { Count: > 0 } drifts
            ? HealthCheckResult.Degraded($"The counts of {string.Join(", ", drifts.Select(day => day.Provider).Distinct())} and ours are too far apart: see 'atlanticproxy reconcile'.")
            : HealthCheckResult.Healthy());
}

using AtlanticProxy.ControlPlane.Reconciliation;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>
/// Whether providers count what we count, in the last 30 days. When not, somebody should ask them; the proxy goes on serving.
/// </summary>
internal sealed class DriftHealth(DriftAlarm alarm) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (await alarm.FoundAsync(cancellationToken) is not { Count: > 0 } drifts)
            return HealthCheckResult.Healthy();
        string providers = string.Join(", ", drifts.Select(day => day.Provider).Distinct());
        return HealthCheckResult.Degraded(
            $"The counts of {providers} and ours are too far apart: see 'atlanticproxy reconcile'.");
    }
}

using AtlanticProxy.ControlPlane.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>What a slow check found last, for those who ask for the health of this node.</summary>
internal sealed class LastLook(HealthMonitor monitor, string check) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(monitor.Find(check) switch
        {
            null => HealthCheckResult.Healthy("It has not looked yet."),
            { State: HealthState.Healthy } look => HealthCheckResult.Healthy(look.Words),
            { State: HealthState.Degraded } look => HealthCheckResult.Degraded(look.Words),
            var look => HealthCheckResult.Unhealthy(look.Words),
        });
}

/// <summary>Whether the checks look at all: what they found last would stay as it is.</summary>
internal sealed class MonitorHealth(HealthMonitor monitor, TimeProvider time) : IHealthCheck
{
    public const string Name = "checks";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(monitor.LastTurn is { } turn && time.GetUtcNow() - turn > HealthMonitor.LongestPause
            ? HealthCheckResult.Degraded($"No check has looked since {turn:u}: what they say is old. Restart the appliance.")
            : HealthCheckResult.Healthy());
}

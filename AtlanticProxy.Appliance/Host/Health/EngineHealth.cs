using AtlanticProxy.Engine;
using AtlanticProxy.Host.Serving;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether this node takes new connections: not before it has started, not once it drains.</summary>
internal sealed class EngineHealth(ProxyEngine engine, ApplianceState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var facts = new Dictionary<string, object>
        {
            ["openConnections"] = engine.OpenConnections,
            ["proxyUsers"] = engine.Snapshot.UserCount,
            ["providers"] = engine.Snapshot.Providers.Length,
        };
        return Task.FromResult(state.Phase == AppliancePhase.Ready
            ? HealthCheckResult.Healthy(data: facts)
            : HealthCheckResult.Unhealthy(state.Phase == AppliancePhase.Stopping ? "Stopping." : "Starting.", data: facts));
    }
}

using AtlanticProxy.Host.Serving;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether every background loop runs.</summary>
internal sealed class WorkHealth(BackgroundWork work) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(work.Failing.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(string.Join("; ", work.Failing.Select(failing => $"{failing.Key} failed: {failing.Value.Message}"))));
}

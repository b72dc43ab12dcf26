using AtlanticProxy.Host.BlockLists;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether every block list could be fetched the last time. Without, the last good ones are in use.</summary>
internal sealed class BlockListHealth(BlockListFetch fetch) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(fetch.Failures.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(string.Join("; ", fetch.Failures.Select(failure => $"{failure.Key}: {failure.Value}"))));
}

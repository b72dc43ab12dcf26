using AtlanticProxy.Host.Jobs;
using AtlanticProxy.Host.Serving;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether this node's background loops run, and its own jobs did when they were last due.</summary>
internal sealed class WorkHealth(BackgroundWork work, NodeJobFailures jobs) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string[] failing =
        [
            .. work.Failing.Select(loop => $"{loop.Key} failed: {loop.Value.Message}"),
            .. jobs.Failing.Select(job => $"{job.Key} failed: {job.Value}"),
        ];
        return Task.FromResult(failing is []
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(string.Join("; ", failing)));
    }
}

using AtlanticProxy.Engine;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether each event loop of the engine takes its turns in time: all of its clients wait for it.</summary>
internal sealed class LoopsHealth(ProxyEngine engine) : IHealthCheck
{
    /// <summary>A client feels it. Loops turn in well under a millisecond.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(250);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var took = await engine.TurnAsync().WaitAsync(cancellationToken);
        return took < Slow
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(
                $"An event loop took {took.TotalMilliseconds:0} ms to come to its turn ({Slow.TotalMilliseconds:0} is much): "
                    + "this machine is short of processor time.");
    }
}

using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Engine.Usage.Journal;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>
/// Whether what is counted is safe. A journal that the disk refuses makes the node unready, though its traffic goes on: others in
/// the cluster can bill theirs.
/// </summary>
internal sealed class JournalHealth(UsageJournal journal, UsageFlusher flusher) : IHealthCheck
{
    /// <summary>From this share of the bound on, somebody should know that it is being approached.</summary>
    private const double NearlyFull = 0.8;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = journal.Status;
        var facts = new Dictionary<string, object>
        {
            ["bytes"] = status.Bytes, ["maxBytes"] = status.MaxBytes, ["waitingBytes"] = status.WaitingBytes,
            ["heldCounters"] = status.HeldCounters,
            ["discardedBytes"] = status.DiscardedBytes, ["lastFlushed"] = flusher.Status.LastFlushed?.ToString("O") ?? "never",
        };
        return Task.FromResult(
            status.IsFull
                ? HealthCheckResult.Unhealthy(
                    $"Neither disk nor memory takes more usage, new connections are refused: {status.Problem}", data: facts)
                : status.Problem is { } problem
                ? HealthCheckResult.Unhealthy($"The usage journal is not safe on disk: {problem}", data: facts)
                : status.Bytes > NearlyFull * status.MaxBytes
                ? HealthCheckResult.Degraded("The usage journal is nearly full: the database takes none of it.", data: facts)
                : flusher.Status.Failing ? HealthCheckResult.Degraded("Usage waits in the journal for the database.", data: facts)
                : HealthCheckResult.Healthy(data: facts));
    }
}

using AtlanticProxy.ControlPlane.Ledger;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether the books balance. When they do not, somebody must come; the proxy goes on serving.</summary>
internal sealed class LedgerHealth(LedgerAudit audit) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (await audit.FoundAsync(cancellationToken) is { Count: > 0 } differences)
            return HealthCheckResult.Unhealthy(
                $"{differences.Count} ledger account(s) are not the sum of their entries: see the log.");
        return await audit.FoundInBooksAsync(cancellationToken) is { Count: > 0 } books
            ? HealthCheckResult.Unhealthy($"The books differ in {books.Count} place(s): see the log.")
            : HealthCheckResult.Healthy();
    }
}

using AtlanticProxy.Web;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>
/// How the portal's certificates stand: unhealthy once its own has expired, degraded while somebody should do something before,
/// or for a reseller's host name.
/// </summary>
internal sealed class CertificateHealth(IPortalCertificate certificate, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var report = certificate.Worst();
        var facts = new Dictionary<string, object>();
        if (report.ValidUntil is { } until)
        {
            facts["validUntil"] = until;
            facts["daysLeft"] = (int)(until - time.GetUtcNow()).TotalDays;
        }
        if (report.NextAttempt is { } next)
            facts["nextAttempt"] = next;
        return Task.FromResult(
            report.IsWell ? HealthCheckResult.Healthy(report.Verdict, facts)
            : report.ValidUntil <= time.GetUtcNow() ? HealthCheckResult.Unhealthy(report.Verdict, data: facts)
            : HealthCheckResult.Degraded(report.Verdict, data: facts));
    }
}

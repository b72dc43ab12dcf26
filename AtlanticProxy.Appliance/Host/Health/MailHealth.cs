using AtlanticProxy.ControlPlane.Mail;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether the mail server lets us in. It is sent nothing.</summary>
internal sealed class MailHealth(MailGreeting greeting) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (isSet, problem) = await greeting.TryAsync(cancellationToken);
        return problem is not null ? HealthCheckResult.Degraded(problem)
            : HealthCheckResult.Healthy(isSet ? "It lets us in." : "No mail server is set.");
    }
}

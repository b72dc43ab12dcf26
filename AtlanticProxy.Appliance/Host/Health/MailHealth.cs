using AtlanticProxy.ControlPlane.Mail;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether the mail server accepts a connection and the login. No mail is sent.</summary>
internal sealed class MailHealth(MailGreeting greeting) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (isSet, problem) = await greeting.TryAsync(cancellationToken);
        return problem is not null ? HealthCheckResult.Degraded(problem)
            : HealthCheckResult.Healthy(isSet ? "Signed in." : "No mail server is set.");
    }
}

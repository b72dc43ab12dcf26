using AtlanticProxy.ControlPlane.Payments;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether each payment gateway that is enabled answers, and takes our key.</summary>
internal sealed class GatewaysHealth(PaymentQueries payments, TestGateway test) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var enabled = (await payments.GatewaysAsync(cancellationToken)).Where(gateway => gateway.Enabled).ToList();
        var problems = new List<string>();
        foreach (var gateway in enabled)
            if (await test.ExecuteAsync(new(gateway.Id), cancellationToken) is { IsSuccess: false } failed)
                problems.Add(failed.Errors[0].Message);
        return problems.Count == 0
            ? HealthCheckResult.Healthy(enabled.Count == 0 ? "No gateway is enabled." : $"{enabled.Count} enabled.")
            : HealthCheckResult.Degraded(string.Join(" ", problems));
    }
}

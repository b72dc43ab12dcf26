using System.Globalization;
using AtlanticProxy.ControlPlane.Providers;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>
/// Whether customers' traffic has somewhere to go: degraded when a provider is not well, unhealthy when none works, so that a
/// load balancer looks for a node whose network reaches one. An appliance that has no provider yet is not ill.
/// </summary>
internal sealed class ProvidersHealth(IProviderStatuses providers) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var all = providers.Current;
        var facts = all.ToDictionary(provider =>
            provider.Name, provider => (object)provider.Condition.ToString(), StringComparer.Ordinal);
        string[] unwell = [.. all.Where(provider => provider.Condition != ProviderCondition.Healthy).Select(Describe)];
        string text = string.Join("; ", unwell);
        return Task.FromResult(
            unwell.Length == 0 ? HealthCheckResult.Healthy(data: facts)
            : all.Any(provider => provider.Works) ? HealthCheckResult.Degraded(text, data: facts)
            : HealthCheckResult.Unhealthy($"No provider works: {text}", data: facts));
    }

    private static string Describe(ProviderStatus provider)
    {
        string what = provider.Condition switch
        {
            ProviderCondition.Healthy => "is well",
            ProviderCondition.Degraded => provider.CountriesDown.Count > 0
                ? $"fails in {string.Join(", ", provider.CountriesDown)}"
                : "fails in part",
            ProviderCondition.Down => "is down",
            ProviderCondition.RejectsUs => "rejects our account",
            ProviderCondition.CapReached => "has reached its cap",
        };
        return provider.LastFaultAt is { } at && provider.Condition != ProviderCondition.CapReached
            ? $"{provider.Name} {what}, last at {at.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}: "
                + $"{provider.LastFault}"
            : $"{provider.Name} {what}";
    }
}

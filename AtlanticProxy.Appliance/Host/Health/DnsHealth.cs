using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Engine;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>
/// Whether the names of our providers can be resolved. It degrades at most: whether clients get out, the check of providers says.
/// </summary>
internal sealed class DnsHealth(ProxyEngine engine) : IHealthCheck
{
    /// <summary>Names that one look asks for.</summary>
    private const int Most = 5;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string[] names = [.. engine.Snapshot.Providers.Select(provider => provider.Host)
            .Where(host => !IPAddress.TryParse(host, out _)).Distinct(StringComparer.OrdinalIgnoreCase).Take(Most)];
        var problems = await Task.WhenAll(names.Select(name => ProblemAsync(name, cancellationToken)));
        string[] known = [.. problems.OfType<string>()];
        return names.Length == 0 ? HealthCheckResult.Healthy("No provider has a name that would have to be resolved.")
            : known.Length == 0 ? HealthCheckResult.Healthy($"{string.Join(", ", names)}: resolved.")
            : HealthCheckResult.Degraded(string.Join("; ", known));
    }

    private static async Task<string?> ProblemAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return (await Dns.GetHostAddressesAsync(name, cancellation)).Length > 0 ? null : $"{name} has no address";
        }
        catch (SocketException fault)
        {
            return $"{name}: {fault.Message}";
        }
    }
}

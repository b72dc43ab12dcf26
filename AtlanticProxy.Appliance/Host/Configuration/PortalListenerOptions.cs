using System.Net;

namespace AtlanticProxy.Host.Configuration;

/// <summary>
/// Where the portal listens and who may ask for health: section <c>Portal</c>, which it shares with the pages' own options.
/// </summary>
public sealed class PortalListenerOptions
{
    /// <summary>
    /// <c>address:port</c>; port 0 picks a free one. Loopback until HTTPS is set up: sign-in in clear text must be a decision.
    /// </summary>
    public string Listen { get; set; } = "127.0.0.1:8000";

    /// <summary>Networks (CIDR) that may read <c>/health</c>; loopback always may.</summary>
    public IList<string> HealthNetworks { get; init; } = [];

    public IPEndPoint Endpoint => IPEndPoint.Parse(Listen);

    public IEnumerable<string> Validate()
    {
        if (!IPEndPoint.TryParse(Listen, out _) || !Listen.Contains(':', StringComparison.Ordinal))
            yield return $"Portal:Listen: '{Listen}' is not address:port, for example 127.0.0.1:8000.";
        foreach (string network in HealthNetworks)
            if (!IPNetwork.TryParse(network, out _))
                yield return $"Portal:HealthNetworks: '{network}' is not a network, for example 10.0.0.0/8 (no bits set beyond "
                    + "the prefix).";
    }
}

using System.Net;
using AtlanticProxy.ControlPlane.Networks;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>What a proxy user may take. Null is no limit.</summary>
/// <param name="MaxConnections">Concurrent connections a node.</param>
/// <param name="SpeedBytesPerSecond">Each direction, over all tunnels.</param>
/// <param name="AllowedSources">Networks that need no password: <c>203.0.113.7</c> or <c>203.0.113.0/24</c>; null or empty for
/// none.</param>
/// <param name="LimitBytes">Of its customer's bytes, in a period of the customer's plan; a month where that has none.</param>
public sealed record ProxyUserLimits(
    int? MaxConnections = null, long? SpeedBytesPerSecond = null, IReadOnlyList<string>? AllowedSources = null,
    long? LimitBytes = null)
{
    /// <summary>A list longer than this is kept in a firewall, not here.</summary>
    public const int MaxAllowedSources = 100;

    /// <summary>The networks, after noting what is wrong with the limits.</summary>
    internal IPNetwork[] Require(Validation validation)
    {
        validation.Require(MaxConnections is null or > 0, nameof(MaxConnections), "proxy_user.max_connections_invalid",
            "At least one connection; leave it out for no limit.");
        validation.Require(SpeedBytesPerSecond is null or > 0, nameof(SpeedBytesPerSecond), "proxy_user.speed_invalid",
            "A speed is more than nothing; leave it out for no limit.");
        validation.Require(LimitBytes is null or > 0, nameof(LimitBytes), "proxy_user.limit_invalid",
            "A cap is more than nothing; leave it out for none.");
        var sources = AllowedSources ?? [];
        validation.Require(sources.Count <= MaxAllowedSources, nameof(AllowedSources), "proxy_user.too_many_sources",
            $"At most {MaxAllowedSources} networks.");
        var networks = new List<IPNetwork>(sources.Count);
        foreach (string source in sources.Take(MaxAllowedSources))
        {
            var network = NetworkText.Parse(source.Trim());
            validation.Require(network is not null, nameof(AllowedSources), "proxy_user.source_invalid",
                $"'{source}' is not an address or network, such as 203.0.113.7 or 203.0.113.0/24 (no bits set beyond the "
                    + $"prefix).");
            // All addresses without a password would be an open proxy, which others find within hours.
            validation.Require(network is not { PrefixLength: 0 }, nameof(AllowedSources), "proxy_user.source_everyone",
                $"'{source}' is everyone: that would be an open proxy.");
            if (network is { } valid && !networks.Contains(valid))
                networks.Add(valid);
        }
        return [.. networks];
    }
}

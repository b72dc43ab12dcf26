using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Proxies that the portal stands behind, by <see cref="PortalOptions.TrustedProxies"/>: who connects from there may say by
/// X-Forwarded-For and X-Forwarded-Proto whom it speaks for. Nobody else is believed, and no proxy is about the host name.
/// </summary>
internal static class TrustedProxies
{
    /// <summary>What stands for <see cref="CloudflareNetworks"/>.</summary>
    private const string Cloudflare = "cloudflare";

    /// <summary>What is wrong with the setting, one sentence each; empty when valid.</summary>
    public static IEnumerable<string> Validate(IEnumerable<string> settings)
    {
        foreach (string setting in settings)
            if (Find(setting) is not { } networks)
                yield return $"Portal:TrustedProxies: '{setting}' is not a network (10.0.0.0/8), an address, or '{Cloudflare}'.";
            else if (networks.Any(network => network.PrefixLength == 0))
                yield return $"Portal:TrustedProxies: '{setting}' is everybody, so that anyone could "
                    + "pretend to be anyone. Name the networks of your proxies.";
    }

    /// <summary>First in the pipeline: whatever follows sees the client's address and scheme.</summary>
    public static void UseTrustedProxies(this IApplicationBuilder app, IEnumerable<string> settings)
    {
        IPNetwork[] networks = [.. settings.SelectMany(setting => Find(setting) ?? [])];
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // From the right, each address is believed while the one that names it is trusted: the chain may be as long as it is.
            ForwardLimit = null,
        };
        options.KnownIPNetworks.Clear(); // loopback is no proxy unless the settings say so
        options.KnownProxies.Clear();
        foreach (var network in networks)
            options.KnownIPNetworks.Add(network);
        app.UseRequestOrigin(origin =>
        {
            if (networks.Length > 0)
                origin.UseForwardedHeaders(options);
        });
    }

    /// <summary>Null when the setting is none of its forms.</summary>
    private static IReadOnlyList<IPNetwork>? Find(string setting)
    {
        if (string.Equals(setting, Cloudflare, StringComparison.OrdinalIgnoreCase))
            return CloudflareNetworks.All;
        if (IPNetwork.TryParse(setting, out var network))
            return [network];
        return IPAddress.TryParse(setting, out var address)
            ? [new IPNetwork(address, address.GetAddressBytes().Length * 8)]
            : null;
    }
}

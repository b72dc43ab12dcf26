using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Features.Endpoints;

/// <summary>A way to speak to the proxy, and where it is spoken.</summary>
/// <param name="Id">As it stands in the address of the page.</param>
/// <param name="Host">A name, or an address; one of version 6 in brackets.</param>
/// <param name="Scheme">Of a URL that names the proxy: names are resolved at the exit, never by the client.</param>
public sealed record EndpointProtocol(string Id, Phrase Label, string Host, int Port, string Scheme)
{
    public const string Http = "http", Socks5 = "socks5", Tls = "tls", Shadowsocks = "shadowsocks";

    /// <summary>What this appliance listens for, the mixed port first.</summary>
    public static IReadOnlyList<EndpointProtocol> Of(PortalOptions portal, HttpRequest request)
    {
        string endpoint = CredentialsPanel.EndpointOf(portal, request);
        int colon = endpoint.LastIndexOf(':');
        string host = endpoint[..colon];
        int mixed = int.Parse(endpoint[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        List<EndpointProtocol> protocols =
        [
            new(Http, "HTTP", host, mixed, "http"),
            new(Socks5, "SOCKS5", host, mixed, "socks5h"),
        ];
        if (portal.TlsPort > 0)
            protocols.Add(new(Tls, "HTTPS proxy (TLS)", host, portal.TlsPort, "https"));
        if (portal.ShadowsocksPort > 0)
            protocols.Add(new(Shadowsocks, "Shadowsocks", host, portal.ShadowsocksPort, "ss"));
        return protocols;
    }
}

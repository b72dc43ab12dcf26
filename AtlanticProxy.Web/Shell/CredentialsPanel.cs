using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Shell;

/// <summary>What a proxy client needs, ready to copy.</summary>
/// <param name="Secret">Null while it is hidden.</param>
/// <param name="Endpoint"><c>host:port</c> of the proxy.</param>
/// <param name="Path">Address of the proxy user's pages; null hides the buttons.</param>
/// <param name="Portal">Names the other ports.</param>
/// <param name="Query">Query string of the list that it stands on, so that one comes back to the same page of it.</param>
internal sealed record CredentialsPanel(
    ProxyUserSummary User, string? Secret, string Endpoint, string? Path, PortalOptions Portal, string Query = "")
{
    private string Example => Portal.ExampleUrl;

    private string Address => $"http://{User.Name}:{Secret ?? "PASSWORD"}@{Endpoint}";

    public string EndpointHost => Endpoint[..Endpoint.LastIndexOf(':')];

    public string EndpointPort => Endpoint[(Endpoint.LastIndexOf(':') + 1)..];

    /// <summary>The other ports that lead to this proxy user: what they are for, and <c>host:port</c>.</summary>
    public IEnumerable<(string Id, Phrase Label, string Address, Phrase Note)> OtherPorts
    {
        get
        {
            if (Portal.TlsPort > 0)
                yield return ("tls", "Inside TLS", $"{EndpointHost}:{Portal.TlsPort}",
                    "HTTPS proxy, or SOCKS5 over TLS: the way to the proxy is encrypted too.");
            if (Portal.ShadowsocksPort > 0)
                yield return ("shadowsocks", "Shadowsocks", $"{EndpointHost}:{Portal.ShadowsocksPort}",
                    "With a key of its own, not with this proxy password.");
            foreach (var (sticky, number) in Portal.StickyPorts.Where(ports => ports.ProxyUser == User.Name)
                .Select((ports, number) => (ports, number)))
                yield return ($"sticky{number}", "Sticky ports", $"{EndpointHost}:{sticky.Ports}",
                    sticky.Targeting.Length == 0
                        ? "For this username, for clients that cannot send one."
                        : (Phrase)$"For this username with {sticky.Targeting}.");
        }
    }

    public IEnumerable<(string Id, string Label, string Code)> Snippets =>
    [
        ("curl", "curl", $"curl -x {Address} {Example}"),
        ("socks", "SOCKS5", $"curl -x {Address.Replace("http://", "socks5h://", StringComparison.Ordinal)} {Example}"),
        ("python", "Python", $"""
            import requests

            proxy = "{Address}"
            answer = requests.get("{Example}", proxies={"{"}"http": proxy, "https": proxy{"}"})
            print(answer.status_code)
            """),
        ("node", "Node.js", $"""
            import {"{"} fetch, ProxyAgent {"}"} from "undici";

            const dispatcher = new ProxyAgent("{Address}");
            const answer = await fetch("{Example}", {"{"} dispatcher {"}"});
            console.log(answer.status);
            """),
    ];

    /// <summary>The configured endpoint, or the name that this request reached the portal by.</summary>
    public static string EndpointOf(PortalOptions portal, HttpRequest request) =>
        portal.ProxyEndpoint.Length > 0 ? portal.ProxyEndpoint
        : $"{PageBrand.Of(request.HttpContext).HostName
            ?? (portal.HostName.Length > 0 ? portal.HostName : request.Host.Host)}:{portal.ProxyPort}";
}

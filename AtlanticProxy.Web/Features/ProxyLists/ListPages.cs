using AtlanticProxy.ControlPlane.ProxyLists;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Features.Endpoints;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.ProxyLists;

/// <summary>The link of one proxy user.</summary>
/// <param name="Path">Address of this page.</param>
/// <param name="Back">Where one came from, and its name.</param>
/// <param name="Query">What links of lines ask for, as chosen on the page of endpoints; may be empty.</param>
/// <param name="ShadowsocksKeys">How many there are; null where the appliance does not listen for Shadowsocks.</param>
internal sealed record ListLinkPage(
    ProxyUserSummary User, ListTokenSummary? Token, string Path, (string Path, Phrase Name) Back, string Query,
    string Host, int? ShadowsocksKeys)
{
    /// <summary>The token that was just made: shown this once.</summary>
    public string? New { get; init; }

    /// <summary>What a link can say, and what of it there is.</summary>
    public static IEnumerable<(string Name, Phrase Values)> Parameters =>
    [
        ("country", "Country code, such as us"),
        ("state", "Code or name, in that country"),
        ("city", "Name, in that country"),
        ("network", "Number of a network, such as AS7922"),
        ("ttl", $"Minutes that a session keeps its exit, 1 to {EndpointChoice.MaxTtl}; 0: a new exit for each connection"),
        ("count", $"Lines, each with a session of its own, 1 to {EndpointChoice.MaxSessions}"),
        ("strict", "true: fail rather than switch exits"),
        ("protocol", "http, socks5 or tls, as this service has them"),
        ("format", "colons, at, url or own (for .txt)"),
        ("pattern", "Your own line, for format=own"),
    ];

    /// <summary>Links of lines, by what they end with.</summary>
    public IEnumerable<(string Id, string Label, string Address)> Links =>
        new[] { ListQuery.Text, EndpointFormat.Json, EndpointFormat.Csv }.Select(extension => (
            $"list-{extension}", extension.ToUpperInvariant(),
            ListLink.Of(Host, New!, extension, extension == ListQuery.Text ? Query : QueryWithoutFormat)));

    /// <summary>For Shadowsocks clients.</summary>
    public string Subscription => ListLink.Of(Host, New!, ListQuery.Sip008);

    public string QrCode() => Shell.QrCode.SvgOf(Subscription);

    /// <summary>The same without what is of lines of text.</summary>
    public required string QueryWithoutFormat { get; init; }
}

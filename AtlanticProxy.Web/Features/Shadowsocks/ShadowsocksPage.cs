using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace AtlanticProxy.Web.Features.Shadowsocks;

/// <param name="Path">Address of this page.</param>
/// <param name="Back">Where one came from, and its name.</param>
/// <param name="IsServed">Whether the appliance listens for Shadowsocks.</param>
/// <param name="New">The key that was just added: shown this once.</param>
internal sealed record ShadowsocksPage(
    ProxyUserSummary User, IReadOnlyList<ShadowsocksKeySummary> Keys, string Path, (string Path, Phrase Name) Back, bool IsServed,
    NewShadowsocksKey? New,
    ShadowsocksKeyForm Form)
{
    public static IEnumerable<SelectListItem> Methods =>
        Enum.GetValues<ShadowsocksMethod>().Reverse().Select(method => new SelectListItem(method.Name(), method.Name()));
}

internal sealed record ShadowsocksKeyForm(string? Method, string? Targeting);

/// <summary>A key with its password, and how a client gets it.</summary>
internal sealed record NewShadowsocksKey(ShadowsocksCredentials Key, string Host, int Port)
{
    public string Link => Key.Link(Host, Port);

    /// <summary>The link as an SVG that a phone's camera reads.</summary>
    public string QrCode() => Shell.QrCode.SvgOf(Link);
}

using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Engine.Snapshot;
using Microsoft.AspNetCore.Mvc.Rendering;
using QRCoder;

namespace AtlanticProxy.Web.Features.Shadowsocks;

/// <param name="Path">Address of this page.</param>
/// <param name="Back">Where one came from, and its name.</param>
/// <param name="IsServed">Whether the appliance listens for Shadowsocks.</param>
/// <param name="New">The key that was just added: shown this once.</param>
internal sealed record ShadowsocksPage(
    ProxyUserSummary User, IReadOnlyList<ShadowsocksKeySummary> Keys, string Path, (string Path, string Name) Back, bool IsServed,
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
    /// <summary>Pixels of one dot of the code: at 4 a phone reads it from a screen without effort.</summary>
    private const int DotSize = 4;

    public string Link => Key.Link(Host, Port);

    /// <summary>
    /// The link as an SVG that a phone's camera reads, dark on light in either theme, with the quiet zone that readers need.
    /// </summary>
    public string QrCode()
    {
        using var codes = new QRCodeGenerator();
        using var code = codes.CreateQrCode(Link, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(code);
        return svg.GetGraphic(DotSize);
    }
}

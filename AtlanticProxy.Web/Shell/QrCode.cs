using QRCoder;

namespace AtlanticProxy.Web.Shell;

/// <summary>A text that a phone's camera reads.</summary>
internal static class QrCode
{
    /// <summary>Pixels of one dot: at 4 a phone reads it from a screen without effort.</summary>
    private const int DotSize = 4;

    /// <summary>An SVG, dark on light in either theme, with the quiet zone that readers need.</summary>
    public static string SvgOf(string text)
    {
        using var codes = new QRCodeGenerator();
        using var code = codes.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(code);
        return svg.GetGraphic(DotSize);
    }
}

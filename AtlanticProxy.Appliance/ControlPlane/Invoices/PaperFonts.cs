using System.Reflection;
using PdfSharp.Fonts;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Liberation Sans, which this assembly brings: a bare machine has no fonts, and a paper looks alike on each.</summary>
internal sealed class PaperFonts : IFontResolver
{
    public const string Family = "Liberation Sans";

    /// <summary>Once for the process: PDFsharp keeps its fonts for all documents.</summary>
    public static void Use() => GlobalFontSettings.FontResolver ??= new PaperFonts();

    public FontResolverInfo ResolveTypeface(string familyName, bool bold, bool italic) =>
        new(bold ? "LiberationSans-Bold" : "LiberationSans-Regular");

    public byte[] GetFont(string faceName)
    {
        using var font = Assembly.GetExecutingAssembly().GetManifestResourceStream(
            $"AtlanticProxy.ControlPlane.Invoices.Fonts.{faceName}.ttf")!;
        using var bytes = new MemoryStream();
        font.CopyTo(bytes);
        return bytes.ToArray();
    }
}

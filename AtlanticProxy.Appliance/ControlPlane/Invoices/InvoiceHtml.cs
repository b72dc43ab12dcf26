using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Fluid;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>A paper as a page of its own, which prints well: no scripts, and nothing fetched from elsewhere.</summary>
internal static class InvoiceHtml
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly TemplateOptions Options = new() { MemberAccessStrategy = new UnsafeMemberAccessStrategy() };

    private static readonly Lazy<IFluidTemplate> Template = new(() =>
    {
        using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(
            "AtlanticProxy.ControlPlane.Invoices.Templates.invoice.liquid")!);
        return new FluidParser().Parse(text.ReadToEnd());
    });

    /// <param name="logo">PNG or JPEG; null for none.</param>
    public static async Task<string> RenderAsync(InvoiceSheet sheet, byte[]? logo)
    {
        var context = new TemplateContext(Options);
        context.SetValue("sheet", sheet);
        if (logo is not null)
            context.SetValue("logo",
                $"data:image/{(logo[0] == 0xFF ? "jpeg" : "png")};base64,{Convert.ToBase64String(logo)}");
        return await Template.Value.RenderAsync(context, Encoder);
    }
}

using AtlanticProxy.ControlPlane.Site;

namespace AtlanticProxy.Web.Features.Brand;

/// <summary>The style sheet that puts the reseller's colour in place of ours, readable in both themes.</summary>
internal static class BrandStyle
{
    /// <param name="accent">Null: nothing changes.</param>
    public static string Of(string? accent)
    {
        if (accent is null)
            return "";
        string onDark = Colour.ReadableOn(accent, Colour.DarkCard);
        return $$"""
            :root {
              --accent: light-dark({{accent}}, {{onDark}});
              --link-color: var(--accent);
              --focus: light-dark({{accent}}, {{onDark}});
            }
            .btn-primary {
              --btn-bg: {{accent}};
              --btn-hover-bg: {{Colour.Darker(accent)}};
              --btn-active-bg: {{Colour.Darker(accent)}};
            }
            """;
    }
}

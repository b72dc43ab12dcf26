using System.Globalization;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>What a brand's colour, logo and address must be: the operator's, and each reseller's.</summary>
internal static class LookRules
{
    /// <summary>The colour as it is stored; null for the product's own, or one that is refused.</summary>
    public static string? RequireAccent(Validation validation, string typed, string field)
    {
        if (typed.Trim().Length == 0)
            return null;
        string? accent = Colour.Normalise(typed);
        validation.Require(accent is not null, field, "site.accent_invalid",
            "Give a colour as # and six hexadecimal digits, such as #0b6787.");
        if (accent is not null)
        {
            double contrast = Colour.Contrast(accent, Colour.White);
            validation.Require(contrast >= Colour.MinContrast, field, "site.accent_pale",
                $"White text on {accent} has a contrast of {contrast:0.0}. Choose a darker colour: "
                    + $"{Colour.MinContrast} is needed.");
        }
        return accent;
    }

    /// <summary>The address as it is stored; null for none, or one that is refused.</summary>
    public static string? RequireSupportEmail(Validation validation, string typed, string field)
    {
        string? email = EmailAddress.Normalise(typed);
        validation.Require(typed.Trim().Length == 0 || email is not null, field, "site.support_email_invalid",
            EmailAddress.Rule);
        return email;
    }

    /// <param name="logo">Null and empty are none.</param>
    public static void RequireLogo(Validation validation, byte[]? logo, string field) =>
        validation.Require(logo is null || (logo.Length <= SiteLook.MaxLogoSize && LogoImage.IsOne(logo)), field,
            "site.logo_invalid", $"Give a PNG or JPEG image of at most {SiteLook.MaxLogoSize / 1024} KB.");
}

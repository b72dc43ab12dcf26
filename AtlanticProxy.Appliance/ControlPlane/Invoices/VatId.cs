using System.Collections.Frozen;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>
/// The forms of VAT identification numbers: of the member states as VIES lists them (its FAQ, question 11), of Great Britain,
/// Switzerland (UID without its suffix) and Norway (with MVA). What has the form may still be nobody's: <see
/// cref="IVatDirectory"/>
/// knows that.
/// </summary>
internal static class VatId
{
    /// <summary>By country: the prefix, then the form of what follows it.</summary>
    private static readonly FrozenDictionary<string, Form> Forms = new Dictionary<string, Form>
    {
        ["AT"] = new("AT", "U[0-9]{8}", "ATU12345678"),
        ["BE"] = new("BE", "[01][0-9]{9}", "BE0123456789"),
        ["BG"] = new("BG", "[0-9]{9,10}", "BG123456789"),
        ["CY"] = new("CY", "[0-9]{8}[A-Z]", "CY12345678X"),
        ["CZ"] = new("CZ", "[0-9]{8,10}", "CZ12345678"),
        ["DE"] = new("DE", "[0-9]{9}", "DE123456789"),
        ["DK"] = new("DK", "[0-9]{8}", "DK12345678"),
        ["EE"] = new("EE", "[0-9]{9}", "EE123456789"),
        ["ES"] = new("ES", "([A-Z][0-9]{7}[0-9A-Z]|[0-9]{8}[A-Z])", "ESB12345678"),
        ["FI"] = new("FI", "[0-9]{8}", "FI12345678"),
        ["FR"] = new("FR", "[0-9A-HJ-NP-Z]{2}[0-9]{9}", "FR12345678901"),
        ["GR"] = new("EL", "[0-9]{9}", "EL123456789"),
        ["HR"] = new("HR", "[0-9]{11}", "HR12345678901"),
        ["HU"] = new("HU", "[0-9]{8}", "HU12345678"),
        ["IE"] = new("IE", "([0-9]{7}[A-W][A-I]?|[0-9][A-Z][0-9]{5}[A-W])", "IE1234567WA"),
        ["IT"] = new("IT", "[0-9]{11}", "IT12345678901"),
        ["LT"] = new("LT", "([0-9]{9}|[0-9]{12})", "LT123456789"),
        ["LU"] = new("LU", "[0-9]{8}", "LU12345678"),
        ["LV"] = new("LV", "[0-9]{11}", "LV12345678901"),
        ["MT"] = new("MT", "[0-9]{8}", "MT12345678"),
        ["NL"] = new("NL", "[0-9]{9}B[0-9]{2}", "NL123456789B01"),
        ["PL"] = new("PL", "[0-9]{10}", "PL1234567890"),
        ["PT"] = new("PT", "[0-9]{9}", "PT123456789"),
        ["RO"] = new("RO", "[0-9]{2,10}", "RO1234567890"),
        ["SE"] = new("SE", "[0-9]{10}01", "SE123456789001"),
        ["SI"] = new("SI", "[0-9]{8}", "SI12345678"),
        ["SK"] = new("SK", "[0-9]{10}", "SK1234567890"),
        ["GB"] = new("GB", "([0-9]{9}|[0-9]{12}|GD[0-9]{3}|HA[0-9]{3})", "GB123456789", IsMemberState: false),
        ["CH"] = new("CHE", "[0-9]{9}", "CHE123456789", IsMemberState: false),
        ["NO"] = new("NO", "[0-9]{9}MVA", "NO123456789MVA", IsMemberState: false),
    }.ToFrozenDictionary();

    /// <summary>The EU's 27, by ISO 3166-1 (Greece is GR).</summary>
    public static bool IsMemberState(string? country) => country is not null
        && Forms.GetValueOrDefault(country)?.IsMemberState == true;

    /// <summary>
    /// The stored form: upper case, no separators, with the country's prefix. Null when <paramref name="country"/> has no such
    /// numbers. Of a country whose forms are not known here, what has 4 to 15 letters and digits, below its own prefix.
    /// </summary>
    public static string? Normalise(string text, string? country)
    {
        string id = new([.. text.ToUpperInvariant().Where(c => !char.IsWhiteSpace(c) && c is not ('.' or '-' or '/'))]);
        if (country is null || !id.All(char.IsAsciiLetterOrDigit))
            return null;
        if (!Forms.TryGetValue(country, out var form))
        {
            string other = id.StartsWith(country, StringComparison.Ordinal) ? id : country + id;
            return other.Length is >= MinLength and <= MaxLength ? other : null;
        }
        id = country switch
        {
            "CH" => Regex.Replace(id, "(MWST|TVA|IVA)$", ""),
            "NO" when !id.EndsWith("MVA", StringComparison.Ordinal) => id + "MVA",
            _ => id,
        };
        if (!id.StartsWith(form.Prefix, StringComparison.Ordinal))
            id = form.Prefix + id;
        return Regex.IsMatch(id, $@"\A{form.Prefix}{form.Pattern}\z") ? id : null;
    }

    /// <summary>In words, with an example of the country's.</summary>
    public static Phrase RuleFor(string? country) => country switch
    {
        null => (Phrase)"Set the country too: it decides how a VAT number looks.",
        _ when Forms.TryGetValue(country, out var form) => $"A VAT number of {country} looks like {form.Example}.",
        _ => $"A tax number has {MinLength - 2} to {MaxLength - 2} letters and digits.",
    };

    /// <summary>Of the stored form, its prefix included: what the table takes.</summary>
    private const int MinLength = 4, MaxLength = 15;

    private sealed record Form(string Prefix, string Pattern, string Example, bool IsMemberState = true);
}

using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>What the details of a seller or buyer may be: one rule for both. Each answers the value as it is stored.</summary>
internal static class PartyRules
{
    public const int MaxCompanyLength = 100;
    public const int MaxAddressLength = 300;

    public static string RequireCompany(Validation validation, string text)
    {
        string company = text.Trim();
        validation.Require(company.Length <= MaxCompanyLength && !company.Any(char.IsControl), "Company",
            "billing.company_invalid",
            $"A company's name has at most {MaxCompanyLength} characters.");
        return company;
    }

    public static string RequireAddress(Validation validation, string text)
    {
        string address = Lines(text);
        validation.Require(address.Length <= MaxAddressLength && IsText(address), "StreetAddress", "billing.address_invalid",
            $"An address has at most {MaxAddressLength} characters.");
        return address;
    }

    public static string? RequireCountry(Validation validation, string? text)
    {
        string country = (text ?? "").Trim().ToUpperInvariant();
        validation.Require(country is "" || (country.Length == 2 && country.All(char.IsAsciiLetterUpper)), "Country",
            "billing.country_invalid", "Give a country by its two letters, such as DE.");
        return country is "" ? null : country;
    }

    public static string? RequireVatId(Validation validation, string? text, string? country)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        string? id = VatId.Normalise(text, country);
        validation.Require(id is not null, "VatId", "billing.vat_id_invalid", VatId.RuleFor(country));
        return id;
    }

    /// <summary>Of a text of several lines: without empty lines, and spaces at their ends.</summary>
    public static string Lines(string text) =>
        string.Join('\n', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    public static bool IsText(string text) => !text.Any(c => char.IsControl(c) && c != '\n');
}

using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Importing;

/// <summary>What a column of the file is.</summary>
public enum ImportField
{
    Ignored,
    Email,
    Name,
    Company,
    Country,
    Plan,
    ProxyUser,
    ProxyPassword,
    Balance,
    Currency,
    GbLeft,
    ValidUntil,
    Tags,
}

/// <summary>Which field each column is.</summary>
public static class ImportMapping
{
    /// <summary>Headings by field as other panels export them, without spaces, punctuation and what stands in brackets.</summary>
    private static readonly (ImportField Field, string[] Headings)[] Known =
    [
        (ImportField.Email, ["email", "mail", "emailaddress", "customeremail", "customer", "useremail", "login"]),
        (ImportField.Name, ["name", "fullname", "customername", "contact", "displayname"]),
        (ImportField.Company, ["company", "companyname", "organisation", "organization"]),
        (ImportField.Country, ["country", "countrycode"]),
        (ImportField.Plan, ["plan", "planname", "package", "product", "subscription", "tariff"]),
        (ImportField.ProxyUser, ["proxyuser", "proxyusername", "username", "user", "subuser", "proxylogin", "authuser"]),
        (ImportField.ProxyPassword, ["proxypassword", "password", "pass", "proxypass", "secret", "authpassword"]),
        (ImportField.Balance, ["balance", "credit", "credits", "wallet", "funds", "walletbalance"]),
        (ImportField.Currency, ["currency", "currencycode"]),
        (ImportField.GbLeft,
            ["gbleft", "trafficleft", "dataleft", "remaininggb", "gbremaining", "remainingtraffic", "trafficremaining",
                "bandwidthleft", "remainingbandwidth", "gb", "traffic"]),
        (ImportField.ValidUntil,
            ["validuntil", "expires", "expiresat", "expireson", "expiry", "expirydate", "expirationdate", "enddate", "renewson",
                "nextbilling"]),
        (ImportField.Tags, ["tags", "tag", "labels", "groups"]),
    ];

    /// <summary>As the command line, the template and reports spell a field: <c>proxy_user</c>.</summary>
    public static string NameOf(ImportField field) =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(field.ToString());

    /// <summary>Null when there is no field of that name.</summary>
    public static ImportField? Find(string name) =>
        Enum.GetValues<ImportField>().Select(field => (ImportField?)field)
            .FirstOrDefault(field => NameOf(field!.Value).Equals(name.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>What the columns most likely are: each field once, the first column that fits it.</summary>
    public static IReadOnlyList<ImportField> Guess(IReadOnlyList<string> headings)
    {
        var fields = new ImportField[headings.Count];
        foreach (var (field, known) in Known)
        {
            int column = known.Select(heading => headings.Select(Plain).ToList().IndexOf(heading))
                .FirstOrDefault(index => index >= 0 && fields[index] == ImportField.Ignored, -1);
            if (column >= 0)
                fields[column] = field;
        }
        return fields;
    }

    /// <summary>Whether the columns can be imported so: there is an email, and no field twice.</summary>
    internal static Result Require(IReadOnlyList<ImportField> fields)
    {
        var validation = new Validation();
        validation.Require(fields.Contains(ImportField.Email), "Fields", "import.no_email",
            "Say which column has the customer's email address.");
        foreach (var twice in fields.Where(field => field != ImportField.Ignored).GroupBy(field => field)
            .Where(same => same.Count() > 1))
            validation.Require(false, "Fields", "import.field_twice",
                $"Two columns are {NameOf(twice.Key)}: choose one of them.");
        return validation.Failed ? Result.Failure(validation.Errors) : Result.Success;
    }

    private static string Plain(string heading)
    {
        int bracket = heading.IndexOf('(', StringComparison.Ordinal);
        return string.Concat((bracket > 0 ? heading[..bracket] : heading).Where(char.IsLetterOrDigit)).ToLowerInvariant();
    }
}

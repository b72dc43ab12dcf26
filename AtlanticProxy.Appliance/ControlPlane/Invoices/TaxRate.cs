using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>What tax a country's buyers pay.</summary>
[Table("tax_rates")]
internal sealed class TaxRate
{
    /// <summary>Hundredths of a percent in one percent.</summary>
    public const int BasisPointsPerPercent = 100;

    /// <summary>ISO 3166-1 alpha-2.</summary>
    [PrimaryKey]
    public required string Country { get; set; }

    /// <summary>Hundredths of a percent.</summary>
    public int BasisPoints { get; set; }
}

/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Percent">Such as 25.5.</param>
public sealed record CountryTax(string Country, decimal Percent);

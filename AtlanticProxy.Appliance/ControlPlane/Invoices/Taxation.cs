namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Why a paper has the tax that it has.</summary>
public enum TaxRule
{
    /// <summary>The seller is not registered for tax.</summary>
    None,

    /// <summary>At the rate of the buyer's country.</summary>
    Taxed,

    /// <summary>Businesses in two member states: the buyer owes the tax (Directive 2006/112/EC, articles 44 and 196).</summary>
    ReverseCharge,
}

/// <summary>A line's amounts, in minor units.</summary>
internal readonly record struct Taxed(long Net, long Tax);

/// <summary>Which tax is due, and how much of it.</summary>
internal static class Taxation
{
    private const int Whole = 100 * TaxRate.BasisPointsPerPercent;

    public static TaxRule RuleFor(Seller seller, string? buyerCountry, string? buyerVatId) =>
        seller.VatId is null ? TaxRule.None
        : buyerVatId is not null && buyerCountry != seller.Country && VatId.IsMemberState(buyerCountry)
            && VatId.IsMemberState(seller.Country) ? TaxRule.ReverseCharge
        : TaxRule.Taxed;

    /// <summary>
    /// Rounded half up, away from zero where the amount is below it: so that a line and its negation sum to
    /// zero.
    /// </summary>
    /// <param name="amount">Minor units, as it is priced.</param>
    /// <param name="includesTax">Whether that has the tax in it.</param>
    public static Taxed On(long amount, int basisPoints, bool includesTax)
    {
        decimal share = (decimal)amount * basisPoints / (includesTax ? Whole + basisPoints : Whole);
        long tax = (long)Math.Round(share, MidpointRounding.AwayFromZero);
        return new Taxed(includesTax ? amount - tax : amount, tax);
    }
}

using AtlanticProxy.ControlPlane.Database;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Reads who sells, and the taxes of each country.</summary>
public sealed class SellerQueries(AtlanticDb db)
{
    public Task<SellerSettings> SettingsAsync(CancellationToken cancellation) => db.Seller.Select(row => new SellerSettings(
        row.Company, row.StreetAddress, row.Country, row.VatId, row.PricesIncludeTax, row.PaymentDays, row.Footer))
        .SingleAsync(cancellation);

    /// <summary>PNG or JPEG; null while there is none.</summary>
    public Task<byte[]?> LogoAsync(CancellationToken cancellation) => db.Seller.Select(row => row.Logo).SingleAsync(cancellation);

    /// <summary>By country.</summary>
    public async Task<IReadOnlyList<CountryTax>> TaxRatesAsync(CancellationToken cancellation) =>
        [.. (await db.TaxRates.OrderBy(rate => rate.Country).ToListAsync(cancellation))
            .Select(rate => new CountryTax(rate.Country, (decimal)rate.BasisPoints / TaxRate.BasisPointsPerPercent))];
}

using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Site;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Writes onto a paper who sells, who buys, and what each line costs, as it is now.</summary>
internal sealed class InvoicePricing(AtlanticDb db)
{
    /// <summary>Answers who sells.</summary>
    public async Task<Seller> PriceAsync(
        Invoice invoice, IReadOnlyList<InvoiceLine> lines, Customer customer, CancellationToken cancellation)
    {
        var seller = await db.Seller.SingleAsync(cancellation);
        string? brand = seller.Company is "" ? await db.Site.Select(site => site.BrandName).SingleAsync(cancellation) : null;
        (invoice.SellerName, invoice.SellerAddress) = (brand ?? seller.Company, seller.StreetAddress);
        (invoice.SellerCountry, invoice.SellerVatId, invoice.Footer) = (seller.Country, seller.VatId, seller.Footer);
        invoice.BuyerName = customer.Company is "" ? customer.Name : customer.Company;
        (invoice.BuyerEmail, invoice.BuyerAddress) = (customer.Email, customer.StreetAddress);
        (invoice.BuyerCountry, invoice.BuyerVatId, invoice.Language) = (customer.Country, customer.VatId, customer.Language);

        string? taxedIn = customer.Country ?? seller.Country; // of whom nothing is known, as if they lived next door
        invoice.PricesIncludeTax = seller.PricesIncludeTax;
        invoice.TaxRule = Taxation.RuleFor(seller, customer.Country, customer.VatId);
        int basisPoints = invoice.TaxRule != TaxRule.Taxed ? 0
            : await db.TaxRates.Where(rate => rate.Country == taxedIn).Select(rate => rate.BasisPoints)
                .SingleOrDefaultAsync(cancellation);
        foreach (var line in lines)
        {
            line.BasisPoints = basisPoints;
            (line.Net, line.Tax) = Taxation.On(line.UnitPrice * line.Quantity, basisPoints, seller.PricesIncludeTax);
        }
        (invoice.Net, invoice.Tax) = (lines.Sum(line => line.Net), lines.Sum(line => line.Tax));
        invoice.Total = invoice.Net + invoice.Tax;
        return seller;
    }
}

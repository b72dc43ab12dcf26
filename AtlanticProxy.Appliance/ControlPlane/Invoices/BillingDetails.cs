using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Whom a customer's invoices are made out to.</summary>
/// <param name="Company">Empty of a private person.</param>
/// <param name="StreetAddress">Several lines, without the country.</param>
/// <param name="Country">ISO 3166-1 alpha-2; null while it is not known.</param>
/// <param name="Language">Of invoices and mail: <c>en</c> or <c>fr</c>.</param>
/// <param name="Currency">What the customer pays in; null until the first purchase.</param>
public sealed record BillingDetails(
    string Name, string Company, string StreetAddress, string? Country, string? VatId, string Language, string? Currency);

/// <summary>Reads billing details.</summary>
public sealed class BillingDetailsQueries(AtlanticDb db)
{
    public async Task<Result<BillingDetails>> FindAsync(Scope scope, long customerId, CancellationToken cancellation) =>
        await db.Customers.VisibleTo(scope).Where(row => row.Id == customerId)
            .Select(row => new BillingDetails(row.Name, row.Company, row.StreetAddress, row.Country, row.VatId, row.Language,
                row.Currency)).SingleOrDefaultAsync(cancellation) is { } found ? found : CustomerQueries.NoSuchCustomer;
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Resale;

/// <summary>
/// Lets a customer have customers of its own, at a floor price, or no longer: then those it has stay as they are, and get nothing
/// more. Staff do it, and a reseller with its own customers.
/// </summary>
public sealed class SetReseller(AtlanticDb db, TimeProvider time)
{
    private static readonly Error TooDeep = new(ErrorKind.Conflict, "reseller.too_deep",
        "This customer is two resellers away from you: it cannot resell as well.");

    private static readonly Error HasPrices = new(ErrorKind.Conflict, "reseller.has_prices",
        "This reseller has prices in another currency. They must be removed first.", nameof(Request.Currency));

    /// <param name="Scope">Staff, or the reseller whose customer it is.</param>
    /// <param name="FloorPrice">Minor units a GB; null: any price, or the floor of its own seller.</param>
    /// <param name="Currency">ISO 4217; that of its own reseller, where it has one. Null: as it is, or what it pays in.</param>
    public sealed record Request(Scope Scope, long CustomerId, bool MayResell, long? FloorPrice = null, string? Currency = null);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var set = await SetAsync(request, cancellation);
        if (set.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return set;
    }

    /// <summary>The same in the caller's transaction.</summary>
    internal async Task<Result<bool>> SetAsync(Request request, CancellationToken cancellation)
    {
        await db.HoldSellerOfAsync(request.CustomerId, cancellation);
        var customers = request.Scope.CustomerId is null ? db.Customers : db.Customers.SoldBy(request.Scope);
        var customer = await customers.Where(row => row.Id == request.CustomerId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (customer is null)
            return CustomerQueries.NoSuchCustomer;
        if (!request.MayResell)
            return await db.Customers.Where(row => row.Id == customer.Id && row.MayResell).Set(row => row.MayResell, false)
                .UpdateAsync(cancellation) > 0;
        if (customer.ResaleLevel >= ResaleRules.LastLevel)
            return TooDeep;
        var terms = await TermsAsync(request, customer, cancellation);
        if (!terms.IsSuccess)
            return Result.Failure<bool>(terms.Errors);
        bool changed = await db.ExecuteSqlAsync($"""
            insert into resellers as r (customer_id, floor_price, currency, changed_at)
            values ({customer.Id}, {terms.Value.Floor}, {terms.Value.Currency}, {time.GetUtcNow()})
            on conflict (customer_id) do update set floor_price = excluded.floor_price, currency = excluded.currency,
                changed_at = excluded.changed_at
            where (r.floor_price, r.currency) is distinct from (excluded.floor_price, excluded.currency)
            """, cancellation) > 0;
        return changed | await db.Customers.Where(row => row.Id == customer.Id && !row.MayResell).Set(row => row.MayResell, true)
            .UpdateAsync(cancellation) > 0;
    }

    private async Task<Result<Terms>> TermsAsync(Request request, Customer customer, CancellationToken cancellation)
    {
        var present = await db.Resellers.SingleOrDefaultAsync(row => row.CustomerId == customer.Id, cancellation);
        var above = await db.Resellers.SingleOrDefaultAsync(row => row.CustomerId == customer.SellerId, cancellation);
        string typed = above?.Currency ?? request.Currency ?? present?.Currency ?? customer.Currency ?? "";
        if (Money.FindCurrency(typed) is not { } currency)
            return new Error(ErrorKind.Invalid, "reseller.currency_unknown", Money.CurrencyRule, nameof(Request.Currency));
        if (present is not null && present.Currency != currency
            && await db.ResalePrices.AnyAsync(price => price.CustomerId == customer.Id, cancellation))
            return HasPrices;
        if (request.FloorPrice is <= 0 or > Money.MaxPrice)
            return new Error(ErrorKind.Invalid, "reseller.floor_invalid",
                "Give a price a GB of more than nothing, or none for any price.", nameof(Request.FloorPrice));
        if (above?.FloorPrice is { } least && request.FloorPrice < least)
            return new Error(ErrorKind.Invalid, "reseller.floor_low",
                $"The floor of its own reseller is {new Money(least, currency)} a GB: choose that or more.",
                nameof(Request.FloorPrice));
        return new Terms(request.FloorPrice ?? above?.FloorPrice, currency);
    }

    private sealed record Terms(long? Floor, string Currency);
}

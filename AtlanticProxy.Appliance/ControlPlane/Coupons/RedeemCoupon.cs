using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Coupons;

/// <summary>A customer enters a coupon at a checkout: it is kept for that until it is paid, or a day is over.</summary>
public sealed class RedeemCoupon(AtlanticDb db, CouponBook book)
{
    /// <param name="Price">Of what is bought, before the discount.</param>
    /// <param name="Key">Of the checkout: the same key again answers what it has.</param>
    public sealed record Request(Scope Scope, long CustomerId, string Code, Money Price, string Key);

    public async Task<Result<CouponGrant>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (!await db.Customers.VisibleTo(request.Scope).AnyAsync(row => row.Id == request.CustomerId, cancellation))
            return CustomerQueries.NoSuchCustomer;
        var reserved = await book.ReserveAsync(request.Code, request.CustomerId, request.Price, request.Key, cancellation);
        if (reserved.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return reserved;
    }
}

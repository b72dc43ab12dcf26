using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Coupons;

/// <summary>
/// Sets when and how often a coupon can be used. What it gives stays: customers were told that. Checkouts that have it keep it.
/// </summary>
public sealed class ChangeCoupon(AtlanticDb db)
{
    /// <param name="ValidUntil">Null: no end.</param>
    /// <param name="MaxRedemptions">By all customers together; null: any number.</param>
    public sealed record Request(
        long CouponId, DateTimeOffset ValidFrom, DateTimeOffset? ValidUntil = null, int? MaxRedemptions = null,
        int MaxPerCustomer = 1, bool FirstPurchaseOnly = false);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Locked: a checkout that takes it now is counted.
        var coupon = await db.Coupons.Where(row => row.Id == request.CouponId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (coupon is null)
            return CouponQueries.NoSuchCoupon;
        var validation = new Validation();
        CouponRules.Require(validation, request.ValidFrom, request.ValidUntil, request.MaxRedemptions, request.MaxPerCustomer);
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);
        if (request.MaxRedemptions < coupon.Taken)
            return new Error(ErrorKind.Conflict, "coupon.limit_below_use",
                $"It has been used or reserved {coupon.Taken} times: give at least that, or disable the coupon.",
                nameof(Request.MaxRedemptions));

        (coupon.ValidFrom, coupon.ValidUntil, coupon.MaxRedemptions) =
            (request.ValidFrom, request.ValidUntil, request.MaxRedemptions);
        (coupon.MaxPerCustomer, coupon.FirstPurchaseOnly) = (request.MaxPerCustomer, request.FirstPurchaseOnly);
        bool changed = await db.UpdateIfChangedAsync(coupon, cancellation);
        await transaction.CommitAsync(cancellation);
        return changed;
    }
}

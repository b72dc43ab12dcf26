using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;

namespace AtlanticProxy.ControlPlane.Coupons;

/// <summary>Stops a coupon, or lets it go on. Checkouts that have it keep it.</summary>
public sealed class SetCouponState(AtlanticDb db)
{
    public sealed record Request(long CouponId, bool Enabled);

    /// <summary>The value is whether that changed anything.</summary>
    public Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation) =>
        db.Coupons.Where(row => row.Id == request.CouponId).SetStateAsync(row => row.Enabled, request.Enabled,
            CouponQueries.NoSuchCoupon, cancellation);
}

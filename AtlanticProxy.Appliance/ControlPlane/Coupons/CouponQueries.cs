using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Coupons;

/// <summary>Reads coupons.</summary>
public sealed class CouponQueries(AtlanticDb db)
{
    /// <summary>By code; the search looks in that.</summary>
    public async Task<Page<CouponSummary>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        var rows = db.Coupons.Where(row => row.Code.ILike(page.SearchPattern));
        int total = await rows.CountAsync(cancellation);
        var items = await rows.OrderBy(row => row.Code).Skip(page.Offset).Take(page.Size)
            .Select(row => new CouponSummary(row.Id, row.Code, row.Kind, row.Value, row.Currency, row.ValidFrom, row.ValidUntil,
                row.MaxRedemptions, row.MaxPerCustomer, row.FirstPurchaseOnly, row.Enabled,
                db.CouponRedemptions.Count(one => one.CouponId == row.Id && one.State == RedemptionState.Used),
                db.CouponRedemptions.Count(one => one.CouponId == row.Id && one.State == RedemptionState.Reserved)))
            .ToListAsync(cancellation);
        return new Page<CouponSummary>(items, page.Number, page.Size, total);
    }
}

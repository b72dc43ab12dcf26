using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Coupons;

/// <summary>Reads coupons.</summary>
public sealed class CouponQueries(AtlanticDb db)
{
    internal static readonly Error NoSuchCoupon = new(ErrorKind.NotFound, "coupon.not_found", "There is no such coupon.");

    /// <summary>By code; the search looks in that.</summary>
    public async Task<Page<CouponSummary>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        var rows = db.Coupons.Where(row => row.Code.ILike(page.SearchPattern));
        int total = await rows.CountAsync(cancellation);
        var items = await Summaries(rows.OrderBy(row => row.Code).Skip(page.Offset).Take(page.Size)).ToListAsync(cancellation);
        return new Page<CouponSummary>(items, page.Number, page.Size, total);
    }

    /// <summary>The next ones by id.</summary>
    /// <param name="after">The last id that is known; 0 from the beginning.</param>
    /// <param name="code">Only the one of this code, in any case; null for all.</param>
    public async Task<Slice<CouponSummary>> AfterAsync(
        long after, int limit, string? code, CancellationToken cancellation)
    {
        var rows = db.Coupons.Where(row => row.Id > after);
        if (code is not null)
        {
            string normal = CouponCode.Normalise(code);
            rows = rows.Where(row => row.Code == normal);
        }
        return Slice<CouponSummary>.Of(
            await Summaries(rows.OrderBy(row => row.Id).Take(limit + 1)).ToListAsync(cancellation), limit);
    }

    /// <param name="code">In any case.</param>
    public async Task<Result<CouponSummary>> FindByCodeAsync(string code, CancellationToken cancellation)
    {
        string normal = CouponCode.Normalise(code);
        return await Summaries(db.Coupons.Where(row => row.Code == normal)).SingleOrDefaultAsync(cancellation) is { } found
            ? found
            : NoSuchCoupon with { Words = $"There is no coupon '{code}'." };
    }

    private IQueryable<CouponSummary> Summaries(IQueryable<Coupon> rows) => rows
        .Select(row => new CouponSummary(row.Id, row.Code, row.Kind, row.Value, row.Currency, row.ValidFrom, row.ValidUntil,
            row.MaxRedemptions, row.MaxPerCustomer, row.FirstPurchaseOnly, row.Enabled,
            db.CouponRedemptions.Count(one => one.CouponId == row.Id && one.State == RedemptionState.Used),
            db.CouponRedemptions.Count(one => one.CouponId == row.Id && one.State == RedemptionState.Reserved)));
}

using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;

namespace AtlanticProxy.ControlPlane.Coupons;

/// <summary>Gives coupons back of checkouts that nobody has ended: a browser that was closed, a process that died.</summary>
public sealed class ReleaseCoupons(AtlanticDb db, TimeProvider time) : IClusterJob
{
    /// <summary>An order that is not paid ends after a day; an hour more, so that it gives its coupon back itself.</summary>
    internal static readonly TimeSpan ReservedAtMost = TimeSpan.FromHours(25);

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        int released = await db.ScalarAsync<int>($"""
            with back as (
                update coupon_redemptions set state = 'given_back'
                where state = 'reserved' and reserved_at < {time.GetUtcNow() - ReservedAtMost} returning coupon_id
            ), counted as (
                update coupons set taken = taken - (select count(*) from back where coupon_id = coupons.id)
                where id in (select coupon_id from back))
            select count(*)::integer from back
            """, cancellation);
        return new JobReport($"{released} coupons given back");
    }
}

using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Quantities;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>
/// Asks customers back who left: once for each subscription that ended, <see cref="BillingOptions.WinBack"/> after it, unless
/// they have another by then. Whose payments were disputed or refunded, and whom staff ended, is left alone.
/// </summary>
public sealed class AskBack(AtlanticDb db, BillingOptions options, TimeProvider time, ILogger<AskBack> log) : IClusterJob
{
    /// <summary>After days without this job, or of a setting that is new, nobody is asked who left long before.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromDays(7);

    private static readonly EndReason[] Leaving = [EndReason.Cancelled, EndReason.Unpaid, EndReason.TrialOver];

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        if (options.WinBack == TimeSpan.Zero)
            return new JobReport("Switched off", []);
        var rows = new RowByRow(db, log);
        int asked = 0;
        var until = time.GetUtcNow() - options.WinBack;
        var from = until - Late;
        foreach (long id in await db.Subscriptions.Where(row => row.State == SubscriptionState.Ended && row.EndedAt > from
                && row.EndedAt <= until && (row.RemindedFor == null || row.RemindedFor != row.EndedAt)
                && Leaving.Contains(row.EndReason!.Value)
                && !db.Subscriptions.Any(other => other.CustomerId == row.CustomerId && other.Id > row.Id))
            .Select(row => row.Id).ToListAsync(cancellation))
            if (await rows.DoAsync($"Subscription {id}", () => TryAskAsync(id, cancellation), cancellation))
                asked++;
        return new JobReport($"{asked} customers asked back", rows.Failures);
    }

    private async Task<bool> TryAskAsync(long id, CancellationToken cancellation)
    {
        var ended = await db.Subscriptions.Where(row => row.Id == id).LockedForUpdate().SingleAsync(cancellation);
        bool isStill = ended.RemindedFor != ended.EndedAt; // or another run was faster
        if (isStill)
            await AskAsync(ended, cancellation);
        return isStill;
    }

    private async Task AskAsync(Subscription ended, CancellationToken cancellation)
    {
        ended.RemindedFor = ended.EndedAt;
        await db.UpdateAsync(ended, token: cancellation);
        var plan = await (from version in db.PlanVersions
                          join sold in db.Plans on version.PlanId equals sold.Id
                          where version.Id == ended.PlanVersionId
                          select new { sold.Id, sold.Name, sold.Active }).SingleAsync(cancellation);
        if (!plan.Active || !await db.Customers.AnyAsync(row => row.Id == ended.CustomerId, cancellation))
            return; // there is nothing to come back to
        await db.AppendEventAsync(EventKinds.WinBack, ended.CustomerId, new
        {
            Plan = plan.Name, PlanId = plan.Id, EndedOn = Figures.Text(DateOnly.FromDateTime(ended.EndedAt!.Value.UtcDateTime)),
            Coupon = options.WinBackCoupon.Length > 0 ? CouponCode.Normalise(options.WinBackCoupon) : null,
        }, time.GetUtcNow(), cancellation);
    }
}

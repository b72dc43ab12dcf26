using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>What becomes of what was bought when its money goes back, or is disputed; within the caller's transaction.</summary>
internal sealed class TakeBack(AtlanticDb db, BillingOptions options, TimeProvider time)
{
    private readonly SubscriptionBook _book = new(db, options, time);

    /// <summary>
    /// Credits so much of an invoice to the wallet, at most what is left of it. An invoice of which nothing is left ends what it
    /// was for: the subscription, if it is of the running period, or the grants of the order.
    /// </summary>
    public async Task<Result> CreditAsync(long invoiceId, long amount, EndReason reason, CancellationToken cancellation)
    {
        var invoice = await db.Invoices.SingleAsync(row => row.Id == invoiceId, cancellation);
        long credit = Math.Min(amount, invoice.Total - invoice.Credited);
        if (credit > 0)
        {
            var note = await new InvoiceBook(db, time).CreditAsync(invoiceId, credit, cancellation);
            if (!note.IsSuccess)
                return note;
        }
        if (invoice.Total - invoice.Credited > credit)
            return Result.Success;
        if (await RunningAsync(invoiceId, cancellation) is { } subscription)
            await _book.EndAsync(subscription, reason, cancellation);
        var now = time.GetUtcNow();
        await db.ExecuteSqlAsync($"""
            update grants g set valid_until = greatest({now}, valid_from) from orders o
            where o.invoice_id = {invoiceId} and o.kind in ('package', 'top_up') and g.origin_id = o.id
                and g.origin = case o.kind when 'package' then 'lifetime' else 'top_up' end
            """, cancellation);
        return Result.Success;
    }

    /// <summary>A payment of an invoice is disputed: staff see it on the subscription, which stops where the settings say
    /// so.</summary>
    public async Task FlagAsync(long invoiceId, bool disputed, CancellationToken cancellation)
    {
        if (await RunningAsync(invoiceId, cancellation) is not { } subscription)
            return;
        subscription.Disputed = disputed;
        if (disputed && options.SuspendOnDispute)
            await _book.SetServedAsync(subscription, false, cancellation);
        else if (!disputed && subscription.State is SubscriptionState.Active or SubscriptionState.Trialing)
            await _book.SetServedAsync(subscription, true, cancellation);
        await db.UpdateAsync(subscription, token: cancellation);
    }

    /// <summary>The subscription whose running period an invoice is about, held; null when there is none.</summary>
    public async Task<Subscription?> RunningAsync(long invoiceId, CancellationToken cancellation)
    {
        long? id = await (from period in db.SubscriptionPeriods
                          join row in db.Subscriptions on period.SubscriptionId equals row.Id
                          where period.InvoiceId == invoiceId && row.PeriodStart == period.PeriodStart
                              && row.State != SubscriptionState.Ended
                          select (long?)row.Id).SingleOrDefaultAsync(cancellation);
        return id is { } found ? await _book.HoldAsync(found, cancellation) : null;
    }
}

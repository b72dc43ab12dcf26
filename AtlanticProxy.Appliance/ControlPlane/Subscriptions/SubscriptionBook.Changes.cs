using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Plans;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <content>A period that is closed before its end, and another that begins.</content>
internal sealed partial class SubscriptionBook
{
    /// <summary>
    /// Takes back what was not used of the running period, to the wallet, and closes it. Answers how much that is, with its tax.
    /// </summary>
    public async Task<long> CloseRunningAsync(Subscription subscription, CancellationToken cancellation)
    {
        long credit = 0;
        if (await UnusedAsync(subscription, cancellation) is { Credit: > 0 } unused)
        {
            Require(await _invoices.CreditAsync(unused.InvoiceId, unused.Credit, cancellation));
            credit = unused.Credit;
        }
        await BoundAsync(subscription, subscription.PeriodStart, time.GetUtcNow(), cancellation);
        return credit;
    }

    /// <summary>What of the running period's invoice would be given back now; null where nothing was paid for it.</summary>
    public async Task<(long InvoiceId, long Credit)?> UnusedAsync(Subscription subscription, CancellationToken cancellation)
    {
        var invoice = await InvoiceOfAsync(subscription, cancellation);
        if (invoice is not { State: InvoiceState.Paid })
            return null;
        var version = await VersionAsync(subscription.PlanVersionId, cancellation);
        long paid = invoice.Total - invoice.Credited;
        long left = await db.ScalarAsync<long>($"select subscription_left({subscription.Id}, {subscription.PeriodStart})",
            cancellation);
        return (invoice.Id, Proration.Unused(paid, Seconds(time.GetUtcNow(), subscription.PeriodEnd),
            Seconds(subscription.PeriodStart, subscription.PeriodEnd), left, version.IncludedBytes));
    }

    /// <summary>Begins a period of a version from now on, which the wallet must pay for.</summary>
    /// <returns>False: it has not enough, and the caller's transaction must not be committed.</returns>
    public async Task<bool> BeginAnewAsync(Subscription subscription, PlanVersion version, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        (subscription.PlanVersionId, subscription.AnchorAt, subscription.NextVersionId) = (version.Id, now, null);
        (subscription.PeriodStart, subscription.PeriodEnd) =
            await PeriodAsync(subscription.CustomerId, version, now, now, cancellation);
        subscription.State = SubscriptionState.Active;
        var invoice = await InvoiceAsync(subscription, version, cancellation);
        if (!await PayAsync(subscription, invoice, cancellation))
            return false;
        await GiveAsync(subscription, version, invoice.Id, subscription.PeriodEnd, cancellation);
        await db.UpdateAsync(subscription, token: cancellation);
        await TellAsync(SubscriptionEvents.Changed, subscription, cancellation);
        return true;
    }
}

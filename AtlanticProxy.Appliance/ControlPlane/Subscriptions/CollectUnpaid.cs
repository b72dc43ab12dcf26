using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Ledger;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>How asking a saved method for money has ended.</summary>
/// <param name="Settled">The money is in the wallet.</param>
/// <param name="Waiting">The gateway has not answered, or the customer has to do something: nothing new is charged
/// meanwhile.</param>
/// <param name="Reason">In words, where it was refused.</param>
public sealed record Collection(bool Settled, bool Waiting, string Reason);

/// <summary>
/// Dunning. What the wallet has pays first; what is missing is asked of the saved method, on the day that a period fell due and
/// on the days of <see cref="BillingOptions.DunningDays"/> after it. After the last, the subscription is suspended; unpaid for a
/// month more, it ends.
/// </summary>
public sealed class CollectUnpaid(
    AtlanticDb db, SavedMethodCollector collector, BillingOptions options, TimeProvider time, ILogger<CollectUnpaid> log)
    : IClusterJob
{
    /// <summary>While a gateway thinks: it is asked again after so long.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(10);

    private readonly SubscriptionBook _book = new(db, options, time);

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var rows = new RowByRow(db, log);
        int recovered = 0, asked = 0, suspended = 0, ended = 0;
        foreach (long id in await db.Subscriptions.Where(row =>
                row.State == SubscriptionState.PastDue || row.State == SubscriptionState.Suspended)
            .OrderBy(row => row.NextTryAt).ThenBy(row => row.Id).Select(row => row.Id).ToListAsync(cancellation))
        {
            if (await RecoverAsync(rows, id, cancellation))
            {
                recovered++;
                continue;
            }
            var subscription = await db.Subscriptions.SingleAsync(row => row.Id == id, cancellation);
            if (subscription.NextTryAt is not { } due || due > time.GetUtcNow())
                continue;
            if (subscription.State == SubscriptionState.Suspended)
            {
                ended += await rows.DoAsync($"Subscription {id}", async () =>
                {
                    var held = (await _book.HoldAsync(id, cancellation))!;
                    bool isStill = held.State == SubscriptionState.Suspended && held.NextTryAt == due;
                    if (isStill)
                        await _book.EndAsync(held, EndReason.Unpaid, cancellation);
                    return isStill;
                }, cancellation) ? 1 : 0;
                continue;
            }
            var answer = await AskAsync(subscription, cancellation);
            asked++;
            if (answer.Settled) // which has let it go on already, unless it takes more than that
                recovered += await RecoverAsync(rows, id, cancellation) || await IsAsync(id, SubscriptionState.Active,
                    cancellation)
                    ? 1 : 0;
            else if (await rows.DoAsync($"Subscription {id}", () => NoteAsync(id, due, answer, cancellation),
                cancellation) && await IsAsync(id, SubscriptionState.Suspended, cancellation))
                suspended++;
        }
        return new JobReport($"{asked} asked for, {recovered} recovered, {suspended} suspended, {ended} ended", rows.Failures);
    }

    private Task<bool> IsAsync(long id, SubscriptionState state, CancellationToken cancellation) =>
        db.Subscriptions.AnyAsync(row => row.Id == id && row.State == state, cancellation);

    private Task<bool> RecoverAsync(RowByRow rows, long id, CancellationToken cancellation) =>
        rows.DoAsync($"Subscription {id}", async () =>
            await _book.HoldAsync(id, cancellation) is { } held && await _book.RecoverAsync(held, cancellation), cancellation);

    /// <summary>Outside of any transaction: a gateway takes its time.</summary>
    private async Task<Collection> AskAsync(Subscription subscription, CancellationToken cancellation)
    {
        var owed = await _book.OwedAsync(subscription, cancellation);
        long missing = (owed?.Due ?? 0) - await _book.SpendableAsync(subscription, cancellation);
        return owed is null || missing <= 0
            ? new Collection(true, false, "")
            // A try is a purpose of its own: asked again before the gateway has answered, it is the same charge.
            : await collector.CollectAsync(subscription.CustomerId, new Money(missing, subscription.Currency),
                $"{owed.Id}/{subscription.Tries + 1}", $"Invoice {owed.FullNumber}", cancellation);
    }

    /// <summary>The try has failed, or is not over: says when it goes on. False: another run was faster.</summary>
    private async Task<bool> NoteAsync(long id, DateTimeOffset due, Collection answer, CancellationToken cancellation)
    {
        var held = (await _book.HoldAsync(id, cancellation))!;
        bool isStill = held.State == SubscriptionState.PastDue && held.NextTryAt == due;
        if (isStill)
            await FollowAsync(held, answer, cancellation);
        return isStill;
    }

    private async Task FollowAsync(Subscription held, Collection answer, CancellationToken cancellation)
    {
        if (answer.Waiting)
        {
            held.NextTryAt = time.GetUtcNow() + AskAgain;
            await db.UpdateAsync(held, token: cancellation);
            return;
        }
        held.Tries++;
        if (held.Tries > options.DunningDays.Length)
        {
            await _book.TellAsync(EventKinds.RenewalFailed, held, cancellation, answer.Reason);
            await _book.SuspendAsync(held, cancellation);
            return;
        }
        held.NextTryAt = held.PastDueSince!.Value.AddDays(options.DunningDays[held.Tries - 1]);
        await db.UpdateAsync(held, token: cancellation);
        await _book.TellAsync(EventKinds.RenewalFailed, held, cancellation, answer.Reason, held.NextTryAt);
    }
}

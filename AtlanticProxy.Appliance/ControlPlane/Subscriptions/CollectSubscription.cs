using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Ledger;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>
/// Collects what one unpaid subscription owes, if it is time to: see <see cref="CollectUnpaid"/>, which does so with all.
/// </summary>
public sealed class CollectSubscription(
    AtlanticDb db, SavedMethodCollector collector, BillingOptions options, TimeProvider time, ILogger<CollectUnpaid> log)
{
    /// <summary>While a gateway thinks: it is asked again after so long.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(10);

    private readonly SubscriptionBook _book = new(db, options, time);

    public enum Ending
    {
        /// <summary>It is as unpaid as before.</summary>
        Unpaid,
        Recovered,
        Suspended,
        Ended,
    }

    /// <param name="Asked">A saved method was asked for money.</param>
    /// <param name="Failures">What went wrong, in words.</param>
    public sealed record Outcome(Ending Ending, bool Asked, IReadOnlyList<string> Failures);

    public async Task<Outcome> ExecuteAsync(long id, CancellationToken cancellation)
    {
        var rows = new RowByRow(db, log);
        if (await RecoverAsync(rows, id, cancellation))
            return new(Ending.Recovered, false, rows.Failures);
        var subscription = await db.Subscriptions.SingleAsync(row => row.Id == id, cancellation);
        if (subscription.NextTryAt is not { } due || due > time.GetUtcNow())
            return new(Ending.Unpaid, false, rows.Failures);
        if (subscription.State == SubscriptionState.Suspended)
        {
            bool ended = await rows.DoAsync($"Subscription {id}", () => EndAsync(id, due, cancellation), cancellation);
            return new(ended ? Ending.Ended : Ending.Unpaid, false, rows.Failures);
        }

        var answer = await rows.TryAsync($"Subscription {id}", () => AskAsync(subscription, cancellation), cancellation);
        if (answer is null)
            return new(Ending.Unpaid, true, rows.Failures);
        var ending = Ending.Unpaid;
        if (answer.Settled) // which has let it go on already, unless it takes more than that
        {
            if (await RecoverAsync(rows, id, cancellation) || await IsAsync(id, SubscriptionState.Active, cancellation))
                ending = Ending.Recovered;
        }
        else if (await rows.DoAsync($"Subscription {id}", () => NoteAsync(id, due, answer, cancellation), cancellation)
            && await IsAsync(id, SubscriptionState.Suspended, cancellation))
            ending = Ending.Suspended;
        return new(ending, true, rows.Failures);
    }

    private async Task<bool> EndAsync(long id, DateTimeOffset due, CancellationToken cancellation)
    {
        var held = (await _book.HoldAsync(id, cancellation))!;
        bool isStill = held.State == SubscriptionState.Suspended && held.NextTryAt == due;
        if (isStill)
            await _book.EndAsync(held, EndReason.Unpaid, cancellation);
        return isStill;
    }

    private Task<bool> IsAsync(long id, SubscriptionState state, CancellationToken cancellation) =>
        db.Subscriptions.AnyAsync(row => row.Id == id && row.State == state, cancellation);

    private async Task<bool> RecoverAsync(RowByRow rows, long id, CancellationToken cancellation)
    {
        bool isActive = false;
        return await rows.DoAsync($"Subscription {id}", async () =>
        {
            var held = (await _book.HoldAsync(id, cancellation))!;
            bool changed = await _book.RecoverAsync(held, cancellation);
            isActive = held.State == SubscriptionState.Active;
            return changed;
        }, cancellation) && isActive;
    }

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

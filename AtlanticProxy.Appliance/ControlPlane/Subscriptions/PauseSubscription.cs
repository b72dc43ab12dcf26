using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>
/// Stops a subscription with its clock, and lets it go on: its period ends later by the pause. A plan must allow it; what of a
/// year may be paused is bounded, and a pause that reaches the bound ends by itself.
/// </summary>
public sealed class PauseSubscription(AtlanticDb db, BillingOptions options, TimeProvider time)
{
    /// <param name="Resume">Else pause.</param>
    public sealed record Request(Scope Scope, long SubscriptionId, bool Resume = false);

    private static readonly Error NotPausable = new(ErrorKind.Conflict, "subscription.not_pausable",
        "This plan cannot be paused.");

    private static readonly Error AllPaused = new(ErrorKind.Conflict, "subscription.paused_enough",
        "All that may be paused of a year has been paused.");

    private static readonly Error NotPaused = new(ErrorKind.Conflict, "subscription.not_paused",
        "This subscription is not paused.");

    public async Task<Result<SubscriptionSummary>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var held = await SubscriptionAccess.HoldAsync(db, request.Scope, request.SubscriptionId, cancellation);
        if (!held.IsSuccess)
            return Result.Failure<SubscriptionSummary>(held.Errors);
        var changed = request.Resume
            ? await ResumeAsync(held.Value, cancellation)
            : await PauseAsync(held.Value, cancellation);
        if (!changed.IsSuccess)
            return Result.Failure<SubscriptionSummary>(changed.Errors);
        await transaction.CommitAsync(cancellation);
        return await SubscriptionSummary.FindAsync(db, held.Value.Id, cancellation);
    }

    private async Task<Result> PauseAsync(Subscription subscription, CancellationToken cancellation)
    {
        var (now, book) = (time.GetUtcNow(), new SubscriptionBook(db, options, time));
        if (subscription.State != SubscriptionState.Active)
            return SubscriptionAccess.NotActive;
        if (!(await book.VersionAsync(subscription.PlanVersionId, cancellation)).Pausable)
            return NotPausable;
        if (await LeftAsync(subscription, now, cancellation) <= TimeSpan.Zero)
            return AllPaused;
        await book.BoundAsync(subscription, subscription.PeriodStart, now, cancellation);
        (subscription.State, subscription.PausedAt) = (SubscriptionState.Paused, now);
        await db.UpdateAsync(subscription, token: cancellation);
        await db.InsertAsync(new SubscriptionPause { SubscriptionId = subscription.Id, PausedAt = now }, token: cancellation);
        await book.SetServedAsync(subscription, false, cancellation);
        await book.TellAsync(SubscriptionEvents.Paused, subscription, cancellation);
        return Result.Success;
    }

    /// <summary>Goes on, within a transaction that holds the subscription.</summary>
    internal async Task<Result> ResumeAsync(Subscription subscription, CancellationToken cancellation)
    {
        if (subscription.PausedAt is not { } pausedAt)
            return NotPaused;
        var (now, book) = (time.GetUtcNow(), new SubscriptionBook(db, options, time));
        DateTimeOffset? resumed = now;
        await db.SubscriptionPauses.Where(row => row.SubscriptionId == subscription.Id && row.ResumedAt == null)
            .Set(row => row.ResumedAt, resumed).UpdateAsync(cancellation);
        subscription.PeriodEnd += now - pausedAt;
        // The next periods are counted from this one's end.
        (subscription.AnchorAt, subscription.State, subscription.PausedAt) =
            (subscription.PeriodEnd, SubscriptionState.Active, null);
        await db.UpdateAsync(subscription, token: cancellation);
        DateTimeOffset end = subscription.PeriodEnd;
        await db.SubscriptionPeriods.Where(row => row.SubscriptionId == subscription.Id
            && row.PeriodStart == subscription.PeriodStart)
            .Set(row => row.PeriodEnd, end).UpdateAsync(cancellation);
        await db.ExecuteSqlAsync($"""
            update quota_accounts set period_end = {end} where customer_id = {subscription.CustomerId} and proxy_user_id is null
            """, cancellation);
        await book.SetServedAsync(subscription, true, cancellation);
        await book.BoundAsync(subscription, subscription.PeriodStart, end, cancellation);
        await book.TellAsync(SubscriptionEvents.Resumed, subscription, cancellation);
        return Result.Success;
    }

    /// <summary>How long it may still be paused, of the 365 days before now.</summary>
    internal async Task<TimeSpan> LeftAsync(Subscription subscription, DateTimeOffset now, CancellationToken cancellation)
    {
        var since = now.AddDays(-365);
        var pauses = await db.SubscriptionPauses.Where(row => row.SubscriptionId == subscription.Id
            && (row.ResumedAt == null || row.ResumedAt > since)).ToListAsync(cancellation);
        return TimeSpan.FromDays(options.PauseDays) - pauses.Aggregate(TimeSpan.Zero, (sum, pause) =>
            sum + ((pause.ResumedAt ?? now) - (pause.PausedAt > since ? pause.PausedAt : since)));
    }
}

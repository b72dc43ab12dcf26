using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>
/// Cancels a subscription at its period's end, which can be withdrawn until then. One that is unpaid ends at once. Staff can end
/// any at once.
/// </summary>
public sealed class CancelSubscription(AtlanticDb db, BillingOptions options, TimeProvider time)
{
    /// <param name="Withdraw">Takes a cancellation back.</param>
    public sealed record Request(Scope Scope, long SubscriptionId, bool Withdraw = false);

    private static readonly Error Over = new(ErrorKind.Conflict, "subscription.ended", "This subscription has ended.");

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var held = await SubscriptionAccess.HoldAsync(db, request.Scope, request.SubscriptionId, cancellation);
        if (!held.IsSuccess)
            return Result.Failure<bool>(held.Errors);
        var (subscription, book) = (held.Value, new SubscriptionBook(db, options, time));
        if (subscription.State == SubscriptionState.Ended)
            return Over;
        bool isUnpaid = subscription.State is SubscriptionState.PastDue or SubscriptionState.Suspended;
        if (!request.Withdraw && isUnpaid)
            await book.EndAsync(subscription, EndReason.Cancelled, cancellation);
        else if (subscription.CancelAtEnd == !request.Withdraw)
            return false;
        else
        {
            subscription.CancelAtEnd = !request.Withdraw;
            await db.UpdateAsync(subscription, token: cancellation);
            await book.TellAsync(request.Withdraw ? SubscriptionEvents.CancellationWithdrawn : EventKinds.SubscriptionCancelled,
                subscription, cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>Staff ends it at this moment.</summary>
    /// <param name="credit">Whether what is unused of the running period goes to the wallet.</param>
    /// <returns>What was credited, in minor units with tax.</returns>
    public async Task<Result<long>> EndNowAsync(long subscriptionId, bool credit, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var held = await SubscriptionAccess.HoldAsync(db, Scope.Staff, subscriptionId, cancellation);
        if (!held.IsSuccess)
            return Result.Failure<long>(held.Errors);
        if (held.Value.State == SubscriptionState.Ended)
            return Over;
        var book = new SubscriptionBook(db, options, time);
        long credited = credit ? await book.CloseRunningAsync(held.Value, cancellation) : 0;
        await book.EndAsync(held.Value, EndReason.Staff, cancellation);
        await transaction.CommitAsync(cancellation);
        return credited;
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>Finds subscriptions for whoever may see them.</summary>
internal static class SubscriptionAccess
{
    public static readonly Error NotActive = new(ErrorKind.Conflict, "subscription.not_active",
        "That can be done with a subscription that is paid and runs.");

    /// <summary>A customer's subscription that has not ended: one, or none.</summary>
    public static IQueryable<Subscription> RunningOf(this AtlanticDb db, long customerId) =>
        db.Subscriptions.Where(row => row.CustomerId == customerId && row.State != SubscriptionState.Ended);

    /// <summary>An order, held with its customer; null when there is none.</summary>
    public static async Task<Order?> HoldOrderAsync(this AtlanticDb db, long id, CancellationToken cancellation)
    {
        await db.HoldCustomerAsync(db.Orders.Where(row => row.Id == id).Select(row => row.CustomerId), cancellation);
        return await db.Orders.Where(row => row.Id == id).LockedForUpdate().SingleOrDefaultAsync(cancellation);
    }

    /// <summary>A subscription, held with its customer; null when there is none.</summary>
    public static async Task<Subscription?> HoldSubscriptionAsync(
        this AtlanticDb db, long id, CancellationToken cancellation)
    {
        await db.HoldCustomerAsync(db.Subscriptions.Where(row => row.Id == id).Select(row => row.CustomerId), cancellation);
        return await db.Subscriptions.Where(row => row.Id == id).LockedForUpdate().SingleOrDefaultAsync(cancellation);
    }

    /// <summary>Held until the transaction ends.</summary>
    public static async Task<Result<Subscription>> HoldAsync(
        AtlanticDb db, Scope scope, long id, CancellationToken cancellation)
    {
        var subscription = await db.HoldSubscriptionAsync(id, cancellation);
        return subscription is null || scope.CustomerId is { } only && only != subscription.CustomerId
            ? SubscriptionBook.NoSuchSubscription : subscription;
    }
}

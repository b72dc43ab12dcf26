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

    /// <summary>Held until the transaction ends.</summary>
    public static async Task<Result<Subscription>> HoldAsync(
        AtlanticDb db, Scope scope, long id, CancellationToken cancellation)
    {
        var subscription = await db.Subscriptions.Where(row => row.Id == id
                && (scope.CustomerId == null || row.CustomerId == scope.CustomerId))
            .LockedForUpdate().SingleOrDefaultAsync(cancellation);
        return subscription is null ? SubscriptionBook.NoSuchSubscription : subscription;
    }
}

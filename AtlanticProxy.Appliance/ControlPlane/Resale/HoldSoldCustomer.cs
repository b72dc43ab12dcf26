using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Resale;

/// <summary>
/// A reseller suspends one of its customers, or lets it go on. What staff have suspended stays suspended: that is another switch.
/// Its proxy users follow within a second, and so do its own customers.
/// </summary>
public sealed class HoldSoldCustomer(AtlanticDb db)
{
    public sealed record Request(Scope Scope, long CustomerId, bool Held);

    /// <summary>The value is whether that changed anything.</summary>
    public Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation) =>
        db.Customers.SoldBy(request.Scope).Where(c => c.Id == request.CustomerId)
            .SetStateAsync(c => c.HeldBySeller, request.Held, CustomerQueries.NoSuchCustomer, cancellation);
}

/// <summary>A reseller removes one of its customers: what is unused comes back.</summary>
public sealed class RemoveSoldCustomer(AtlanticDb db, RemoveCustomer remove)
{
    public sealed record Request(Scope Scope, long CustomerId);

    public async Task<Result<RemovedCustomer>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (!await db.Customers.SoldBy(request.Scope).AnyAsync(row => row.Id == request.CustomerId, cancellation))
            return CustomerQueries.NoSuchCustomer;
        var removed = await remove.RemoveAsync(request.CustomerId, cancellation);
        if (removed.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return removed;
    }
}

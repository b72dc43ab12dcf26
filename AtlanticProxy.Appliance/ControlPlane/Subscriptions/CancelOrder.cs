using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>Gives an open order up. What was paid for it is in the wallet.</summary>
public sealed class CancelOrder(AtlanticDb db, BillingOptions options, TimeProvider time)
{
    public sealed record Request(Scope Scope, long OrderId);

    public static readonly Error NoSuchOrder = new(ErrorKind.NotFound, "order.not_found", "There is no such order.");

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var order = await db.HoldOrderAsync(request.OrderId, cancellation);
        if (order is null || request.Scope.CustomerId is { } only && only != order.CustomerId)
            return NoSuchOrder;
        if (order.State != OrderState.Open)
            return false;
        await new OrderBook(db, options, time).CloseAsync(order, OrderState.Cancelled, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }
}

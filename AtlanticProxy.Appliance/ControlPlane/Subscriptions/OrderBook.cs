using System.Text.Json;
using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>What becomes of orders, within a transaction that the caller has begun and that holds the order's row.</summary>
internal sealed class OrderBook(AtlanticDb db, BillingOptions options, TimeProvider time)
{
    private readonly InvoiceBook _invoices = new(db, time);

    /// <summary>
    /// Does an open order if the wallet has the money: it is invoiced and paid, and what was bought is there to be used.
    /// </summary>
    /// <returns>Minor units that the wallet lacks; 0 when it is done, or there is nothing to do any more.</returns>
    public async Task<long> TrySettleAsync(Order order, CancellationToken cancellation)
    {
        if (order.State != OrderState.Open)
            return 0;
        long spendable = await db.SpendableAsync(order.CustomerId, order.Currency, cancellation);
        if (spendable < order.Total)
            return order.Total - spendable;
        var version = await db.PlanVersions.SingleAsync(row => row.Id == order.PlanVersionId, cancellation);
        var running = await db.RunningOf(order.CustomerId).LockedForUpdate().SingleOrDefaultAsync(cancellation);
        bool onTop = order.Kind is OrderKind.TopUp or OrderKind.Seats;
        if (onTop != running is not null)
        {
            // It was bought, ended or changed otherwise meanwhile: the money stays in the wallet.
            await CloseAsync(order, OrderState.Cancelled, cancellation);
            return 0;
        }
        if (order.InvoiceId is { } draft)
        {
            var invoice = await _invoices.FinaliseAsync(draft, cancellation);
            if (invoice.IsSuccess && invoice.Value.State == InvoiceState.Open)
                invoice = await _invoices.PayAsync(draft, cancellation);
            if (!invoice.IsSuccess)
                throw new InvalidOperationException($"Order {order.Id}: {invoice.Errors[0].Message}");
        }
        if (order.Deposit > 0 && !await new DepositBook(db, time).TakeAsync(order, cancellation))
            throw new InvalidOperationException($"Order {order.Id}: the wallet had the deposit, and then had not.");
        await DeliverAsync(order, version, running, cancellation);
        if (order.CouponRedemptionId is { } coupon)
            await new CouponBook(db, time).UseAsync(coupon, cancellation);
        if (order.CouponBytes > 0)
            await db.ScalarAsync<long>($"""
                select grant_add({order.CustomerId}, 'bytes', {order.CouponBytes}, 'coupon', {order.Id}, {time.GetUtcNow()}, null)
                """, cancellation);
        (order.State, order.ClosedAt) = (OrderState.Paid, time.GetUtcNow());
        await db.UpdateAsync(order, token: cancellation);
        await TellAsync(SubscriptionEvents.OrderPaid, order, cancellation);
        return 0;
    }

    /// <summary>
    /// Gives an open order up, which the caller holds: no invoice number was used, and what had come for it is in the wallet.
    /// </summary>
    public async Task CloseAsync(Order order, OrderState state, CancellationToken cancellation)
    {
        long? draft = order.InvoiceId;
        (order.State, order.ClosedAt, order.InvoiceId) = (state, time.GetUtcNow(), null);
        await db.UpdateAsync(order, token: cancellation);
        if (order.CouponRedemptionId is { } coupon)
            await new CouponBook(db, time).GiveBackAsync(coupon, cancellation);
        if (draft is { } id)
            await _invoices.DiscardAsync(id, cancellation);
        if (state == OrderState.Expired)
            await TellAsync(SubscriptionEvents.OrderExpired, order, cancellation);
    }

    private async Task DeliverAsync(Order order, PlanVersion version, Subscription? running, CancellationToken cancellation)
    {
        var book = new SubscriptionBook(db, options, time);
        switch (order.Kind)
        {
            case OrderKind.Subscription:
            case OrderKind.Trial:
                await book.StartAsync(order.CustomerId, version, order.Kind == OrderKind.Trial, order.InvoiceId, cancellation);
                break;
            case OrderKind.Package:
                await db.Customers.Where(row => row.Id == order.CustomerId && (row.PlanId != version.PlanId || row.PlanEnded
                        || row.PlanId == null || !row.Billed))
                    .Set(row => row.PlanId, (long?)version.PlanId).Set(row => row.Billed, true).UpdateAsync(cancellation);
                await GrantAsync(order, version.Kind == PlanKind.Hourly ? "minutes" : "bytes", "lifetime", cancellation);
                break;
            case OrderKind.TopUp:
                await GrantAsync(order, "bytes", "top_up", cancellation);
                break;
            case OrderKind.Seats:
                running!.ExtraSeats += (int)order.Amount!.Value;
                await db.UpdateAsync(running, token: cancellation);
                await book.TellAsync(SubscriptionEvents.Changed, running, cancellation);
                break;
        }
    }

    private Task<long> GrantAsync(Order order, string measure, string origin, CancellationToken cancellation) =>
        db.ScalarAsync<long>($"""
            select grant_add({order.CustomerId}, {measure}, {order.Amount!.Value}, {origin}, {order.Id}, {time.GetUtcNow()}, null)
            """, cancellation);

    private Task TellAsync(string kind, Order order, CancellationToken cancellation) =>
        db.AppendEventAsync(kind, order.CustomerId, new
        {
            OrderId = order.Id, Kind = JsonNamingPolicy.SnakeCaseLower.ConvertName(order.Kind.ToString()),
            Total = new Money(order.Total, order.Currency).ToString(), order.InvoiceId,
        }, time.GetUtcNow(), cancellation);
}

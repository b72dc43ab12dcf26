using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>
/// Sends a customer who is present to a gateway, with what the wallet lacks for an open order or an unpaid invoice. What is paid
/// does the order, or lets the subscription go on.
/// </summary>
public sealed class StartPayment(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    private static readonly Error NothingToPay = new(ErrorKind.Conflict, "payment.nothing_due",
        "There is nothing to pay any more: reload the page.");

    /// <param name="OrderId">Or else an invoice.</param>
    /// <param name="ReturnUrl">Where the customer comes back to.</param>
    /// <param name="KeepMethod">Whether the customer agreed that the card is kept, to be charged again.</param>
    public sealed record Request(
        Scope Scope, long CustomerId, long GatewayId, Uri ReturnUrl, long? OrderId = null, long? InvoiceId = null,
        bool KeepMethod = false);

    public async Task<Result<PaymentView>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var due = request.OrderId is { } order
            ? await OfOrderAsync(request, order, cancellation)
            : await OfInvoiceAsync(request, request.InvoiceId ?? 0, cancellation);
        return due is null
            ? NothingToPay
            : await new StartCheckout(db, desk, time).ExecuteAsync(request.Scope, due, cancellation);
    }

    private async Task<Checkout?> OfOrderAsync(Request request, long id, CancellationToken cancellation)
    {
        var order = await db.Orders.SingleOrDefaultAsync(row => row.Id == id && row.CustomerId == request.CustomerId
            && row.State == OrderState.Open, cancellation);
        if (order is null)
            return null;
        long missing = order.Total - await db.SpendableAsync(order.CustomerId, order.Currency, cancellation);
        return missing <= 0 ? null : new Checkout(order.CustomerId, request.GatewayId, missing, order.Currency,
            OrderPurpose.KindName, OrderPurpose.KeyOf(order.Id, request.GatewayId, missing),
            string.Create(CultureInfo.InvariantCulture, $"Order {order.Id}"), request.ReturnUrl, request.KeepMethod);
    }

    private async Task<Checkout?> OfInvoiceAsync(Request request, long id, CancellationToken cancellation)
    {
        var invoice = await db.Invoices.SingleOrDefaultAsync(row => row.Id == id && row.CustomerId == request.CustomerId
            && row.State == InvoiceState.Open, cancellation);
        if (invoice is null)
            return null;
        long missing = invoice.Due - await db.SpendableAsync(invoice.CustomerId, invoice.Currency, cancellation);
        return missing <= 0 ? null : new Checkout(invoice.CustomerId, request.GatewayId, missing, invoice.Currency,
            RenewalPurpose.KindName, string.Create(CultureInfo.InvariantCulture, $"{invoice.Id}/{request.GatewayId}/{missing}"),
            $"Invoice {invoice.FullNumber}", request.ReturnUrl, request.KeepMethod);
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>A customer pays an open invoice from the wallet. If it is of a subscription that is unpaid, that goes on.</summary>
public sealed class PayFromWallet(AtlanticDb db, BillingOptions options, TimeProvider time)
{
    public sealed record Request(Scope Scope, long InvoiceId);

    private static readonly Error NotEnough = new(ErrorKind.Conflict, "invoice.wallet_too_low",
        "The wallet does not have enough money for this invoice: top it up, or pay the rest.");

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (!await db.Invoices.VisibleTo(request.Scope).AnyAsync(row => row.Id == request.InvoiceId, cancellation))
            return InvoiceBook.NoSuchInvoice;
        var paid = await PayAsync(request.InvoiceId, cancellation);
        if (paid.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return paid;
    }

    /// <summary>Within a transaction that the caller has begun, and may commit whatever the answer is.</summary>
    internal async Task<Result> PayAsync(long invoiceId, CancellationToken cancellation)
    {
        if (await new TakeBack(db, options, time).RunningAsync(invoiceId, cancellation)
            is { State: SubscriptionState.PastDue or SubscriptionState.Suspended } unpaid)
        {
            await new SubscriptionBook(db, options, time).RecoverAsync(unpaid, cancellation);
            return unpaid.State == SubscriptionState.Active ? Result.Success : NotEnough;
        }
        var invoice = await db.Invoices.SingleAsync(row => row.Id == invoiceId, cancellation);
        // Asked before the ledger is: its refusal would end the transaction.
        return invoice.Due > await db.SpendableAsync(invoice.CustomerId, invoice.Currency, cancellation)
            ? NotEnough
            : await new InvoiceBook(db, time).PayAsync(invoiceId, cancellation);
    }
}

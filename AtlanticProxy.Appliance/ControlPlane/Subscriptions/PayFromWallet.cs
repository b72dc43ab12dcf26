using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>A customer pays an open invoice from the wallet. If it is of a subscription that is unpaid, that goes on.</summary>
public sealed class PayFromWallet(AtlanticDb db, BillingOptions options, TimeProvider time)
{
    public sealed record Request(Scope Scope, long InvoiceId);

    private static readonly Error NotEnough = new(ErrorKind.Conflict, "invoice.wallet_too_low",
        "The wallet has not enough for this invoice: top it up, or pay the rest.");

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (!await db.Invoices.VisibleTo(request.Scope).AnyAsync(row => row.Id == request.InvoiceId, cancellation))
            return InvoiceBook.NoSuchInvoice;
        if (await new TakeBack(db, options, time).RunningAsync(request.InvoiceId, cancellation)
            is { State: SubscriptionState.PastDue or SubscriptionState.Suspended } unpaid)
        {
            if (!await new SubscriptionBook(db, options, time).RecoverAsync(unpaid, cancellation))
                return NotEnough;
        }
        else if (await new InvoiceBook(db, time).PayAsync(request.InvoiceId, cancellation) is { IsSuccess: false } refused)
            return refused;
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>A customer's wallet pays an open invoice. Asked again, nothing more is taken.</summary>
public sealed class PayInvoiceFromWallet(AtlanticDb db, InvoiceBook book)
{
    public sealed record Request(Scope Scope, long InvoiceId);

    public async Task<Result<InvoiceSummary>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (!await db.Invoices.VisibleTo(request.Scope).AnyAsync(row => row.Id == request.InvoiceId, cancellation))
            return InvoiceBook.NoSuchInvoice;
        var paid = await book.PayAsync(request.InvoiceId, cancellation);
        if (paid.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return paid;
    }
}

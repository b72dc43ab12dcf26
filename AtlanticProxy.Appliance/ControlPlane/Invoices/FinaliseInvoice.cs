using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Staff make an invoice out of a draft: it gets its number and is owed.</summary>
public sealed class FinaliseInvoice(AtlanticDb db, InvoiceBook book)
{
    public sealed record Request(long InvoiceId);

    public async Task<Result<InvoiceSummary>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var finalised = await book.FinaliseAsync(request.InvoiceId, cancellation);
        if (finalised.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return finalised;
    }
}

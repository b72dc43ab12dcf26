using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Throws a draft away. No number was used.</summary>
public sealed class DiscardInvoice(AtlanticDb db, InvoiceBook book)
{
    public sealed record Request(long InvoiceId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var discarded = await book.DiscardAsync(request.InvoiceId, cancellation);
        if (discarded.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return discarded;
    }
}

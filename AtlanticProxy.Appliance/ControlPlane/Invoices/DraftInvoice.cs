using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Staff write an invoice by hand. Nothing is owed before it is finalised.</summary>
public sealed class DraftInvoice(AtlanticDb db, InvoiceBook book)
{
    /// <param name="Currency">ISO 4217, any case.</param>
    public sealed record Request(long CustomerId, string Currency, IReadOnlyList<InvoiceItem> Items);

    /// <summary>The value is the draft's id.</summary>
    public async Task<Result<long>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var draft = await book.DraftAsync(request.CustomerId, request.Currency, request.Items, cancellation);
        if (draft.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return draft;
    }
}

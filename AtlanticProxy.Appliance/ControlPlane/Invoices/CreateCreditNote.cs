using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Staff take an invoice back, in whole or in part. What was paid goes to the wallet.</summary>
public sealed class CreateCreditNote(AtlanticDb db, InvoiceBook book)
{
    /// <param name="Amount">Minor units with tax; null: all that is left.</param>
    public sealed record Request(long InvoiceId, long? Amount = null);

    public async Task<Result<InvoiceSummary>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var note = await book.CreditAsync(request.InvoiceId, request.Amount, cancellation);
        if (note.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return note;
    }
}

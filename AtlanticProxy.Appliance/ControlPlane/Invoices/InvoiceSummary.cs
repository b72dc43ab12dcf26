using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>An invoice or credit note, as lists show one. Amounts are minor units; of a credit note below zero.</summary>
/// <param name="Number">Null of a draft.</param>
/// <param name="BuyerName">As it stands on the paper.</param>
/// <param name="Credited">What credit notes have taken back of it.</param>
/// <param name="Due">What is still to be paid.</param>
/// <param name="Prepaid">What the wallet paid of it as it was used, before the invoice was written.</param>
public sealed record InvoiceSummary(
    long Id, InvoiceKind Kind, InvoiceState State, string? Number, long CustomerId, string BuyerName, string Currency, long Net,
    long Tax, long Total, long Credited, long Due, DateTimeOffset CreatedAt, DateTimeOffset? IssuedAt, DateTimeOffset? DueAt,
    DateTimeOffset? PaidAt, long Prepaid)
{
    internal static InvoiceSummary Of(Invoice row) => new(
        row.Id, row.Kind, row.State, row.FullNumber, row.CustomerId, row.BuyerName, row.Currency, row.Net, row.Tax, row.Total,
        row.Credited, row.Due, row.CreatedAt, row.IssuedAt, row.DueAt, row.PaidAt, row.Prepaid);
}

/// <summary>What events say of a paper.</summary>
/// <param name="Total">As people write it, with its currency.</param>
/// <param name="DueOn">A day such as 2026-12-01; null where nothing is due.</param>
internal sealed record InvoiceEvent(long InvoiceId, string Number, string Total, string? DueOn)
{
    public static InvoiceEvent Of(Invoice row) => new(
        row.Id, row.FullNumber!, new Money(row.Total, row.Currency).ToString(),
        row.Due > 0 ? Quantities.Figures.Text(DateOnly.FromDateTime(row.DueAt!.Value.UtcDateTime)) : null);
}

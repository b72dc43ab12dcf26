using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Where the money of a paid invoice goes that is taken back.</summary>
public enum CreditTo
{
    Wallet,

    /// <summary>A gateway gives it back.</summary>
    Gateway,
}

/// <summary>Takes invoices back.</summary>
internal sealed class CreditNoteBook(AtlanticDb db, TimeProvider time)
{
    /// <summary>
    /// Writes a credit note about an invoice: of one that is open, that much less is owed; of one that is paid, the money goes
    /// back. In part it is shared out among the lines, so that parts add up to the whole and never go beyond.
    /// </summary>
    /// <param name="amount">Minor units with tax, more than zero; null takes back all that is left.</param>
    public async Task<Result<InvoiceSummary>> CreditAsync(
        long invoiceId, long? amount, CreditTo to, CancellationToken cancellation)
    {
        var invoice = await db.Invoices.Where(row => row.Id == invoiceId && row.Kind == InvoiceKind.Invoice).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (invoice is null)
            return InvoiceBook.NoSuchInvoice;
        if (invoice.State == InvoiceState.Draft)
            return new Error(ErrorKind.Conflict, "invoice.draft", "A draft is thrown away, not credited.");
        long left = invoice.Total - invoice.Credited;
        if (left == 0)
            return new Error(ErrorKind.Conflict, "invoice.credited", "Nothing is left of this invoice to take back.");
        if (amount is { } wanted && (wanted <= 0 || wanted > left))
            return new Error(ErrorKind.Invalid, "invoice.credit_amount_invalid",
                $"Give an amount of more than nothing and at most {new Money(left, invoice.Currency)}.", "Amount");

        var lines = await LinesAsync(invoice, amount ?? left, cancellation);
        var note = await WriteAsync(invoice, lines, cancellation);
        bool isOpen = invoice.State == InvoiceState.Open;
        long owed = Math.Min(invoice.Due, -note.Total); // what is taken back of it is owed no more; the rest was paid
        invoice.Credited -= note.Total;
        if (isOpen && invoice.Due == 0)
        {
            bool isWhole = invoice.Credited == invoice.Total;
            (invoice.State, invoice.PaidAt) = (isWhole ? InvoiceState.Credited : InvoiceState.Paid,
                isWhole ? null : time.GetUtcNow());
        }
        await db.UpdateAsync(invoice, token: cancellation);

        LedgerLine[] moved =
        [
            to == CreditTo.Wallet
                ? new(AccountKind.Wallet, invoice.CustomerId, -note.Total - owed)
                : new(AccountKind.PaymentsClearing, null, -note.Total - owed),
            new(AccountKind.Receivable, invoice.CustomerId, owed), new(AccountKind.Revenue, null, note.Net),
            new(AccountKind.TaxPayable, null, note.Tax),
        ];
        // Never refused: it takes from no wallet, and the key is new.
        await new LedgerBook(db, time).PostAsync(new LedgerPosting(
            TransactionKind.CreditNote, $"invoice/{note.Id}", $"Credit note {note.FullNumber}", note.Currency,
            [.. moved.Where(line => line.Amount != 0)]), cancellation);
        await db.AppendEventAsync(EventKinds.CreditNoteIssued, note.CustomerId, InvoiceEvent.Of(note), time.GetUtcNow(),
            cancellation);
        return InvoiceSummary.Of(note);
    }

    /// <summary>What of each line is taken back, as a credit note has it: below zero. Lines of nothing are left out.</summary>
    private async Task<List<InvoiceLine>> LinesAsync(Invoice invoice, long amount, CancellationToken cancellation)
    {
        var lines = await db.InvoiceLines.Where(line => line.InvoiceId == invoice.Id).OrderBy(line => line.Line)
            .ToListAsync(cancellation);
        var taken = await db.InvoiceLines
            .Where(line => db.Invoices.Any(note => note.Id == line.InvoiceId && note.CreditsId == invoice.Id))
            .GroupBy(line => line.Line).Select(group => new
            {
                Line = group.Key, Net = group.Sum(line => line.Net), Tax = group.Sum(line => line.Tax),
            })
            .ToDictionaryAsync(line => line.Line, cancellation);
        foreach (var line in lines)
            if (taken.GetValueOrDefault(line.Line) is { } before)
                (line.Net, line.Tax) = (line.Net + before.Net, line.Tax + before.Tax); // those are below zero
        long[] shares = Shares.Of(amount, [.. lines.Select(line => line.Total)]);
        bool isWhole = invoice.Credited == 0 && amount == invoice.Total;
        for (int i = 0; i < lines.Count; i++)
        {
            long[] parts = Shares.Of(shares[i], [lines[i].Net, lines[i].Tax]);
            (lines[i].Net, lines[i].Tax) = (-parts[0], -parts[1]);
            (lines[i].Quantity, lines[i].UnitPrice) = isWhole
                ? (lines[i].Quantity, -lines[i].UnitPrice)
                : (1, -(invoice.PricesIncludeTax ? shares[i] : parts[0]));
        }
        return [.. lines.Where(line => line.Total != 0)];
    }

    private async Task<Invoice> WriteAsync(Invoice invoice, List<InvoiceLine> lines, CancellationToken cancellation)
    {
        var note = new Invoice
        {
            Kind = InvoiceKind.CreditNote, CustomerId = invoice.CustomerId, CreditsId = invoice.Id, Currency = invoice.Currency,
            Net = lines.Sum(line => line.Net), Tax = lines.Sum(line => line.Tax), Total = lines.Sum(line => line.Total),
            TaxRule = invoice.TaxRule, PricesIncludeTax = invoice.PricesIncludeTax, Language = invoice.Language,
            SellerName = invoice.SellerName, SellerAddress = invoice.SellerAddress, SellerCountry = invoice.SellerCountry,
            SellerVatId = invoice.SellerVatId, Footer = invoice.Footer, BuyerName = invoice.BuyerName,
            BuyerEmail = invoice.BuyerEmail, BuyerAddress = invoice.BuyerAddress, BuyerCountry = invoice.BuyerCountry,
            BuyerVatId = invoice.BuyerVatId,
            CreatedAt = time.GetUtcNow(),
        };
        note.Id = await db.InsertWithInt64IdentityAsync(note, token: cancellation);
        foreach (var line in lines)
            line.InvoiceId = note.Id;
        await db.BulkCopyAsync(lines, cancellation);
        await note.TakeNumberAsync(db, note.CreatedAt, cancellation);
        note.State = InvoiceState.Issued;
        await db.UpdateAsync(note, token: cancellation);
        return note;
    }
}

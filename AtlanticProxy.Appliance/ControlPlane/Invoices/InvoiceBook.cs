using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>What is sold on one line.</summary>
/// <param name="UnitPrice">Minor units, as prices are meant (<see cref="SellerSettings.PricesIncludeTax"/>); below zero takes
/// off.</param>
public sealed record InvoiceItem(string Description, long UnitPrice, long Quantity = 1);

/// <summary>Where the money of an invoice comes from.</summary>
public enum PaidFrom
{
    Wallet,

    /// <summary>A gateway has taken it.</summary>
    Gateway,

    /// <summary>It came by transfer.</summary>
    Bank,
}

/// <summary>
/// Writes invoices, each step within a transaction that the caller has begun and that holds what else belongs to it. A refusal by
/// the ledger ends that transaction. Finalise before anything else is posted in it: whoever finalises waits for the number.
/// </summary>
public sealed class InvoiceBook(AtlanticDb db, TimeProvider time)
{
    internal static readonly Error NoSuchInvoice = new(ErrorKind.NotFound, "invoice.not_found", "There is no such invoice.");

    private static readonly Error NotDraft =
        new(ErrorKind.Conflict, "invoice.finalised", "This invoice has its number already: it does not change any more.");

    /// <summary>Writes a draft: without a number, and nothing is owed yet. Answers its id.</summary>
    /// <param name="currency">ISO 4217, any case.</param>
    public Task<Result<long>> DraftAsync(
        long customerId, string currency, IReadOnlyList<InvoiceItem> items, CancellationToken cancellation) =>
        WriteAsync(db.Customers, customerId, currency, items, 0, cancellation);

    /// <summary>
    /// The same about what the wallet has paid already, as revenue: only what comes on top is owed. Who has left gets it, too.
    /// </summary>
    /// <param name="prepaid">Minor units: the items, as they are priced.</param>
    internal Task<Result<long>> DraftPrepaidAsync(
        long customerId, string currency, IReadOnlyList<InvoiceItem> items, long prepaid, CancellationToken cancellation) =>
        WriteAsync(db.AllCustomers, customerId, currency, items, prepaid, cancellation);

    private async Task<Result<long>> WriteAsync(
        IQueryable<Customer> buyers, long customerId, string currency, IReadOnlyList<InvoiceItem> items, long prepaid,
        CancellationToken cancellation)
    {
        RequireTransaction();
        var validation = new Validation();
        InvoiceRules.Require(validation, currency, items);
        if (validation.Failed)
            return Result.Failure<long>(validation.Errors);
        if (await buyers.SingleOrDefaultAsync(row => row.Id == customerId, cancellation) is not { } customer)
            return CustomerQueries.NoSuchCustomer;

        var draft = new Invoice
        {
            CustomerId = customer.Id, Currency = Money.FindCurrency(currency)!, CreatedAt = time.GetUtcNow(), Prepaid = prepaid,
            Language = customer.Language, BuyerName = "", BuyerEmail = "", BuyerAddress = "",
        };
        List<InvoiceLine> lines = [.. items.Select((item, i) => new InvoiceLine
        {
            Line = i + 1, Description = item.Description.Trim(), Quantity = item.Quantity, UnitPrice = item.UnitPrice,
        })];
        await new InvoicePricing(db).PriceAsync(draft, lines, customer, cancellation);
        if (draft.Total < 0)
            return InvoiceRules.BelowZero;
        long id = await db.InsertWithInt64IdentityAsync(draft, token: cancellation);
        await db.BulkCopyAsync(lines.Select(line =>
        {
            line.InvoiceId = id;
            return line;
        }), cancellation);
        return id;
    }

    /// <summary>Throws a draft away.</summary>
    public async Task<Result> DiscardAsync(long draftId, CancellationToken cancellation)
    {
        RequireTransaction();
        var draft = await LockedAsync(draftId, cancellation);
        if (draft?.State != InvoiceState.Draft)
            return draft is null ? NoSuchInvoice : NotDraft;
        await db.InvoiceLines.Where(line => line.InvoiceId == draftId).DeleteAsync(cancellation);
        await db.Invoices.Where(row => row.Id == draftId).DeleteAsync(cancellation);
        return Result.Success;
    }

    /// <summary>
    /// Gives a draft its number and date, and what it says of seller, buyer and tax as they are now; from then on it is owed. One
    /// about nothing, or about what the wallet has paid already, is paid with that.
    /// </summary>
    public async Task<Result<InvoiceSummary>> FinaliseAsync(long draftId, CancellationToken cancellation)
    {
        RequireTransaction();
        var invoice = await LockedAsync(draftId, cancellation);
        if (invoice?.State != InvoiceState.Draft)
            return invoice is null ? NoSuchInvoice : NotDraft;
        var lines = await db.InvoiceLines.Where(line => line.InvoiceId == draftId).OrderBy(line => line.Line)
            .ToListAsync(cancellation);
        var customer = await db.AllCustomers.SingleAsync(row => row.Id == invoice.CustomerId, cancellation);
        var seller = await new InvoicePricing(db).PriceAsync(invoice, lines, customer, cancellation);
        if (invoice.Total < 0)
            return InvoiceRules.BelowZero;
        foreach (var line in lines)
            await db.UpdateIfChangedAsync(line, cancellation);

        invoice.CardCountry = await db.Payments.Where(row => row.CustomerId == invoice.CustomerId && row.CardCountry != null
                && row.State == PaymentState.Settled)
            .OrderByDescending(row => row.SettledAt).Select(row => row.CardCountry).FirstOrDefaultAsync(cancellation);
        await invoice.TakeNumberAsync(db, time.GetUtcNow(), cancellation);
        invoice.DueAt = invoice.IssuedAt + TimeSpan.FromDays(seller.PaymentDays);
        (invoice.State, invoice.PaidAt) = invoice.Total > invoice.Prepaid
            ? (InvoiceState.Open, null)
            : (InvoiceState.Paid, invoice.IssuedAt);
        await db.UpdateAsync(invoice, token: cancellation);
        await PostAsync(TransactionKind.Invoice, $"invoice/{invoice.Id}", invoice,
        [
            // What was paid before is revenue already.
            new(AccountKind.Receivable, invoice.CustomerId, invoice.Prepaid - invoice.Total),
            new(AccountKind.Revenue, null, invoice.Net - invoice.Prepaid), new(AccountKind.TaxPayable, null, invoice.Tax),
        ], withinBalance: false, cancellation); // never refused: it takes from no wallet, and the key is new
        await TellAsync(EventKinds.InvoiceFinalised, invoice, cancellation);
        if (invoice is { State: InvoiceState.Paid, Prepaid: > 0 })
            await TellAsync(EventKinds.InvoicePaid, invoice, cancellation);
        return InvoiceSummary.Of(invoice);
    }

    /// <summary>Pays all that is due of an open invoice. One that is paid already stays as it is.</summary>
    /// <param name="from">What a wallet has not got is refused.</param>
    public async Task<Result<InvoiceSummary>> PayAsync(
        long invoiceId, CancellationToken cancellation, PaidFrom from = PaidFrom.Wallet)
    {
        RequireTransaction();
        var invoice = await LockedAsync(invoiceId, cancellation);
        if (invoice is null or { Kind: InvoiceKind.CreditNote })
            return NoSuchInvoice;
        if (invoice.State == InvoiceState.Paid)
            return InvoiceSummary.Of(invoice);
        if (invoice.State != InvoiceState.Open)
            return new Error(ErrorKind.Conflict, "invoice.not_open", invoice.State == InvoiceState.Draft
                ? "Only an open invoice can be paid: this one is a draft."
                : "Only an open invoice can be paid: this one is credited in full.");
        var account = from switch
        {
            PaidFrom.Wallet => new LedgerLine(AccountKind.Wallet, invoice.CustomerId, -invoice.Due),
            PaidFrom.Gateway => new LedgerLine(AccountKind.PaymentsClearing, null, -invoice.Due),
            PaidFrom.Bank => new LedgerLine(AccountKind.Bank, null, -invoice.Due),
        };
        var posted = await PostAsync(
            from == PaidFrom.Wallet ? TransactionKind.InvoicePayment : TransactionKind.Payment, $"invoice/{invoice.Id}/payment",
            invoice, [account, new(AccountKind.Receivable, invoice.CustomerId, invoice.Due)], withinBalance: true, cancellation);
        if (!posted.IsSuccess)
            return Result.Failure<InvoiceSummary>(posted.Errors);
        (invoice.State, invoice.PaidAt) = (InvoiceState.Paid, time.GetUtcNow());
        await db.UpdateAsync(invoice, token: cancellation);
        await TellAsync(EventKinds.InvoicePaid, invoice, cancellation);
        return InvoiceSummary.Of(invoice);
    }

    /// <inheritdoc cref="CreditNoteBook.CreditAsync"/>
    public Task<Result<InvoiceSummary>> CreditAsync(
        long invoiceId, long? amount, CancellationToken cancellation, CreditTo to = CreditTo.Wallet)
    {
        RequireTransaction();
        return new CreditNoteBook(db, time).CreditAsync(invoiceId, amount, to, cancellation);
    }

    private Task<Invoice?> LockedAsync(long id, CancellationToken cancellation) =>
        db.Invoices.Where(row => row.Id == id).LockedForUpdate().SingleOrDefaultAsync(cancellation);

    private async Task<Result> PostAsync(
        TransactionKind kind, string key, Invoice invoice, LedgerLine[] lines, bool withinBalance, CancellationToken cancellation)
    {
        LedgerLine[] moved = [.. lines.Where(line => line.Amount != 0)];
        return moved is []
            ? Result.Success
            : await new LedgerBook(db, time).PostAsync(
                new LedgerPosting(kind, key, $"Invoice {invoice.FullNumber}", invoice.Currency, moved, withinBalance),
                    cancellation);
    }

    private Task TellAsync(string kind, Invoice invoice, CancellationToken cancellation) =>
        db.AppendEventAsync(kind, invoice.CustomerId, InvoiceEvent.Of(invoice), time.GetUtcNow(), cancellation);

    private void RequireTransaction()
    {
        if (db.Transaction is null)
            throw new InvalidOperationException("Begin a transaction first: an invoice belongs to what it is for.");
    }
}

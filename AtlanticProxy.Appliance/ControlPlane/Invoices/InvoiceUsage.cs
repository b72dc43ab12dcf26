using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Quantities;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>
/// Once a month, each customer whose wallet paid for use gets one invoice about it, with a line for each plan and price. Its
/// money has been taken already. Tax that comes on top is taken from the wallet with it, or as soon as the wallet has it.
/// </summary>
public sealed class InvoiceUsage(AtlanticDb db, TimeProvider time, ILogger<InvoiceUsage> log) : IClusterJob
{
    private const int MinutesPerHour = 60;

    /// <summary>Traffic is shown to the MB: it was charged to the byte.</summary>
    private const int Digits = 3;

    private readonly InvoiceBook _book = new(db, time);

    private sealed record Due(long CustomerId, string Email, string Language, string Currency, DateOnly Month);

    private sealed record Open(long InvoiceId, long CustomerId, string Email);

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var rows = new RowByRow(db, log);
        int written = 0, paid = 0;
        foreach (var due in await DueAsync(cancellation))
            if (await rows.DoAsync($"The use of {due.Email} in {due.Month:yyyy-MM}", () => InvoiceAsync(due, cancellation),
                cancellation))
                written++;
        var open = await OpenAsync(cancellation);
        foreach (var invoice in open)
            if (await rows.DoAsync($"Invoice {invoice.InvoiceId} of {invoice.Email}", () => PayAsync(invoice, cancellation),
                cancellation))
                paid++;
        return new JobReport($"{written} invoices about use written; tax of {paid} taken, of {open.Count - paid} still due",
            rows.Failures);
    }

    /// <summary>
    /// All months that are over and have no invoice yet, in order: from that of the oldest charge without an invoice on. A charge
    /// that comes after the invoice of its month is thereby on the next one.
    /// </summary>
    private Task<List<Due>> DueAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var thisMonth = new DateOnly(now.Year, now.Month, 1);
        return db.QueryAsync<Due>($"""
            select c.id as customer_id, c.email, c.language, u.currency, m.month::date as month
            from (select customer_id, currency, min(charged_at) as since from usage_charges where invoice_id is null
                group by 1, 2) u
            join customers c on c.id = u.customer_id,
            lateral generate_series(date_trunc('month', u.since at time zone 'UTC'),
                {thisMonth}::timestamp - interval '1 month', interval '1 month') m (month)
            where not exists (select from usage_invoices i where i.customer_id = c.id and i.currency = u.currency
                and i.month = m.month)
            order by m.month, c.id
            """, cancellation);
    }

    /// <summary>False where there is nothing to invoice, or another run was faster.</summary>
    private async Task<bool> InvoiceAsync(Due due, CancellationToken cancellation)
    {
        await db.HoldCustomerAsync(due.CustomerId, cancellation);
        if (await db.UsageInvoices.AnyAsync(row => row.CustomerId == due.CustomerId && row.Currency == due.Currency
            && row.Month == due.Month, cancellation))
            return false;
        var end = new DateTimeOffset(due.Month.AddMonths(1), TimeOnly.MinValue, TimeSpan.Zero);
        var charges = await db.UsageCharges.Where(row => row.CustomerId == due.CustomerId && row.Currency == due.Currency
            && row.InvoiceId == null && row.ChargedAt < end).ToListAsync(cancellation);
        long paid = charges.Sum(charge => charge.Cost);
        if (paid == 0)
            return false; // fractions of a minor unit: they wait for more
        // What the wallet has is asked for before anything is booked, as everybody does who takes from it.
        long spendable = await db.SpendableAsync(due.CustomerId, due.Currency, cancellation);
        var draft = await _book.DraftPrepaidAsync(due.CustomerId, due.Currency, ItemsOf(charges, due), paid, cancellation);
        var invoice = draft.IsSuccess ? await _book.FinaliseAsync(draft.Value, cancellation) : null;
        if (invoice is not { IsSuccess: true })
            throw new InvalidOperationException((invoice?.Errors ?? draft.Errors)[0].Message);
        long[] ids = [.. charges.Select(charge => charge.Id)];
        long? id = invoice.Value.Id;
        await db.UsageCharges.Where(row => ids.Contains(row.Id)).Set(row => row.InvoiceId, id).UpdateAsync(cancellation);
        await db.InsertAsync(new UsageInvoice
        {
            CustomerId = due.CustomerId, Currency = due.Currency, Month = due.Month, InvoiceId = invoice.Value.Id,
        }, token: cancellation);
        if (invoice.Value.Due > 0 && invoice.Value.Due <= spendable)
            await _book.PayAsync(invoice.Value.Id, cancellation);
        return true;
    }

    private static List<InvoiceItem> ItemsOf(IEnumerable<UsageCharge> charges, Due due) =>
        [.. charges.GroupBy(charge => (charge.PlanName, charge.Measure, charge.Price))
            .Where(group => group.Any(charge => charge.Cost > 0))
            .OrderBy(group => group.Key.PlanName, StringComparer.Ordinal).ThenBy(group => group.Key.Price)
            .Select(group => new InvoiceItem(
                InvoiceLineWords.In(due.Language).Used(group.Key.PlanName, group.Key.Measure,
                    Units(group.Sum(charge => charge.Amount), group.Key.Measure), new Money(group.Key.Price, due.Currency),
                    due.Month),
                group.Sum(charge => charge.Cost)))];

    /// <summary>Hours or GB.</summary>
    private static decimal Units(long amount, UsageMeasure measure) =>
        decimal.Round((decimal)amount / (measure == UsageMeasure.Minutes ? MinutesPerHour : DataSize.BytesPerGb), Digits);

    /// <summary>Invoices about use of which tax is still due.</summary>
    private Task<List<Open>> OpenAsync(CancellationToken cancellation) =>
        (from row in db.UsageInvoices
         join invoice in db.Invoices on row.InvoiceId equals invoice.Id
         join customer in db.AllCustomers on row.CustomerId equals customer.Id
         where invoice.State == InvoiceState.Open
         orderby invoice.Id
         select new Open(invoice.Id, customer.Id, customer.Email)).ToListAsync(cancellation);

    private async Task<bool> PayAsync(Open open, CancellationToken cancellation)
    {
        await db.HoldCustomerAsync(open.CustomerId, cancellation);
        var invoice = await db.Invoices.SingleAsync(row => row.Id == open.InvoiceId, cancellation);
        return invoice.Due > 0 && invoice.Due <= await db.SpendableAsync(invoice.CustomerId, invoice.Currency, cancellation)
            && (await _book.PayAsync(invoice.Id, cancellation)).IsSuccess;
    }
}

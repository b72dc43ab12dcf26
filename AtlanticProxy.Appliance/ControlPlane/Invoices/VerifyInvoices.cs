using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Something that papers and ledger do not agree on.</summary>
/// <param name="What">A sentence for people, amounts in minor units.</param>
public sealed record InvoiceDifference(string What);

/// <summary>Compares papers with the ledger and with each other, as of one instant. Reads all of them: for the night.</summary>
public sealed class VerifyInvoices(AtlanticDb db)
{
    /// <inheritdoc cref="Ledger.VerifyBalances.MaxDifferences"/>
    public const int MaxDifferences = Ledger.VerifyBalances.MaxDifferences;

    /// <summary>Empty when all is well.</summary>
    public async Task<IReadOnlyList<InvoiceDifference>> ExecuteAsync(CancellationToken cancellation) =>
        await db.QueryAsync<InvoiceDifference>($"""
            with owed as (
                select customer_id, currency, sum(total - credited) as due from invoices where state = 'open' group by 1, 2
            ), booked as (
                select customer_id, currency, -balance as due from ledger_accounts where kind = 'receivable'
            ), summed as (
                select i.*, coalesce(l.net, 0) as lines_net, coalesce(l.tax, 0) as lines_tax from invoices i
                left join (select invoice_id, sum(net) as net, sum(tax) as tax from invoice_lines group by 1) l
                    on l.invoice_id = i.id
            ), given_back as (
                select n.credits_id as invoice_id, l.line, -sum(l.net) as net, -sum(l.tax) as tax
                from invoice_lines l join invoices n on n.id = l.invoice_id where n.kind = 'credit_note' group by 1, 2
            )
            select format('Customer %s owes %s %s by their unpaid invoices, and %s by the ledger.', customer_id,
                coalesce(owed.due, 0), currency, coalesce(booked.due, 0)) as what
            from owed full join booked using (customer_id, currency) where coalesce(owed.due, 0) <> coalesce(booked.due, 0)
            union all
            select format('Invoice %s is not the sum of its lines.', id) from summed
            where (net, tax) is distinct from (lines_net, lines_tax)
            union all
            select format('Credit notes take more of line %s of invoice %s than it has.', line, g.invoice_id)
            from given_back g left join invoice_lines l using (invoice_id, line)
            where l.line is null or abs(g.net) > abs(l.net) or abs(g.tax) > abs(l.tax) or sign(g.net) * sign(l.net) < 0
            union all
            select format('Invoice %s says that %s of it is credited, its credit notes say %s.', i.id, i.credited,
                coalesce(n.total, 0))
            from invoices i left join (select credits_id, -sum(total) as total from invoices where kind = 'credit_note'
                group by 1) n on n.credits_id = i.id
            where i.kind = 'invoice' and i.credited <> coalesce(n.total, 0)
            union all
            select format('The numbers of %ss of %s have gaps: %s up to %s.', replace(kind, '_', ' '), year, count(*),
                max(number))
            from invoices where number is not null group by kind, year having count(*) <> max(number)
            limit {MaxDifferences}
            """, cancellation);
}

using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Papers agree with the ledger, and with each other.</summary>
internal static class InvoiceProofs
{
    public static readonly BookProof[] All =
    [
        new("""
            select '' as subject, customer_label(customer_id) as customer, coalesce(owed.due, 0)::bigint as said,
                coalesce(booked.due, 0)::bigint as found, currency as unit
            from (select customer_id, currency, sum(greatest(total - credited - prepaid, 0)) as due from invoices
                where state = 'open' group by 1, 2) owed
            full join (select customer_id, currency, -balance as due from ledger_accounts where kind = 'receivable') booked
                using (customer_id, currency)
            where coalesce(owed.due, 0) <> coalesce(booked.due, 0)
            """, "{1} owes {2} by unpaid invoices, and {3} by the ledger: they differ by {4}."),
        new("""
            select part || ' of ' || paper_label(i) as subject, customer_label(i.customer_id) as customer, said, found,
                i.currency as unit
            from invoices i left join (select invoice_id, sum(net)::bigint as net, sum(tax)::bigint as tax from invoice_lines
                group by 1) l on l.invoice_id = i.id,
            lateral (values ('net', i.net, coalesce(l.net, 0)), ('tax', i.tax, coalesce(l.tax, 0))) parts (part, said, found)
            where said <> found
            """, "The {0} of {1} is {2}, and its lines sum to {3}: they differ by {4}."),
        new("""
            select format('%s of line %s of %s', part, g.line, paper_label(i)) as subject,
                customer_label(i.customer_id) as customer, coalesce(said, 0) as said, found, i.currency as unit
            from (select n.credits_id as invoice_id, l.line, -sum(l.net)::bigint as net, -sum(l.tax)::bigint as tax
                from invoice_lines l join invoices n on n.id = l.invoice_id where n.kind = 'credit_note' group by 1, 2) g
            join invoices i on i.id = g.invoice_id
            left join invoice_lines l on l.invoice_id = g.invoice_id and l.line = g.line,
            lateral (values ('net', l.net, g.net), ('tax', l.tax, g.tax)) parts (part, said, found)
            where abs(found) > abs(coalesce(said, 0)) or sign(found) * sign(said) < 0
            """, "The {0} of {1} is {2}, and its credit notes take back {3}: they differ by {4}."),
        new("""
            select paper_label(i) as subject, customer_label(i.customer_id) as customer, i.credited as said,
                coalesce(n.total, 0) as found, i.currency as unit
            from invoices i left join (select credits_id, -sum(total)::bigint as total from invoices
                where kind = 'credit_note' group by 1) n on n.credits_id = i.id
            where i.kind = 'invoice' and i.credited <> coalesce(n.total, 0)
            """, "Of {0} of {1}, {2} is noted as taken back, and its credit notes sum to {3}: they differ by {4}."),
        new("""
            select paper_label(i) as subject, customer_label(i.customer_id) as customer, i.total - i.prepaid as said,
                coalesce(e.amount, 0) as found, i.currency as unit
            from invoices i left join ledger_transactions t on t.idempotency_key = format('invoice/%s/payment', i.id)
            left join ledger_entries e on e.transaction_id = t.id
                and e.account_id in (select id from ledger_accounts where kind = 'receivable')
            where i.state = 'paid' and coalesce(e.amount, 0) not between i.total - i.credited - i.prepaid and i.total - i.prepaid
            """, "Of {0} of {1}, which is paid, {2} was to be paid, and the ledger has {3}: they differ by {4}."),
        new("""
            select format('%ss of %s', replace(kind, '_', ' '), year) as subject, null as customer, max(number)::bigint as said,
                count(*) as found, null as unit
            from invoices where number is not null group by kind, year having count(*) <> max(number)
            """, "The numbers of {0} have gaps: they go up to {2}, and there are {3}."),
        new("""
            select paper_label(i) as subject, customer_label(i.customer_id) as customer, i.prepaid as said,
                coalesce(u.cost, 0) as found, i.currency as unit
            from invoices i left join (select invoice_id, sum(cost)::bigint as cost from usage_charges group by 1) u
                on u.invoice_id = i.id
            where i.kind = 'invoice' and i.prepaid <> coalesce(u.cost, 0)
            """, "Of {0} of {1}, {2} is noted as paid by use, and its charges sum to {3}: they differ by {4}."),
        new("""
            select format('%s %s', u.amount, u.measure) as subject, customer_label(u.customer_id) as customer, u.cost as said,
                -coalesce(e.amount, 0) as found, u.currency as unit
            from usage_charges u left join ledger_entries e on e.transaction_id = u.transaction_id
                and e.account_id in (select id from ledger_accounts where kind = 'wallet' and customer_id = u.customer_id)
            where u.cost <> -coalesce(e.amount, 0)
            """, "The use of {0} by {1} cost {2}, and the ledger has {3}: they differ by {4}."),
    ];
}

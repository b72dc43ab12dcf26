using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Each payment, and what became of its money, agrees with the ledger. What gateways and banks hold in all is in
/// <see cref="HoldingProofs"/>.
/// </summary>
internal static class PaymentProofs
{
    public static readonly BookProof[] All =
    [
        // Money that staff placed for a payment came to its wallet as unallocated money does.
        new("""
            select 'Payment ' || p.reference as subject, customer_label(p.customer_id) as customer, p.received as said,
                coalesce(b.amount, 0) as found, p.currency as unit
            from payments p left join ledger_booked('payment', array['wallet']) b on b.name = p.reference
            where p.received <> coalesce(b.amount, 0) and not exists (select from unallocated_money u
                where u.payment_id = p.id and u.state = 'allocated' and u.customer_id = p.customer_id
                    and u.amount = p.received - coalesce(b.amount, 0))
            """, "{0} of {1} says that {2} came, and the ledger has {3} of it in the wallet: they differ by {4}."),
        new("""
            select 'Payment ' || reference as subject, customer_label(customer_id) as customer, amount as said,
                received as found, currency as unit
            from payments where state = 'settled' and received < amount
            """, "{0} of {1} over {2} is settled, and only {3} came: {4} is missing."),
        new("""
            select 'Payment ' || p.reference as subject, customer_label(p.customer_id) as customer, p.refunded as said,
                coalesce(r.amount, 0) as found, p.currency as unit
            from payments p left join (select payment_id, sum(amount)::bigint as amount from refunds
                where target = 'method' and state <> 'failed' group by 1) r on r.payment_id = p.id
            where p.refunded <> coalesce(r.amount, 0)
            """, "{0} of {1} says that {2} of it was refunded, and its refunds sum to {3}: they differ by {4}."),
        new("""
            select format('Refund %s of payment %s', r.reference, p.reference) as subject,
                customer_label(p.customer_id) as customer, said, coalesce(b.amount, 0) as found, p.currency as unit
            from refunds r join payments p on p.id = r.payment_id
            left join ledger_booked('refund', array['payments_clearing', 'bank']) b on b.name = r.reference,
            lateral (select case when r.target = 'method' and r.state <> 'failed' then r.amount else 0 end as said) sent
            where said <> coalesce(b.amount, 0)
            """, "{0} of {1} says that {2} left us, and the ledger has {3}: they differ by {4}."),
        new("""
            select 'Payment ' || p.reference as subject, customer_label(p.customer_id) as customer, p.fee as said,
                -coalesce(b.amount, 0) as found, p.currency as unit
            from payments p left join ledger_booked('fee', array['fees']) b on b.name = p.reference
            where p.fee <> -coalesce(b.amount, 0)
            """, "{0} of {1} cost a fee of {2}, and the ledger has {3}: they differ by {4}."),
        new("""
            select format('%s of payment %s', d.gateway_dispute_id, p.reference) as subject,
                customer_label(p.customer_id) as customer, said, -coalesce(b.amount, 0) as found, d.currency as unit
            from disputes d join payments p on p.id = d.payment_id
            left join ledger_booked('dispute', array['disputes_held']) b on b.name = d.id::text,
            lateral (select case d.state when 'opened' then d.amount else 0 end as said) held
            where said <> -coalesce(b.amount, 0)
            """, "For dispute {0} of {1} the gateway holds {2} back, and by the ledger {3}: they differ by {4}."),
        new("""
            select format('%s (%s)', u.receipt_key, g.name) as subject, customer_label(u.customer_id) as customer, said,
                found, u.currency as unit
            from unallocated_money u join gateways g on g.id = u.gateway_id,
            lateral (select case u.state when 'open' then u.amount else 0 end as said) waits,
            lateral (select coalesce(sum(e.amount), 0)::bigint as found
                from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
                join ledger_accounts a on a.id = e.account_id and a.kind = 'unallocated'
                where t.idempotency_key in (format('unallocated/%s/%s', u.gateway_id, u.receipt_key),
                    format('allocation/%s', u.id))) booked
            where said <> found
            """, "Of the receipt {0}, {2} waits to be placed, and by the ledger {3}: they differ by {4}."),
        new("""
            select format('Payment %s of %s', p.reference, customer_label(p.customer_id)) as subject,
                coalesce(case p.purpose_kind when 'order' then 'order ' else 'invoice ' end || bought.id, p.purpose_key)
                    as customer,
                p.received as said, 0::bigint as found, p.currency as unit
            from payments p,
            lateral (select substring(p.purpose_key from '^([0-9]+)/')::bigint as id) bought
            left join orders o on o.id = bought.id
            left join invoices i on i.id = bought.id
            where p.state = 'settled' and p.holds_purpose and case p.purpose_kind
                when 'order' then (o.customer_id, o.currency) is distinct from (p.customer_id, p.currency)
                when 'renewal' then (i.customer_id, i.currency) is distinct from (p.customer_id, p.currency)
                else false end
            """, "{0} settled {2} for {1}, which there is not, or is somebody else's or in another currency."),
        new("""
            select format('order %s of %s', o.id, customer_label(o.customer_id)) as subject, paper_label(i) as customer,
                i.total as said, 0::bigint as found, i.currency as unit
            from orders o join invoices i on i.id = o.invoice_id where o.state = 'paid' and i.state <> 'paid'
            """, "The {0} is done, and its {1} over {2} is not paid."),
    ];
}

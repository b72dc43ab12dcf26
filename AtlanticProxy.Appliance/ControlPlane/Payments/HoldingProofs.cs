using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>What gateways and banks hold for us is what came, less what went back, was paid out or kept.</summary>
internal static class HoldingProofs
{
    public static readonly BookProof[] All =
    [
        // A transfer whose place was known at once has a receipt, which was never unallocated.
        new("""
            with moved as (
                select g.kind, p.currency, p.received - p.fee - coalesce(placed.amount, 0) as amount
                from payments p join gateways g on g.id = p.gateway_id
                left join ledger_booked('payment', array['wallet']) b on b.name = p.reference
                left join lateral (select u.amount from unallocated_money u where u.payment_id = p.id and u.state = 'allocated'
                    and u.customer_id = p.customer_id and u.amount = p.received - coalesce(b.amount, 0) limit 1) placed on true
                union all
                select g.kind, p.currency, -r.amount from refunds r join payments p on p.id = r.payment_id
                    join gateways g on g.id = p.gateway_id
                where r.target = 'method' and r.state <> 'failed'
                union all
                select g.kind, u.currency, u.amount from unallocated_money u join gateways g on g.id = u.gateway_id
                where u.state <> 'returned' and (g.kind <> 'bank' or u.payment_id is null)
                union all
                select 'any', currency, -amount from disputes where state in ('opened', 'lost')
                union all
                select a.kind, a.currency, -e.amount
                from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
                join ledger_accounts a on a.id = e.account_id and a.kind in ('payments_clearing', 'bank')
                where t.kind = 'payout' or starts_with(t.idempotency_key, 'invoice/')
            )
            select case is_bank when true then 'The bank holds' else 'The gateways hold' end as subject, null as customer,
                coalesce(m.amount, 0)::bigint as said, coalesce(a.amount, 0) as found, currency as unit
            from (select kind = 'bank' as is_bank, currency, sum(amount) as amount from moved group by 1, 2) m
            full join (select kind = 'bank' as is_bank, currency, -balance as amount from ledger_accounts
                where kind in ('payments_clearing', 'bank')) a using (is_bank, currency)
            where coalesce(m.amount, 0) <> coalesce(a.amount, 0)
            """, "{0} {2} by payments, refunds, fees, disputes and payouts, and {3} by the ledger: they differ by {4}."),
        new("""
            select format('Transaction %s (%s)', t.id, t.idempotency_key) as subject, null as customer, 0::bigint as said,
                -e.amount as found, a.currency as unit
            from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
            join ledger_accounts a on a.id = e.account_id and a.kind in ('payments_clearing', 'bank'),
            lateral (select split_part(t.idempotency_key, '/', 1) as about, split_part(t.idempotency_key, '/', 2) as name) key
            where not case about
                when 'payment' then exists (select from payments where reference = name)
                when 'fee' then exists (select from payments where reference = name)
                when 'refund' then exists (select from refunds where reference = name)
                when 'dispute' then exists (select from disputes where id::text = name)
                when 'unallocated' then exists (select from unallocated_money
                    where t.idempotency_key = format('unallocated/%s/%s', gateway_id, receipt_key))
                when 'allocation' then exists (select from unallocated_money where id::text = name)
                when 'invoice' then exists (select from invoices where id::text = name)
                else t.kind = 'payout' end
            """, "{0} moves {3} of what gateways and banks hold, and is of no payment, refund, fee, dispute or payout."),
    ];
}

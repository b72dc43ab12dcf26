using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>Who has paid has what was bought, and nobody else has it; deposits are there to be given back.</summary>
internal static class PurchaseProofs
{
    public static readonly BookProof[] All =
    [
        new("""
            select '' as subject, customer_label(customer_id) as customer, coalesce(d.amount, 0)::bigint as said,
                coalesce(a.balance, 0)::bigint as found, currency as unit
            from (select customer_id, currency, sum(amount) as amount from deposits where returned_at is null group by 1, 2) d
            full join (select customer_id, currency, balance from ledger_accounts where kind = 'deposit') a
                using (customer_id, currency)
            where coalesce(d.amount, 0) <> coalesce(a.balance, 0)
            """, "{1} has open deposits of {2}, and {3} by the ledger: they differ by {4}."),
        new("""
            select 'Order ' || o.id as subject, customer_label(o.customer_id) as customer, o.deposit as said,
                coalesce(d.amount, 0) as found, o.currency as unit
            from orders o left join deposits d on d.order_id = o.id
            where coalesce(d.amount, 0) <> case o.state when 'paid' then o.deposit else 0 end
            """, "{0} of {1} asks for a deposit of {2}, and {3} was taken: they differ by {4}."),
        new("""
            select b.what || o.id as subject, customer_label(o.customer_id) as customer, b.amount as said,
                coalesce(g.amount, 0) as found, b.measure as unit
            from orders o join plan_versions v on v.id = o.plan_version_id
            cross join lateral (values
                ('Order ', case o.kind when 'package' then 'lifetime' when 'top_up' then 'top_up' end, o.amount,
                    case v.kind when 'hourly' then 'minutes' else 'bytes' end),
                ('The coupon of order ', 'coupon', nullif(o.coupon_bytes, 0), 'bytes')) b (what, origin, amount, measure)
            left join grants_given() g on g.origin = b.origin and g.origin_id = o.id and g.customer_id = o.customer_id
                and g.measure = b.measure
            where o.state = 'paid' and b.origin is not null and b.amount <> coalesce(g.amount, 0)
            """, "{0} of {1} is paid and buys {2}, and its grants have {3}: they differ by {4}."),
        new("""
            select 'Order ' || o.id as subject, customer_label(o.customer_id) as customer, o.total as said, 0::bigint as found,
                o.currency as unit
            from orders o where o.state = 'paid' and case o.kind
                when 'subscription' then not exists (select from subscription_periods p join subscriptions s
                    on s.id = p.subscription_id where p.invoice_id = o.invoice_id and s.customer_id = o.customer_id)
                when 'trial' then not exists (select from subscription_periods p join subscriptions s
                    on s.id = p.subscription_id where p.invoice_id is null and s.customer_id = o.customer_id)
                else false end
            """, "{0} of {1} is paid with {2}, and no period of a subscription began by it."),
        new("""
            select format('The period of subscription %s from %s', p.subscription_id, to_char(p.period_start at time zone 'UTC',
                    'YYYY-MM-DD')) as subject, customer_label(s.customer_id) as customer, said, coalesce(g.amount, 0) as found,
                'bytes' as unit
            from subscription_periods p join subscriptions s on s.id = p.subscription_id
            join plan_versions v on v.id = p.plan_version_id
            cross join lateral (
                select case when p.invoice_id is null then v.trial_bytes else v.included_bytes end as said) included
            left join grants_given() g on g.origin_id = p.subscription_id and g.valid_from = p.period_start
                and g.origin = case when p.invoice_id is null then 'trial' else 'period' end
            where said <> coalesce(g.amount, 0)
            """, "{0} of {1} includes {2}, and its grants have {3}: they differ by {4}."),
        new("""
            select 'Grant ' || g.id as subject, customer_label(g.customer_id) as customer, 0::bigint as said, g.amount as found,
                g.measure as unit
            from grants g where case
                when g.origin in ('lifetime', 'top_up') then not exists (select from orders o where o.id = g.origin_id
                    and o.customer_id = g.customer_id and o.state = 'paid'
                    and o.kind = case g.origin when 'lifetime' then 'package' else 'top_up' end)
                when g.origin = 'coupon' then not exists (select from orders o where o.id = g.origin_id
                    and o.customer_id = g.customer_id and o.state = 'paid' and o.coupon_bytes > 0)
                when g.origin in ('trial', 'carry_over') or g.origin = 'period' and g.origin_id is not null
                    then not exists (select from subscriptions s where s.id = g.origin_id and s.customer_id = g.customer_id)
                else false end
            """, "{0} of {1} gives {3}, and no paid order or subscription of theirs has bought it."),
    ];
}

using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.ControlPlane.Grants;

/// <summary>
/// Nothing is used beyond what is there, but for the slack that docs/reference.md tells. What flows at a plan's floor speed
/// counts on the grant that was used last, and is no more than that.
/// </summary>
internal static class UseProofs
{
    public static readonly BookProof[] All =
    [
        // Of a grant that is over for longer than a day, the audits before have told.
        new("""
            select 'Grant ' || g.id as subject, customer_label(g.customer_id) as customer, g.amount as said, g.used as found,
                g.measure as unit
            from grants g join customers c on c.id = g.customer_id
            join quota_accounts a on a.customer_id = c.id and a.proxy_user_id is null
            where g.used > g.amount + case g.measure when 'bytes' then quota_slack() else 0 end
                and (g.valid_until is null or g.valid_until > now() - interval '1 day')
                and (c.billed or g.valid_from >= a.anchor_at)
                and not exists (select from plan_versions v where v.floor_bytes_per_second is not null
                    and (v.id = c.plan_version_id or v.id in (select p.plan_version_id from subscription_periods p
                        join subscriptions s on s.id = p.subscription_id where s.customer_id = c.id)))
            """, "{0} of {1} has {2}, and {3} of it is used: {4} too much."),
        new("""
            select '' as subject, customer_label(w.customer_id) as customer, -slack as said, w.balance as found,
                w.currency as unit
            from ledger_accounts w,
            lateral (select coalesce(max(case v.kind when 'hourly' then ceil(unit_price / 60.0)
                    else ceil(unit_price * quota_slack() / 1000000000.0) end), 0)::bigint as slack
                from plan_versions v, lateral (select case v.kind when 'subscription' then v.overage_price else v.price end
                    as unit_price) sold where v.currency = w.currency) late
            where w.kind = 'wallet' and w.balance < -slack
            """, "{1} has {3} in the wallet, which use can bring to {2} at most: {4} too little."),
    ];
}

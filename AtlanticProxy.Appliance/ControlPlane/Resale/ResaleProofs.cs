using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.ControlPlane.Resale;

/// <summary>
/// What was granted is used, left, or reserved for somebody: of each grant, and of all that it was divided into.
/// </summary>
internal static class ResaleProofs
{
    public static readonly BookProof[] All =
    [
        new("""
            select 'Grant ' || g.id as subject, customer_label(g.customer_id) as customer, g.reserved as said,
                coalesce(of_it.amount, 0) as found, g.measure as unit
            from grants g left join (select parent_id, sum(amount + reserved)::bigint as amount from grants
                where parent_id is not null group by 1) of_it on of_it.parent_id = g.id
            where g.reserved <> coalesce(of_it.amount, 0)
            """, "{0} of {1} has reserved {2}, and what was made of it has {3}: they differ by {4}."),
        new("""
            select 'Grant ' || g.id as subject, customer_label(g.customer_id) as customer, 0::bigint as said, g.amount as found,
                g.measure as unit
            from grants g join customers c on c.id = g.customer_id join grants of_it on of_it.id = g.parent_id
            where of_it.customer_id is distinct from case g.origin when 'resale' then c.seller_id else c.id end
            """, "{0} of {1} has {3} of somebody's grant who is not their seller."),
        new("""
            select 'Grant ' || g.id as subject, customer_label(g.customer_id) as customer, 0::bigint as said, g.amount as found,
                g.measure as unit
            from grants g join grants of_it on of_it.id = g.parent_id
            where of_it.valid_until < coalesce(g.valid_until, 'infinity') and g.valid_until is distinct from g.valid_from
            """, "{0} of {1} gives {3} for longer than the grant that it is of."),
    ];
}

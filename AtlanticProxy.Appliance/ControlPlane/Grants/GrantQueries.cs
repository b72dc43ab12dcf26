using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using LinqToDB;

namespace AtlanticProxy.ControlPlane.Grants;

/// <summary>Reads grants, by the database's clock, as leases go by it.</summary>
public sealed class GrantQueries(AtlanticDb db)
{
    /// <summary>A customer's grants and its proxy users' shares in the order in which they are used, those that are over last.
    /// None out of scope.</summary>
    public async Task<IReadOnlyList<GrantSummary>> ListAsync(Scope scope, long customerId, CancellationToken cancellation)
    {
        if (scope.CustomerId is { } only && only != customerId)
            return [];
        return await db.QueryAsync<GrantSummary>($"""
            select * from (
                select g.id, u.name as proxy_user, g.measure = 'minutes' as in_minutes, g.amount, g.used, g.origin, g.valid_from,
                    g.valid_until, g.valid_from <= clock_timestamp()
                        and (g.valid_until is null or g.valid_until > clock_timestamp()) as is_good, g.memo, g.reserved,
                    g.priority
                from grants g left join proxy_users u on u.id = g.proxy_user_id where g.customer_id = {customerId}) grants
            order by is_good desc, proxy_user nulls first, priority, valid_until nulls last, id
            """, cancellation);
    }

    /// <summary>
    /// What the customer's next connection would use; null when there is no such customer, or it is not in scope.
    /// </summary>
    public async Task<WhatNext?> WhatNextAsync(Scope scope, long customerId, CancellationToken cancellation)
    {
        if (scope.CustomerId is { } only && only != customerId)
            return null;
        var answers = await db.QueryAsync<WhatNext>($"""
            select n.standing, n.source, n.measure = 'minutes' as in_minutes, n.granted, n.by_wallet, n.price, n.currency,
                n.good_until, n.period_end
            from customers c, what_next(c.id) n where c.id = {customerId} and c.deleted_at is null
            """, cancellation);
        return answers.SingleOrDefault();
    }
}

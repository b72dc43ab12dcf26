using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// By when somebody needs a second factor: staff where an owner has said so, a customer's people where one of their owners has.
/// </summary>
public sealed class SecondFactorRule(AtlanticDb db)
{
    /// <summary>A week: whoever is on leave at a weekend still finds it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    /// <summary>
    /// Until when somebody who has none may go on without; null: as long as they like. The grace begins with the rule, or with
    /// the account where that is younger.
    /// </summary>
    public Task<DateTimeOffset?> DueAsync(long userId, CancellationToken cancellation) => db.ScalarAsync<DateTimeOffset?>($"""
        select greatest(rule.since, u.created_at) + {Grace}::interval
        from users u cross join site s left join customers c on c.id = u.customer_id, lateral (
            select case when u.customer_id is null then s.staff_second_factor_since else c.second_factor_since end) rule (since)
        where u.id = {userId} and rule.since is not null
        """, cancellation);
}

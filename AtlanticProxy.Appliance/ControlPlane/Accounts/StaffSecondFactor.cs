using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Whether staff need a second factor. Who has none has <see cref="Grace"/> to get one, and then gets to nothing else.
/// </summary>
public sealed class StaffSecondFactor(AtlanticDb db, TimeProvider time)
{
    /// <summary>A week: whoever is on leave at a weekend still finds it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    public Task<bool> IsRequiredAsync(CancellationToken cancellation) =>
        db.Site.AnyAsync(site => site.StaffSecondFactorSince != null, cancellation);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<bool> RequireAsync(bool required, CancellationToken cancellation)
    {
        DateTimeOffset? since = required ? time.GetUtcNow() : null;
        return await db.Site.Where(site => (site.StaffSecondFactorSince != null) != required)
            .Set(site => site.StaffSecondFactorSince, since)
            .Set(site => site.ChangedAt, time.GetUtcNow())
            .UpdateAsync(cancellation) == 1;
    }

    /// <summary>
    /// Until when one of the staff, who has no second factor, may go on without; null: as long as they like. The grace begins
    /// with the rule, or with the account where that is younger.
    /// </summary>
    public Task<DateTimeOffset?> DueAsync(long userId, CancellationToken cancellation) => db.ScalarAsync<DateTimeOffset?>($"""
        select greatest(s.staff_second_factor_since, u.created_at) + {Grace}::interval from users u cross join site s
        where u.id = {userId} and u.role <> 'Customer' and s.staff_second_factor_since is not null
        """, cancellation);
}

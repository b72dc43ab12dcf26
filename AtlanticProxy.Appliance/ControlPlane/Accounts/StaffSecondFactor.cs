using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Whether staff need a second factor, as <see cref="SecondFactorRule"/> says.</summary>
public sealed class StaffSecondFactor(AtlanticDb db, TimeProvider time)
{
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
}

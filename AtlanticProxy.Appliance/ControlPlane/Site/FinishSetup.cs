using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>Closes the setup page for good. The appliance must have an owner: nobody else could go on.</summary>
public sealed class FinishSetup(AtlanticDb db, TimeProvider time)
{
    internal static readonly Error IsFinished = new(
        ErrorKind.Conflict, "setup.finished", "Setup is finished. Sign in to change anything else.");

    private static readonly Error NoOwner = new(ErrorKind.Conflict, "setup.no_owner",
        "Make the owner's account first: atlanticproxy admin create you@example.com --role owner");

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(CancellationToken cancellation)
    {
        if (!await db.Users.AnyAsync(user => user.Role == Roles.Owner, cancellation))
            return NoOwner;
        return await db.Site.Where(site => site.SetupFinishedAt == null)
            .Set(site => site.SetupFinishedAt, time.GetUtcNow())
            .Set(site => site.SetupTokenHash, (byte[]?)null)
            .Set(site => site.SetupTokenExpiresAt, (DateTimeOffset?)null)
            .Set(site => site.SetupTokenUsedAt, (DateTimeOffset?)null)
            .UpdateAsync(cancellation) == 1;
    }
}

using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Somebody must be able to do everything: the last owner is neither removed nor given another role.</summary>
internal static class OwnerGuard
{
    private static readonly Error LastOwner = new(
        ErrorKind.Conflict, "account.last_owner",
        "This is the only owner: add another one first, on the page Staff and roles (or: admin create EMAIL --role owner).");

    /// <summary>
    /// One of the staff, within the caller's transaction; refused when there would be no owner without it. Owners are locked: of
    /// two that leave at once, the second is refused.
    /// </summary>
    /// <param name="newRole">What it becomes; null when it goes.</param>
    public static async Task<Result<AppUser>> LeavingAsync(
        this AtlanticDb db, long userId, string? newRole, CancellationToken cancellation)
    {
        var owners = await db.Users.Where(row => row.Role == Roles.Owner).OrderBy(row => row.Id).LockedForUpdate()
            .Select(row => row.Id).ToListAsync(cancellation);
        var user = await db.Users.SingleOrDefaultAsync(row => row.Id == userId && row.CustomerId == null, cancellation);
        if (user is null)
            return AccountQueries.NoSuchAccount;
        return newRole != Roles.Owner && owners is [var only] && only == userId ? LastOwner : user;
    }
}

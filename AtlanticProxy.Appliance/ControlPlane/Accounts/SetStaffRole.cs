using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using LinqToDB;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Gives one of the staff another role. Its sessions end, since they carry the old one, and invitations that it sent are
/// withdrawn unless it is an owner still.
/// </summary>
public sealed class SetStaffRole(AtlanticDb db, UserManager<AppUser> users, StaffRoleBook roles)
{
    /// <param name="Role">A role of staff, in any case.</param>
    public sealed record Request(long UserId, string Role);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var role = await roles.FindAsync(request.Role, cancellation);
        if (!role.IsSuccess)
            return Result.Failure<bool>(role.Errors);
        var leaving = await db.LeavingAsync(request.UserId, role.Value, cancellation);
        if (!leaving.IsSuccess)
            return Result.Failure<bool>(leaving.Errors);
        var user = leaving.Value;
        if (user.Role == role.Value)
            return false;
        if (role.Value != Roles.Owner)
            await db.Invitations.Where(row => row.InvitedBy == user.Id).DeleteAsync(cancellation);
        user.Role = role.Value;
        var outcome = await users.UpdateSecurityStampAsync(user);
        if (outcome.Succeeded)
            await transaction.CommitAsync(cancellation);
        return outcome.Succeeded ? true : Result.Failure<bool>(AccountCreation.Errors(outcome));
    }
}

using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Gives one of the staff another role. Its sessions end, since they carry the old one.</summary>
public sealed class SetStaffRole(AtlanticDb db, UserManager<AppUser> users)
{
    /// <param name="Role">One of <see cref="Roles.Staff"/>.</param>
    public sealed record Request(long UserId, string Role);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if (!Roles.Staff.Contains(request.Role))
            return CreateStaffUser.NoSuchRole;
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var leaving = await db.LeavingAsync(request.UserId, request.Role, cancellation);
        if (!leaving.IsSuccess)
            return Result.Failure<bool>(leaving.Errors);
        var user = leaving.Value;
        if (user.Role == request.Role)
            return false;
        user.Role = request.Role;
        var outcome = await users.UpdateSecurityStampAsync(user);
        if (outcome.Succeeded)
            await transaction.CommitAsync(cancellation);
        return outcome.Succeeded ? true : Result.Failure<bool>(AccountCreation.Errors(outcome));
    }
}

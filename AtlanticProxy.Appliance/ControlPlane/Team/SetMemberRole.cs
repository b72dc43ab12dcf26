using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Team;

/// <summary>
/// Gives one of a customer's people another role. Their sessions end, since they carry the old one, and invitations that the new
/// role could not send are withdrawn.
/// </summary>
public sealed class SetMemberRole(AtlanticDb db, UserManager<AppUser> users)
{
    public sealed record Request(TeamActor By, long UserId, MemberRole Role);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var changing = await db.ChangingAsync(request.By, request.UserId, request.Role, cancellation);
        if (!changing.IsSuccess)
            return Result.Failure<bool>(changing.Errors);
        var member = changing.Value;
        if (member.MemberRole == request.Role)
            return false;
        bool mayInvite = request.Role is MemberRole.Owner or MemberRole.Admin;
        await db.Invitations.Where(row => row.InvitedBy == member.Id && (!mayInvite || row.MemberRole == MemberRole.Owner))
            .DeleteAsync(cancellation);
        member.MemberRole = request.Role;
        var outcome = await users.UpdateSecurityStampAsync(member);
        if (outcome.Succeeded)
            await transaction.CommitAsync(cancellation);
        return outcome.Succeeded ? true : Result.Failure<bool>(AccountCreation.Errors(outcome));
    }
}

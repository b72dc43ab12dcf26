using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Team;

/// <summary>Takes an invitation to a customer's team back: its link opens nothing any more.</summary>
public sealed class WithdrawInvitation(AtlanticDb db)
{
    private static readonly Error NoSuchInvitation = new(ErrorKind.NotFound, "team.invitation_not_found",
        "There is no such invitation: it was accepted, or has expired.");

    public sealed record Request(TeamActor By, long InvitationId);

    /// <summary>The value is the address that it went to.</summary>
    public async Task<Result<string>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        long customerId = request.By.CustomerId;
        var one = db.Invitations.Where(row => row.Id == request.InvitationId && row.CustomerId == customerId);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await one.LockedForUpdate().SingleOrDefaultAsync(cancellation) is not { } invitation)
            return NoSuchInvitation;
        var allowed = await db.GivingAsync(request.By, invitation.MemberRole, cancellation);
        if (!allowed.IsSuccess)
            return Result.Failure<string>(allowed.Errors);
        await one.DeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return invitation.Email;
    }
}

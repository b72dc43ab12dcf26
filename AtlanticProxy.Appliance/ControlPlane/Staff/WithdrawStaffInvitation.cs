using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Staff;

/// <summary>Takes an invitation to the staff back: its link opens nothing any more.</summary>
public sealed class WithdrawStaffInvitation(AtlanticDb db)
{
    public sealed record Request(long InvitationId);

    /// <summary>The value is the address that it went to.</summary>
    public async Task<Result<string>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var one = db.Invitations.Where(row => row.Id == request.InvitationId && row.CustomerId == null);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await one.Select(row => row.Email).SingleOrDefaultAsync(cancellation) is not { } email
            || await one.DeleteAsync(cancellation) == 0)
            return InviteStaff.NoSuchInvitation;
        await transaction.CommitAsync(cancellation);
        return email;
    }
}

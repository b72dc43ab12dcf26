using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Removes one of the staff. Its sessions end.</summary>
public sealed class RemoveStaffUser(AtlanticDb db)
{
    public sealed record Request(long UserId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var leaving = await db.LeavingAsync(request.UserId, newRole: null, cancellation);
        if (!leaving.IsSuccess)
            return Result.Failure(leaving.Errors);
        await db.Users.Where(row => row.Id == request.UserId).DeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;

namespace AtlanticProxy.ControlPlane.Team;

/// <summary>
/// Removes one of a customer's people. Their sessions end, and invitations that they sent are withdrawn. If the account's mails
/// went to them, these go to who removed them.
/// </summary>
public sealed class RemoveMember(AtlanticDb db)
{
    public sealed record Request(TeamActor By, long UserId);

    /// <summary>The value is the address of who is gone.</summary>
    public async Task<Result<string>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var leaving = await db.ChangingAsync(request.By, request.UserId, newRole: null, cancellation);
        if (!leaving.IsSuccess)
            return Result.Failure<string>(leaving.Errors);
        await db.Users.Where(row => row.Id == request.UserId).DeleteAsync(cancellation);
        // Of who leaves by themselves, an owner who stays.
        await db.ExecuteSqlAsync($"""
            update customers set email = heir.email
            from (select u.email from users u where u.customer_id = {request.By.CustomerId}
                order by u.id <> {request.By.UserId}, u.member_role <> 'owner', u.id limit 1) heir
            where customers.id = {request.By.CustomerId} and customers.email = {leaving.Value.Email}
                and not exists (select from customers other where other.email = heir.email)
            """, cancellation);
        await transaction.CommitAsync(cancellation);
        return leaving.Value.Email;
    }
}

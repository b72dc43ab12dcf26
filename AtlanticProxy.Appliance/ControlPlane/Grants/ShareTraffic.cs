using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Grants;

/// <summary>
/// Reserves traffic of a customer for one of its proxy users: from then on that one uses its share and nothing else, and nobody
/// else uses the share. What it has not used goes back when the share is taken back, or the proxy user deleted.
/// </summary>
public sealed class ShareTraffic(AtlanticDb db)
{
    internal static readonly Error HasAShare = new(ErrorKind.Conflict, "share.exists",
        "This proxy user has a share of its own: take that back first. It has a share or a limit a period.");

    internal static readonly Error Capped = new(ErrorKind.Conflict, "share.capped",
        "This proxy user has a limit a period: take that away first. It has one or the other.");

    internal static readonly Error NotEnough = new(ErrorKind.Conflict, "share.not_enough",
        "There is not so much left that nobody is using or has reserved.", nameof(Request.Bytes));

    /// <param name="Bytes">More is added to what it has; 0 takes all that is unused back.</param>
    public sealed record Request(Scope Scope, long ProxyUserId, long Bytes);

    /// <summary>The value is how many bytes moved.</summary>
    public async Task<Result<long>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if (request.Bytes < 0)
            return new Error(ErrorKind.Invalid, "share.amount_invalid", "Reserve some bytes, or 0 to take the share back.",
                nameof(Request.Bytes));
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var user = await db.ProxyUsers.VisibleTo(request.Scope).Where(u => u.Id == request.ProxyUserId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (user is null)
            return ProxyUserQueries.NoSuchProxyUser;
        long moved;
        if (request.Bytes == 0)
        {
            moved = await db.ScalarAsync<long>($"select share_return({user.Id}, clock_timestamp())", cancellation);
            await db.ExecuteSqlAsync($"delete from quota_accounts where proxy_user_id = {user.Id} and source = 'grants'",
                cancellation);
        }
        else
        {
            if (user.LimitBytes is not null)
                return Capped;
            moved = await db.ScalarAsync<long>($"select share_reserve({user.Id}, {request.Bytes}, clock_timestamp())",
                cancellation);
            if (moved < request.Bytes)
                return NotEnough;
        }
        await transaction.CommitAsync(cancellation);
        return moved;
    }
}

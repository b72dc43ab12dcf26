using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Grants;

/// <summary>
/// Gives a proxy user more of its customer's traffic, or takes some back. One whose share is empty stays without traffic, unlike
/// one whose share was taken back by <see cref="ShareTraffic"/>.
/// </summary>
public sealed class ResizeShare(AtlanticDb db, ShareTraffic share)
{
    /// <param name="Bytes">To give; negative: to take. With <paramref name="IsTotal"/> what is to be left afterwards.</param>
    public sealed record Request(Scope Scope, long ProxyUserId, long Bytes, bool IsTotal = false);

    private static readonly Error NoShare = new(ErrorKind.Conflict, "share.none",
        "This proxy user has no share. Give it more than 0 bytes.", nameof(Request.Bytes));

    public Task<Result> ExecuteAsync(Request request, CancellationToken cancellation) => request switch
    {
        { IsTotal: false, Bytes: 0 } => Task.FromResult(Result.Success),
        { IsTotal: false, Bytes: > 0 } => GiveAsync(request, cancellation),
        _ => AnewAsync(request, cancellation),
    };

    private async Task<Result> GiveAsync(Request request, CancellationToken cancellation) =>
        await share.ExecuteAsync(new(request.Scope, request.ProxyUserId, request.Bytes), cancellation);

    /// <summary>All goes back, and what is to be left is reserved again: parts of shares are cut in one place alone.</summary>
    private async Task<Result> AnewAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var user = await db.ProxyUsers.VisibleTo(request.Scope).Where(u => u.Id == request.ProxyUserId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (user is null)
            return ProxyUserQueries.NoSuchProxyUser;
        if (user.LimitBytes is not null)
            return ShareTraffic.Capped;
        bool isThere = await db.ScalarAsync<bool>($"""
            select exists (select from quota_accounts where proxy_user_id = {user.Id} and source = 'grants')
            """, cancellation);
        if (request is { IsTotal: true, Bytes: 0 } && !isThere)
            return NoShare;
        long returned = await db.ScalarAsync<long>($"select share_return({user.Id}, clock_timestamp())", cancellation);
        long rest = request.IsTotal ? request.Bytes : returned + request.Bytes;
        if (rest < 0)
            return new Error(ErrorKind.Conflict, "share.too_little",
                "This proxy user does not have so much that is unused.", nameof(Request.Bytes));
        if (rest > 0
            && await db.ScalarAsync<long>($"select share_reserve({user.Id}, {rest}, clock_timestamp())", cancellation) < rest)
            return ShareTraffic.NotEnough;
        await db.ExecuteSqlAsync(
            $"select quota_refilled(id) from quota_accounts where proxy_user_id = {user.Id}", cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}

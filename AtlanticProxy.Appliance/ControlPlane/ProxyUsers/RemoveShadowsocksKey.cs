using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Takes a Shadowsocks key away: within a second its open connections are cut and new ones find no answer.</summary>
public sealed class RemoveShadowsocksKey(AtlanticDb db)
{
    public sealed record Request(Scope Scope, long ProxyUserId, long KeyId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var owner = db.ProxyUsers.VisibleTo(request.Scope).Where(u => u.Id == request.ProxyUserId);
        int removed = await db.ShadowsocksKeys.Where(k => k.Id == request.KeyId && owner.Any(u => u.Id == k.ProxyUserId))
            .DeleteAsync(cancellation);
        return removed == 1 ? Result.Success : ShadowsocksKeyQueries.NoSuchKey;
    }
}

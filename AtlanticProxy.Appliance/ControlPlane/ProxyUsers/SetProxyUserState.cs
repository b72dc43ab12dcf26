using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>
/// Enables or disables a proxy user. Within a second its connections are refused and open tunnels cut, or admitted again.
/// </summary>
public sealed class SetProxyUserState(AtlanticDb db)
{
    public sealed record Request(Scope Scope, long ProxyUserId, bool Enabled);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        int changed = await db.ProxyUsers.VisibleTo(request.Scope).Where(u => u.Id == request.ProxyUserId)
            .Set(u => u.Enabled, request.Enabled).UpdateAsync(cancellation);
        return changed == 1 ? Result.Success : ProxyUserQueries.NoSuchProxyUser;
    }
}

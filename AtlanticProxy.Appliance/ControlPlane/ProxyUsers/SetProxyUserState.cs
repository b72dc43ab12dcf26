using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>
/// Enables or disables a proxy user. Within a second its connections are refused and open tunnels cut, or admitted again.
/// </summary>
public sealed class SetProxyUserState(AtlanticDb db)
{
    public sealed record Request(Scope Scope, long ProxyUserId, bool Enabled);

    /// <summary>The value is whether that changed anything.</summary>
    public Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation) =>
        db.ProxyUsers.VisibleTo(request.Scope).Where(u => u.Id == request.ProxyUserId)
            .SetStateAsync(u => u.Enabled, request.Enabled, ProxyUserQueries.NoSuchProxyUser, cancellation);
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyLists;

/// <summary>Reads links of lists.</summary>
public sealed class ListTokenQueries(AtlanticDb db)
{
    /// <summary>A proxy user's link; null when it has none.</summary>
    public async Task<Result<ListTokenSummary?>> FindAsync(Scope scope, long proxyUserId, CancellationToken cancellation)
    {
        var users = db.ProxyUsers.VisibleTo(scope).Where(user => user.Id == proxyUserId);
        if (!await users.AnyAsync(cancellation))
            return ProxyUserQueries.NoSuchProxyUser;
        return await db.ListTokens.Where(token => token.ProxyUserId == proxyUserId)
            .Select(token => new ListTokenSummary(token.Prefix, token.CreatedAt, token.LastUsedAt))
            .SingleOrDefaultAsync(cancellation);
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>One Shadowsocks key, without its password.</summary>
public sealed record ShadowsocksKeySummary(long Id, string Method, string Targeting, DateTimeOffset CreatedAt);

/// <summary>Reads Shadowsocks keys.</summary>
public sealed class ShadowsocksKeyQueries(AtlanticDb db)
{
    internal static readonly Error NoSuchKey = new(ErrorKind.NotFound, "shadowsocks.key_not_found",
        "The proxy user has no such Shadowsocks key.");

    /// <summary>A proxy user's keys, oldest first: at most <see cref="AddShadowsocksKey.MaxKeys"/>.</summary>
    public async Task<IReadOnlyList<ShadowsocksKeySummary>> ListAsync(
        Scope scope, long proxyUserId, CancellationToken cancellation)
    {
        var owner = db.ProxyUsers.VisibleTo(scope).Where(u => u.Id == proxyUserId);
        return await db.ShadowsocksKeys.Where(k => owner.Any(u => u.Id == k.ProxyUserId)).OrderBy(k => k.Id)
            .Select(k => new ShadowsocksKeySummary(k.Id, k.Method, k.Targeting, k.CreatedAt)).ToListAsync(cancellation);
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Shows a Shadowsocks key with its password to who may see it.</summary>
public sealed class RevealShadowsocksKey(AtlanticDb db, SecretBox box)
{
    public sealed record Request(Scope Scope, long ProxyUserId, long KeyId);

    public async Task<Result<ShadowsocksCredentials>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var owners = db.ProxyUsers.VisibleTo(request.Scope).Where(u => u.Id == request.ProxyUserId);
        var found = await db.ShadowsocksKeys.Where(k => k.Id == request.KeyId)
            .Join(owners, k => k.ProxyUserId, u => u.Id, (key, user) => new { Key = key, user.Name })
                .SingleOrDefaultAsync(cancellation);
        return found is null
            ? ShadowsocksKeyQueries.NoSuchKey
            : new ShadowsocksCredentials(found.Key.Id, found.Name, found.Key.Method,
                box.Open(found.Key.PasswordSealed, SecretPlace.ShadowsocksPassword(found.Key.Id)), found.Key.Targeting);
    }

    /// <summary>All of a proxy user, oldest first: at most <see cref="AddShadowsocksKey.MaxKeys"/>.</summary>
    public async Task<IReadOnlyList<ShadowsocksCredentials>> ListAsync(
        Scope scope, long proxyUserId, CancellationToken cancellation)
    {
        var owners = db.ProxyUsers.VisibleTo(scope).Where(user => user.Id == proxyUserId);
        var found = await db.ShadowsocksKeys.Join(owners, key => key.ProxyUserId, user => user.Id,
            (key, user) => new { Key = key, user.Name }).OrderBy(row => row.Key.Id).ToListAsync(cancellation);
        return found.ConvertAll(row => new ShadowsocksCredentials(row.Key.Id, row.Name, row.Key.Method,
            box.Open(row.Key.PasswordSealed, SecretPlace.ShadowsocksPassword(row.Key.Id)), row.Key.Targeting));
    }
}

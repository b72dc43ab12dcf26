using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>What is left of deleted proxy users: rows without secrets, that usage refers to.</summary>
internal static class ProxyUserWiping
{
    /// <summary>Wipes these, within the caller's transaction; their names are free. Answers how many.</summary>
    public static async Task<int> WipeAsync(
        this AtlanticDb db, IQueryable<ProxyUser> users, DateTimeOffset now, CancellationToken cancellation)
    {
        byte[] nothing = [];
        long[] ids = await users.Select(user => user.Id).ToArrayAsync(cancellation);
        int wiped = await db.ProxyUsers.Where(user => ids.Contains(user.Id))
            .Set(u => u.DeletedAt, now)
            .Set(u => u.Enabled, false)
            .Set(u => u.SecretKind, SecretKind.Generated)
            .Set(u => u.SecretHash, nothing)
            .Set(u => u.SecretSalt, (byte[]?)null)
            .Set(u => u.SecretIterations, (int?)null)
            .Set(u => u.SecretSealed, nothing)
            .UpdateAsync(cancellation);
        await db.ShadowsocksKeys.Where(key => ids.Contains(key.ProxyUserId)).DeleteAsync(cancellation);
        await db.ListTokens.Where(token => ids.Contains(token.ProxyUserId)).DeleteAsync(cancellation);
        await db.DestinationRules.Where(rule => rule.ProxyUserId != null && ids.Contains(rule.ProxyUserId.Value))
            .DeleteAsync(cancellation);
        return wiped;
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Deletes a proxy user: its secret is wiped and its name free, its usage stays with the customer.</summary>
public sealed class DeleteProxyUser(AtlanticDb db, TimeProvider time)
{
    public sealed record Request(Scope Scope, long ProxyUserId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        byte[] nothing = [];
        var now = time.GetUtcNow();
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        int changed = await db.ProxyUsers.VisibleTo(request.Scope).Where(u => u.Id == request.ProxyUserId)
            .Set(u => u.DeletedAt, now)
            .Set(u => u.Enabled, false)
            .Set(u => u.SecretKind, SecretKind.Generated)
            .Set(u => u.SecretHash, nothing)
            .Set(u => u.SecretSalt, (byte[]?)null)
            .Set(u => u.SecretIterations, (int?)null)
            .Set(u => u.SecretSealed, nothing)
            .UpdateAsync(cancellation);
        if (changed != 1)
            return ProxyUserQueries.NoSuchProxyUser;
        await db.ShadowsocksKeys.Where(k => k.ProxyUserId == request.ProxyUserId).DeleteAsync(cancellation);
        await db.DestinationRules.Where(r => r.ProxyUserId == request.ProxyUserId).DeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Deletes a proxy user: its secret is wiped and its name free, its usage stays with the customer.</summary>
public sealed class DeleteProxyUser(AtlanticDbContext db, TimeProvider time)
{
    public sealed record Request(Scope Scope, long ProxyUserId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        byte[] nothing = [];
        var now = time.GetUtcNow();
        await using var whole = await db.Database.BeginTransactionAsync(cancellation);
        int changed = await db.ProxyUsers.VisibleTo(request.Scope).Where(u => u.Id == request.ProxyUserId).ExecuteUpdateAsync(
            set => set
                .SetProperty(u => u.DeletedAt, now)
                .SetProperty(u => u.Enabled, false)
                .SetProperty(u => u.SecretKind, SecretKind.Generated)
                .SetProperty(u => u.SecretHash, nothing)
                .SetProperty(u => u.SecretSalt, (byte[]?)null)
                .SetProperty(u => u.SecretIterations, (int?)null)
                .SetProperty(u => u.SecretSealed, nothing),
            cancellation);
        if (changed != 1)
            return ProxyUserQueries.NoSuchProxyUser;
        await db.ShadowsocksKeys.Where(k => k.ProxyUserId == request.ProxyUserId).ExecuteDeleteAsync(cancellation);
        await db.DestinationRules.Where(r => r.ProxyUserId == request.ProxyUserId).ExecuteDeleteAsync(cancellation);
        await whole.CommitAsync(cancellation);
        return Result.Success;
    }
}

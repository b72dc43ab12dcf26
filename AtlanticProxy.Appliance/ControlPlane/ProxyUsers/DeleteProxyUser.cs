using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Deletes a proxy user: its secret is wiped and its name free, its usage stays with the customer.</summary>
public sealed class DeleteProxyUser(AtlanticDb db, TimeProvider time)
{
    public sealed record Request(Scope Scope, long ProxyUserId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var user = db.ProxyUsers.VisibleTo(request.Scope).Where(u => u.Id == request.ProxyUserId);
        if (await db.WipeAsync(user, time.GetUtcNow(), cancellation) != 1)
            return ProxyUserQueries.NoSuchProxyUser;
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}

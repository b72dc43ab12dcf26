using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Gives a proxy user a new generated secret; the old one stops working within a second.</summary>
public sealed class RotateProxyUserSecret(AtlanticDb db, SecretBox box)
{
    public sealed record Request(Scope Scope, long ProxyUserId);

    public async Task<Result<ProxyUserCredentials>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var user = await db.ProxyUsers.VisibleTo(request.Scope).Where(row => row.Id == request.ProxyUserId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (user is null)
            return ProxyUserQueries.NoSuchProxyUser;

        string secret = SecretGenerator.Next();
        ProxyUserSecret.Generated(secret, user.Id, box).WriteTo(user);
        await db.UpdateAsync(user, token: cancellation);
        await transaction.CommitAsync(cancellation);
        return new ProxyUserCredentials(user.Id, user.Name, secret);
    }
}

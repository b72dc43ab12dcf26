using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Shows a proxy user's secret to who may see it.</summary>
public sealed class RevealProxyUserSecret(AtlanticDb db, SecretBox box)
{
    public sealed record Request(Scope Scope, long ProxyUserId);

    public async Task<Result<ProxyUserCredentials>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var user = await db.ProxyUsers.VisibleTo(request.Scope)
            .SingleOrDefaultAsync(u => u.Id == request.ProxyUserId, cancellation);
        return user is null
            ? ProxyUserQueries.NoSuchProxyUser
            : new ProxyUserCredentials(user.Id, user.Name, box.Open(user.SecretSealed, SecretPlace.ProxyUserSecret(user.Id)));
    }
}

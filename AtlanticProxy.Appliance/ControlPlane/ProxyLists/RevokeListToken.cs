using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyLists;

/// <summary>Ends a proxy user's link at once. What was fetched by it works on: for that, the password is changed.</summary>
public sealed class RevokeListToken(AtlanticDb db)
{
    private static readonly Error NoLink = new(ErrorKind.NotFound, "list_token.not_found", "The proxy user has no list link.");

    public sealed record Request(Scope Scope, long ProxyUserId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var users = db.ProxyUsers.VisibleTo(request.Scope).Where(user => user.Id == request.ProxyUserId);
        int revoked = await db.ListTokens.Where(token => users.Any(user => user.Id == token.ProxyUserId))
            .DeleteAsync(cancellation);
        return revoked > 0 ? Result.Success
            : await users.AnyAsync(cancellation) ? NoLink : ProxyUserQueries.NoSuchProxyUser;
    }
}

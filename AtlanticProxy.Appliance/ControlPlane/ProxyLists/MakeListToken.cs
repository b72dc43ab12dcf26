using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyLists;

/// <summary>
/// Gives a proxy user a link that lists are fetched by; one that it has already is replaced, and is refused from then on. Who has
/// the link has the proxy password: pages ask for what they ask before they show that.
/// </summary>
public sealed class MakeListToken(AtlanticDb db, TimeProvider time)
{
    public sealed record Request(Scope Scope, long ProxyUserId);

    public async Task<Result<CreatedListToken>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Locked: a proxy user has one, whoever else makes one now.
        var user = await db.ProxyUsers.VisibleTo(request.Scope).Where(row => row.Id == request.ProxyUserId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (user is null)
            return ProxyUserQueries.NoSuchProxyUser;
        var now = time.GetUtcNow();
        string token = TokenText.Next(TokenText.ListMark);
        string prefix = TokenText.PrefixOf(token);
        byte[] hash = TokenText.HashOf(token);
        int renewed = await db.ListTokens.Where(row => row.ProxyUserId == user.Id)
            .Set(row => row.Prefix, prefix).Set(row => row.TokenHash, hash)
            .Set(row => row.CreatedAt, now).Set(row => row.LastUsedAt, (DateTimeOffset?)null).UpdateAsync(cancellation);
        if (renewed == 0)
            await db.InsertWithInt64IdentityAsync(
                new ListToken { ProxyUserId = user.Id, Prefix = prefix, TokenHash = hash, CreatedAt = now },
                token: cancellation);
        await transaction.CommitAsync(cancellation);
        return new CreatedListToken(user.Id, token, now);
    }
}

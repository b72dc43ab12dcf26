using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Engine.Snapshot;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Lets a proxy user in by Shadowsocks, with a generated password and fixed targeting.</summary>
public sealed class AddShadowsocksKey(AtlanticDb db, SecretBox box, TimeProvider time)
{
    /// <summary>Keys of one proxy user: every one of them is tried for a client that is not known.</summary>
    public const int MaxKeys = 16;

    /// <param name="Method">The name in client configurations, such as <c>chacha20-ietf-poly1305</c>.</param>
    /// <param name="Targeting">In the AtlanticProxy grammar, such as <c>country-de-session-a1</c>; empty for nothing.</param>
    public sealed record Request(Scope Scope, long ProxyUserId, string Method, string Targeting = "");

    public async Task<Result<ShadowsocksCredentials>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var validation = new Validation();
        validation.Require(ShadowsocksMethods.Find(request.Method) is not null, nameof(Request.Method),
            "shadowsocks.method_unknown",
            $"The methods are {string.Join(", ", Enum.GetValues<ShadowsocksMethod>().Select(method => method.Name()))}.");
        string? bad = Engine.Snapshot.ShadowsocksKey.FindBadToken(request.Targeting);
        validation.Require(bad is null, nameof(Request.Targeting), "shadowsocks.targeting_unknown",
            $"The targeting has a token that is not known or malformed: {bad}");
        if (validation.Failed)
            return Result.Failure<ShadowsocksCredentials>(validation.Errors);

        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Locked: keys are counted and added by one request at a time.
        var user = await db.ProxyUsers.VisibleTo(request.Scope).Where(row => row.Id == request.ProxyUserId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (user is null)
            return ProxyUserQueries.NoSuchProxyUser;
        if (await db.ShadowsocksKeys.CountAsync(k => k.ProxyUserId == user.Id, cancellation) >= MaxKeys)
            return new Error(ErrorKind.Conflict, "shadowsocks.too_many_keys",
                $"A proxy user has at most {MaxKeys} Shadowsocks keys: remove one first.");

        long id = await db.NextIdAsync("shadowsocks_keys", cancellation);
        string password = SecretGenerator.Next();
        await db.InsertAsync(new ShadowsocksKey
        {
            Id = id, ProxyUserId = user.Id, Method = request.Method, Targeting = request.Targeting,
            PasswordSealed = box.Seal(password, SecretPlace.ShadowsocksPassword(id)), CreatedAt = time.GetUtcNow(),
        }, token: cancellation);
        await transaction.CommitAsync(cancellation);
        return new ShadowsocksCredentials(id, user.Name, request.Method, password, request.Targeting);
    }
}

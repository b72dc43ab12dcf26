using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;

namespace AtlanticProxy.ControlPlane.ApiTokens;

/// <summary>Ends a token at once, and for good.</summary>
public sealed class RevokeToken(AtlanticDb db, TimeProvider time)
{
    private static readonly Error NoSuchToken = new(ErrorKind.NotFound, "token.not_found", "There is no such token.");

    public sealed record Request(TokenActor By, long TokenId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        int revoked = await request.By.SeenOf(db.ApiTokens)
            .Where(token => token.Id == request.TokenId && token.RevokedAt == null)
            .Set(token => token.RevokedAt, time.GetUtcNow()).UpdateAsync(cancellation);
        return revoked > 0 ? Result.Success : NoSuchToken;
    }
}

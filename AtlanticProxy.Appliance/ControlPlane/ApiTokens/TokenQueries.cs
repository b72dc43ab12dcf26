using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Networks;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ApiTokens;

/// <summary>Reads tokens.</summary>
public sealed class TokenQueries(AtlanticDb db)
{
    /// <summary>Those that are not revoked, the newest first; expired ones too.</summary>
    public async Task<IReadOnlyList<TokenSummary>> ListAsync(TokenActor by, CancellationToken cancellation)
    {
        var rows = await by.SeenOf(db.ApiTokens).Where(token => token.RevokedAt == null).OrderByDescending(token => token.Id)
            .Select(token => new
            {
                Token = token,
                Owner = db.Users.Where(user => user.Id == token.UserId).Select(user => user.Email).SingleOrDefault(),
            }).ToListAsync(cancellation);
        return rows.ConvertAll(row => new TokenSummary(
            row.Token.Id, row.Token.Kind, row.Owner, row.Token.Name, row.Token.Prefix, TokenScopes.Parse(row.Token.Scopes),
            [.. row.Token.AllowedNetworks.Select(NetworkText.Of)], row.Token.CreatedAt, row.Token.ExpiresAt,
            row.Token.LastUsedAt));
    }
}

using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Networks;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ApiTokens;

/// <summary>Reads tokens.</summary>
public sealed class TokenQueries(AtlanticDb db)
{
    /// <summary>Whether a customer's plan is one without the API: its tokens are refused until it has another one.</summary>
    public Task<bool> IsRefusedByPlanAsync(long customerId, CancellationToken cancellation) => db.ScalarAsync<bool>($"""
        select exists (select from customers c join plan_versions v on v.id = c.plan_version_id
            where c.id = {customerId} and not v.api)
        """, cancellation);

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

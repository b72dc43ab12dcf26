using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.ProxyLists;

/// <summary>Whose a good link is, as they are now.</summary>
/// <param name="Standing">Whether the proxy user is served.</param>
/// <param name="IsCapped">It has a limit a period of its own, of its customer's traffic.</param>
/// <param name="UserSince">When the proxy user was made: with its id, it is one of its kind among all appliances.</param>
public sealed record ListHolder(
    long TokenId, long ProxyUserId, string ProxyUserName, long CustomerId, Standing Standing, bool IsCapped,
    DateTimeOffset UserSince);

/// <summary>Lets tools in by the token of a link.</summary>
public sealed class ListEntrance(AtlanticDb db, TimeProvider time)
{
    /// <summary>How exactly it is known when a link was last used: not each request writes.</summary>
    private static readonly TimeSpan UseGrain = TimeSpan.FromMinutes(1);

    /// <summary>Null: there is no such link.</summary>
    public async Task<ListHolder?> EnterAsync(string token, CancellationToken cancellation)
    {
        if (!TokenText.IsWellFormed(token, TokenText.ListMark))
            return null;
        var rows = await db.QueryAsync<Row>($"""
            select t.id, t.token_hash, t.last_used_at, u.id as proxy_user_id, u.name, u.customer_id, u.created_at,
                proxy_user_standing(u.id) as standing, u.limit_bytes is not null as is_capped
            from list_tokens t join proxy_users u on u.id = t.proxy_user_id join customers c on c.id = u.customer_id
            where t.prefix = {TokenText.PrefixOf(token)} and u.deleted_at is null and c.deleted_at is null
            """, cancellation);
        if (rows is not [var row] || !CryptographicOperations.FixedTimeEquals(row.TokenHash, TokenText.HashOf(token)))
            return null;
        var now = time.GetUtcNow();
        if (row.LastUsedAt is null || row.LastUsedAt <= now - UseGrain)
            await db.ExecuteSqlAsync($"""
                update list_tokens set last_used_at = {now}
                where id = {row.Id} and (last_used_at is null or last_used_at <= {now - UseGrain})
                """, cancellation);
        return new ListHolder(row.Id, row.ProxyUserId, row.Name, row.CustomerId, row.Standing, row.IsCapped,
            row.CreatedAt);
    }

    private sealed record Row(
        long Id, byte[] TokenHash, DateTimeOffset? LastUsedAt, long ProxyUserId, string Name, long CustomerId,
        DateTimeOffset CreatedAt, Standing Standing, bool IsCapped);
}

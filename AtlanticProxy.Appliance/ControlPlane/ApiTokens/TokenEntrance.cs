using System.Net;
using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.ApiTokens;

/// <summary>Why a token is not let in.</summary>
public enum TokenRefusal
{
    /// <summary>It has not the form of one, or its check is wrong: a typo.</summary>
    Malformed,

    Unknown,
    Revoked,
    Expired,

    /// <summary>It may not be used from this address.</summary>
    AddressForbidden,

    /// <summary>Its customer is suspended, or who sells to it is.</summary>
    Suspended,

    /// <summary>Its owner needs a second factor, has none, and the grace is over.</summary>
    SecondFactorDue,

    /// <summary>Its customer's plan is one without the API.</summary>
    PlanWithoutApi,
}

/// <summary>Whose a good token is, as they are now.</summary>
/// <param name="UserId">Null: a service token.</param>
/// <param name="Name">Email of its owner; what the token is called where it is no person's.</param>
/// <param name="Role">One of <see cref="Roles"/>, or a role that an owner has made.</param>
/// <param name="Rights">Of such a role, as it spells them; null for shipped ones.</param>
public sealed record TokenHolder(
    long TokenId, TokenKind Kind, string TokenName, IReadOnlyList<TokenScope> Scopes, DateTimeOffset? ExpiresAt, long? UserId,
    string Name, string Role, MemberRole? MemberRole, IReadOnlyList<string>? Rights, long? CustomerId, long? SellerId,
    bool MayResell);

/// <summary>Lets programs in by their token: with what its owner may at this moment.</summary>
public sealed class TokenEntrance(AtlanticDb db, TimeProvider time)
{
    /// <summary>How exactly it is known when a token was last used: not each request writes.</summary>
    private static readonly TimeSpan UseGrain = TimeSpan.FromMinutes(1);

    /// <summary>Who it is, or why not: one of both is null.</summary>
    /// <param name="from">Of the client; null when it cannot be told: then only tokens for any address are let in.</param>
    public async Task<(TokenHolder? Holder, TokenRefusal? Refusal)> EnterAsync(
        string token, IPAddress? from, CancellationToken cancellation)
    {
        if (!TokenText.IsWellFormed(token))
            return (null, TokenRefusal.Malformed);
        var now = time.GetUtcNow();
        if (await FindAsync(TokenText.PrefixOf(token), cancellation) is not { } row
            || !CryptographicOperations.FixedTimeEquals(row.TokenHash, TokenText.HashOf(token)))
            return (null, TokenRefusal.Unknown);
        if (RefusalOf(row, from, now) is { } refusal)
            return (null, refusal);
        if (row.LastUsedAt is null || row.LastUsedAt <= now - UseGrain)
            await db.ExecuteSqlAsync($"""
                update api_tokens set last_used_at = {now}
                where id = {row.Id} and (last_used_at is null or last_used_at <= {now - UseGrain})
                """, cancellation);
        return (new TokenHolder(
            row.Id, row.Kind, row.Name, TokenScopes.Parse(row.Scopes), row.ExpiresAt, row.UserId, row.Email ?? row.Name,
            row.Role ?? Roles.Customer, row.Kind == TokenKind.Service ? MemberRole.Admin : row.MemberRole, row.Rights,
            row.CustomerId, row.SellerId, row.MayResell), null);
    }

    private static TokenRefusal? RefusalOf(Row row, IPAddress? from, DateTimeOffset now) =>
        row.RevokedAt is not null ? TokenRefusal.Revoked
        : row.ExpiresAt <= now ? TokenRefusal.Expired
        : row.AllowedNetworks.Length > 0 && !(from is not null && row.AllowedNetworks.Any(network => network.Contains(from)))
            ? TokenRefusal.AddressForbidden
        : row.IsSuspended ? TokenRefusal.Suspended
        : row.FactorDueAt <= now ? TokenRefusal.SecondFactorDue
        : row.IsPlanWithoutApi ? TokenRefusal.PlanWithoutApi
        : null;

    /// <summary>One statement: each request of a program asks it.</summary>
    private async Task<Row?> FindAsync(string prefix, CancellationToken cancellation) => (await db.QueryAsync<Row>($"""
        select t.id, t.kind, t.name, t.token_hash, t.scopes, t.allowed_networks, t.expires_at, t.last_used_at, t.revoked_at,
            t.user_id, u.email, u.role, u.member_role, r.rights, c.id as customer_id, c.seller_id,
            coalesce(c.may_resell, false) as may_resell,
            coalesce(c.state = 'suspended' or c.held_by_seller or c.deleted_at is not null, false) or exists (
                select from customers s left join customers above on above.id = s.seller_id
                where s.id = c.seller_id and ('suspended' in (s.state, above.state) or s.held_by_seller or above.held_by_seller)
            ) as is_suspended,
            exists (select from plan_versions v where v.id = c.plan_version_id and not v.api) as is_plan_without_api,
            case when not (u.two_factor_enabled or exists (select from user_passkeys k where k.user_id = u.id))
                then (select greatest(since, u.created_at) + {SecondFactorRule.Grace}::interval where since is not null)
                end as factor_due_at
        from api_tokens t cross join site left join users u on u.id = t.user_id left join customers c on c.id = t.customer_id
            left join roles r on r.name = u.role, lateral (
                select case when t.customer_id is null then site.staff_second_factor_since else c.second_factor_since end
            ) rule (since)
        where t.prefix = {prefix}
        """, cancellation)).SingleOrDefault();

    private sealed record Row(
        long Id, TokenKind Kind, string Name, byte[] TokenHash, string[] Scopes, IPNetwork[] AllowedNetworks,
        DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt, long? UserId, string? Email,
        string? Role, MemberRole? MemberRole, string[]? Rights, long? CustomerId, long? SellerId, bool MayResell,
        bool IsSuspended, bool IsPlanWithoutApi, DateTimeOffset? FactorDueAt);
}

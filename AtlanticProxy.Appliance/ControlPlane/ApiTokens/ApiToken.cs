using System.Net;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.ApiTokens;

/// <summary>Whose a token is.</summary>
public enum TokenKind
{
    /// <summary>One of a customer's people: it may what they may, and ends with them.</summary>
    Personal,

    /// <summary>The customer itself: it may what an admin of its team may, whoever made it.</summary>
    Service,

    /// <summary>One of the staff.</summary>
    Staff,
}

/// <summary>What a program signs in to the web API with.</summary>
[Table("api_tokens")]
internal sealed class ApiToken
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public TokenKind Kind { get; set; }

    /// <summary>Null: a service token.</summary>
    public long? UserId { get; set; }

    /// <summary>Null: of the staff.</summary>
    public long? CustomerId { get; set; }

    public required string Name { get; set; }

    /// <summary>The beginning of the token (<see cref="TokenText.PrefixOf"/>), by which it is found.</summary>
    public required string Prefix { get; set; }

    /// <summary>SHA-256: tokens are random and long.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>As <see cref="TokenScopes"/> spells them.</summary>
    public required string[] Scopes { get; set; }

    /// <summary>Where it may be used from; empty: anywhere.</summary>
    public IPNetwork[] AllowedNetworks { get; set; } = [];

    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>To the minute; null: never.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>Null: it is good.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>A token, as lists show it: never the token itself.</summary>
/// <param name="Owner">Email of the person whose it is; null: a service token.</param>
/// <param name="Prefix">How it begins.</param>
/// <param name="AllowedNetworks">In CIDR form, one address without a prefix; empty: anywhere.</param>
/// <param name="LastUsedAt">To the minute; null: never.</param>
public sealed record TokenSummary(
    long Id, TokenKind Kind, string? Owner, string Name, string Prefix, IReadOnlyList<TokenScope> Scopes,
    IReadOnlyList<string> AllowedNetworks, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);

/// <summary>A new token. It is shown this once.</summary>
public sealed record CreatedToken(long Id, string Name, string Token)
{
    /// <summary>Without the token, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{Name} ({Id})";
}

/// <summary>Who makes, sees and revokes tokens.</summary>
/// <param name="CustomerId">Null: one of the staff.</param>
/// <param name="Leads">Sees and revokes those of the others, and makes service tokens: owners, and admins of a team.</param>
public sealed record TokenActor(long UserId, long? CustomerId, bool Leads)
{
    /// <summary>Those that the actor may see, revoked ones too.</summary>
    internal IQueryable<ApiToken> SeenOf(IQueryable<ApiToken> tokens)
    {
        tokens = CustomerId is { } customer
            ? tokens.Where(token => token.CustomerId == customer)
            : tokens.Where(token => token.CustomerId == null);
        return Leads ? tokens : tokens.Where(token => token.UserId == UserId);
    }
}

using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.ProxyLists;

/// <summary>What a tool fetches the list of one proxy user with, as a part of a link. Gone with the proxy user.</summary>
[Table("list_tokens")]
internal sealed class ListToken
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public long ProxyUserId { get; set; }

    /// <summary>The beginning of the token, by which it is found.</summary>
    public required string Prefix { get; set; }

    /// <summary>SHA-256: tokens are random and long.</summary>
    public required byte[] TokenHash { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>To the minute; null: never.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
}

/// <summary>A proxy user's link, without its token.</summary>
/// <param name="Prefix">How the token begins.</param>
/// <param name="CreatedAt">Made, or renewed.</param>
/// <param name="LastUsedAt">To the minute; null: never.</param>
public sealed record ListTokenSummary(string Prefix, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>A new token. It is shown this once.</summary>
public sealed record CreatedListToken(long ProxyUserId, string Token, DateTimeOffset CreatedAt)
{
    /// <summary>Without the token, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{nameof(CreatedListToken)} {{ {ProxyUserId} }}";
}

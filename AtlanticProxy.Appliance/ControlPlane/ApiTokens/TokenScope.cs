using System.Collections.Frozen;

namespace AtlanticProxy.ControlPlane.ApiTokens;

/// <summary>What a token may be made for. What its owner may not, it never may.</summary>
public enum TokenScope
{
    ProxyUsersRead,
    ProxyUsersWrite,
    UsageRead,
    LocationsRead,
    CustomersRead,
    CustomersWrite,
    CustomersSignIn,
    ActivityRead,
    WebhooksRead,
    WebhooksWrite,
    AuditRead,
    NetworkRead,
    NetworkWrite,
    RulesRead,
    RulesWrite,
    JobsRead,
    JobsWrite,
    PlansRead,
    PlansWrite,
    BillingRead,
    BillingWrite,

    /// <summary>Passwords of proxy users, where a vendor's API answers them.</summary>
    ProxyUsersSecrets,
}

/// <summary>How scopes are written: the resource, and read or write.</summary>
public static class TokenScopes
{
    private static readonly FrozenSet<TokenScope> OfStaff = FrozenSet.Create(
        TokenScope.CustomersRead, TokenScope.CustomersWrite, TokenScope.CustomersSignIn, TokenScope.NetworkRead,
        TokenScope.NetworkWrite,
        TokenScope.RulesRead, TokenScope.RulesWrite, TokenScope.JobsRead, TokenScope.JobsWrite, TokenScope.PlansWrite);

    private static readonly FrozenDictionary<string, TokenScope> ByName =
        Enum.GetValues<TokenScope>().ToFrozenDictionary(NameOf, StringComparer.Ordinal);

    public static string NameOf(TokenScope scope) => scope switch
    {
        TokenScope.ProxyUsersRead => "proxy_users:read",
        TokenScope.ProxyUsersWrite => "proxy_users:write",
        TokenScope.UsageRead => "usage:read",
        TokenScope.LocationsRead => "locations:read",
        TokenScope.CustomersRead => "customers:read",
        TokenScope.CustomersWrite => "customers:write",
        TokenScope.CustomersSignIn => "customers:sign_in",
        TokenScope.ActivityRead => "activity:read",
        TokenScope.WebhooksRead => "webhooks:read",
        TokenScope.WebhooksWrite => "webhooks:write",
        TokenScope.AuditRead => "audit:read",
        TokenScope.NetworkRead => "network:read",
        TokenScope.NetworkWrite => "network:write",
        TokenScope.RulesRead => "rules:read",
        TokenScope.RulesWrite => "rules:write",
        TokenScope.JobsRead => "jobs:read",
        TokenScope.JobsWrite => "jobs:write",
        TokenScope.PlansRead => "plans:read",
        TokenScope.PlansWrite => "plans:write",
        TokenScope.BillingRead => "billing:read",
        TokenScope.BillingWrite => "billing:write",
        TokenScope.ProxyUsersSecrets => "proxy_users:secrets",
    };

    /// <summary>Whether tokens of this kind can have it.</summary>
    public static bool IsFor(TokenScope scope, TokenKind kind) =>
        kind == TokenKind.Staff || !OfStaff.Contains(scope);

    /// <summary>Null: there is no such scope.</summary>
    public static TokenScope? Find(string name) => ByName.TryGetValue(name, out var scope) ? scope : null;

    /// <summary>Those that are known: what another version has stored gives nothing.</summary>
    public static IReadOnlyList<TokenScope> Parse(IEnumerable<string> names) => [.. names.Select(Find).OfType<TokenScope>()];
}

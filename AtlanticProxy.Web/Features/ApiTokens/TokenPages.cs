using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Features.ApiTokens;

/// <summary>Where a person's page of tokens is, and what tokens they can make.</summary>
/// <param name="Path">Of the list.</param>
/// <param name="Kinds">The usual one first.</param>
/// <param name="Scopes">What they may themselves.</param>
internal sealed record TokenPlace(
    string Path, TokenActor Actor, IReadOnlyList<TokenKind> Kinds, IReadOnlyList<TokenScope> Scopes);

/// <param name="Now">By which tokens have expired.</param>
/// <param name="IsRefusedByPlan">The customer's plan is one without the API.</param>
internal sealed record TokensPage(
    TokenPlace Place, IReadOnlyList<TokenSummary> Tokens, DateTimeOffset Now, bool IsRefusedByPlan);

/// <param name="Scopes">As they are written in tokens.</param>
/// <param name="LastDay">The last day (UTC) that it is good; null: no end.</param>
/// <param name="AllowedNetworks">Separated by lines, spaces or commas.</param>
internal sealed record TokenForm(string? Name, TokenKind? Kind, string[]? Scopes, DateOnly? LastDay, string? AllowedNetworks);

internal sealed record TokenFormPage(TokenPlace Place, TokenForm Form);

/// <param name="Host">Scheme and host that the portal was reached by.</param>
internal sealed record CreatedTokenPage(TokenPlace Place, CreatedToken Created, string Host);

internal static class TokenWords
{
    public static Phrase Of(TokenKind kind) => kind switch
    {
        TokenKind.Personal => (Phrase)"Personal",
        TokenKind.Service => "Service",
        TokenKind.Staff => "Staff",
    };

    /// <summary>What a kind is chosen for.</summary>
    public static Phrase Choice(TokenKind kind) => kind switch
    {
        TokenKind.Personal => (Phrase)"Personal: yours, with your rights",
        TokenKind.Service => "Service: of this account, with the rights of an admin",
        TokenKind.Staff => "Staff: yours, with your rights",
    };
}

using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.ProxyLists;
using AtlanticProxy.Web.Features.ProxyLists;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ProxyUserId = AtlanticProxy.Web.Api.PublicId<AtlanticProxy.Web.Api.OfProxyUser>;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>The link of a proxy user's lists.</summary>
internal static class ListTokenApi
{
    private const string Path = "/proxy-users/{id}/list-token";

    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("").WithTags("Proxy users");
        api.MapGet(Path, ShowAsync).Needs(TokenScope.ProxyUsersRead).WithName("getListToken")
            .WithSummary("Show whether a proxy user has a list link").Produces<ListTokenBody>();
        api.MapPost(Path, MakeAsync).Needs(TokenScope.ProxyUsersWrite).WithName("makeListToken")
            .WithSummary("Create or replace a proxy user's list link and return it")
            .Produces<CreatedListTokenBody>(StatusCodes.Status201Created);
        api.MapDelete(Path, RevokeAsync).Needs(TokenScope.ProxyUsersWrite).WithName("revokeListToken")
            .WithSummary("Revoke a proxy user's list link").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ShowAsync(
        ProxyUserId id, ClaimsPrincipal user, ListTokenQueries tokens, CancellationToken cancellation)
    {
        var found = await tokens.FindAsync(user.Scope, id.Value, cancellation);
        return found.IsSuccess ? Results.Ok(ListTokenBody.Of(found.Value)) : ApiProblem.Of(found);
    }

    private static async Task<IResult> MakeAsync(
        ProxyUserId id, ClaimsPrincipal user, MakeListToken make, HttpRequest request, CancellationToken cancellation)
    {
        var made = await make.ExecuteAsync(new(user.Scope, id.Value), cancellation);
        return made.IsSuccess
            ? Results.Created($"{ApiPaths.V1}/proxy-users/{id}/list-token",
                CreatedListTokenBody.Of(made.Value, ListLink.HostOf(request)))
            : ApiProblem.Of(made);
    }

    private static async Task<IResult> RevokeAsync(
        ProxyUserId id, ClaimsPrincipal user, RevokeListToken revoke, CancellationToken cancellation)
    {
        var done = await revoke.ExecuteAsync(new(user.Scope, id.Value), cancellation);
        return done.IsSuccess ? Results.NoContent() : ApiProblem.Of(done);
    }
}

/// <summary>A proxy user's list link, without what lets in.</summary>
/// <param name="Exists">Whether there is one; if not, all else is null.</param>
/// <param name="Prefix">How its token begins.</param>
/// <param name="CreatedAt">When it was created or last replaced.</param>
/// <param name="LastUsedAt">To the minute; null is never.</param>
internal sealed record ListTokenBody(bool Exists, string? Prefix, DateTimeOffset? CreatedAt, DateTimeOffset? LastUsedAt)
    : IExample<ListTokenBody>
{
    public static ListTokenBody Example => new(true, "apl_Kq3vX9mW", ExampleTime.Noon, null);

    public static ListTokenBody Of(ListTokenSummary? token) =>
        new(token is not null, token?.Prefix, token?.CreatedAt, token?.LastUsedAt);
}

/// <summary>A new list link. It has the proxy user's password in its lists, and is answered this once.</summary>
/// <param name="Token">What stands in the links.</param>
/// <param name="Url">Of lines of text; with <c>.json</c> or <c>.csv</c> at the end, of those.</param>
/// <param name="SubscriptionUrl">For Shadowsocks clients (SIP008).</param>
internal sealed record CreatedListTokenBody(string Token, string Url, string SubscriptionUrl, DateTimeOffset CreatedAt)
    : IExample<CreatedListTokenBody>
{
    private const string ExampleToken = "apl_Kq3vX9mWz2Lr7TfYb6Nc4Hd8Vs5Pj1Gw0aBcDe", ExampleHost = "https://proxy.example.com";

    public static CreatedListTokenBody Example => Of(new(12, ExampleToken, ExampleTime.Noon), ExampleHost);

    public static CreatedListTokenBody Of(CreatedListToken made, string host) => new(
        made.Token, ListLink.Of(host, made.Token, ListQuery.Text), ListLink.Of(host, made.Token, ListQuery.Sip008),
        made.CreatedAt);
}

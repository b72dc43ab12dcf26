using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Compat.Oxylabs;

/// <summary>Oxylabs' API of residential proxies (developers.oxylabs.io): version 2, and 1, which has the same paths.</summary>
internal static class OxylabsApi
{
    private const string Subusers = "/users/{userId}/sub-users", Subuser = Subusers + "/{id:long}";

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapDialect(new OxylabsDialect().Root);
        foreach (string version in new[] { "/v2", "/v1" })
            Map(api, version);
    }

    private static void Map(RouteGroupBuilder api, string version)
    {
        api.MapPost($"{version}/login", LogIn).RequireAuthorization(ScopeRights.AnyToken);
        var own = api.MapGroup(version);
        own.AddEndpointFilter(AccountPath.OwnAsync);
        own.MapGet(Subusers, (ClaimsPrincipal user, OxylabsSubusers subusers, CancellationToken cancellation) =>
            subusers.ListAsync(user, cancellation)).Needs(TokenScope.ProxyUsersRead).Needs(TokenScope.UsageRead);
        own.MapPost(Subusers, (CompatBody body, ClaimsPrincipal user, OxylabsSubusers subusers, CreateProxyUser create,
            CancellationToken cancellation) => subusers.CreateAsync(body, user, create, cancellation))
            .Needs(TokenScope.ProxyUsersWrite).Needs(TokenScope.UsageRead);
        own.MapPatch(Subuser, (long id, CompatBody body, ClaimsPrincipal user, OxylabsSubusers subusers,
            CancellationToken cancellation) => subusers.ChangeAsync(id, body, user, cancellation))
            .Needs(TokenScope.ProxyUsersWrite).Needs(TokenScope.UsageRead);
        own.MapDelete(Subuser, CompatProxyUsers.DeleteAsync).Needs(TokenScope.ProxyUsersWrite);
        own.MapGet(Subuser, (long id, HttpRequest request, ClaimsPrincipal user, OxylabsStatistics statistics,
            CancellationToken cancellation) => statistics.TrafficAsync(id, request, user, cancellation))
            .Needs(TokenScope.UsageRead);
        own.MapGet($"{Subuser}/target-stats", (long id, HttpRequest request, ClaimsPrincipal user,
            OxylabsStatistics statistics, CancellationToken cancellation) =>
                statistics.TargetsAsync(id, request, user, cancellation)).Needs(TokenScope.ActivityRead);
        own.MapGet("/users/{userId}/client-stats", (ClaimsPrincipal user, OxylabsStatistics statistics,
            CancellationToken cancellation) => statistics.AccountAsync(user, cancellation)).Needs(TokenScope.UsageRead);
        api.MapLacking([HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete], $"{version}/whitelisted_ips/{{**rest}}",
            "Dedicated proxies are not sold here; addresses without a password are set in the portal.");
    }

    /// <summary>
    /// The key itself is the token: it is good as long as the key is, so a script that logs in again gets the same.
    /// </summary>
    private static IResult LogIn(HttpRequest request, ClaimsPrincipal user) =>
        CompatJson.Answer(new { user_id = AccountPath.UserIdOf(user), token = PresentedKey.Of(request) });
}

using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Compat.Decodo;

/// <summary>Decodo's API of residential proxies (help.decodo.com), and version 1, from when it was Smartproxy.</summary>
internal static class DecodoApi
{
    private const string V2 = "/v2", V1 = "/v1/users/{userId}";

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapDialect(new DecodoDialect().Root);
        MapBoth(api, V2, isFirst: false);
        MapSecond(api);
        MapStatistics(api);

        api.MapPost("/v1/auth", (HttpRequest request, ClaimsPrincipal user) =>
            CompatJson.Answer(new { user_id = AccountPath.UserIdOf(user), token = PresentedKey.Of(request) }))
            .RequireAuthorization(ScopeRights.AnyToken);
        var first = api.MapGroup("");
        first.AddEndpointFilter(AccountPath.OwnAsync);
        MapBoth(first, V1, isFirst: true);
        MapFirst(first);
        MapEndpoints(api, "/v1");
    }

    /// <summary>What both versions have.</summary>
    private static void MapBoth(RouteGroupBuilder api, string root, bool isFirst)
    {
        string subusers = $"{root}/sub-users", one = subusers + "/{id:long}", addresses = $"{root}/whitelisted-ips";
        api.MapGet(subusers, (HttpRequest request, ClaimsPrincipal user, DecodoSubusers own, CancellationToken cancellation) =>
            own.ListAsync(request, user, cancellation)).Needs(TokenScope.ProxyUsersRead).Needs(TokenScope.UsageRead);
        api.MapPost(subusers, (CompatBody body, ClaimsPrincipal user, DecodoSubusers own, CreateProxyUser create,
            CancellationToken cancellation) => own.CreateAsync(body, user, create, cancellation))
            .Needs(TokenScope.ProxyUsersWrite);
        api.MapPut(one, (long id, CompatBody body, ClaimsPrincipal user, DecodoSubusers own, CancellationToken cancellation) =>
            own.ChangeAsync(id, body, user, cancellation)).Needs(TokenScope.ProxyUsersWrite);
        api.MapDelete(one, CompatProxyUsers.DeleteAsync).Needs(TokenScope.ProxyUsersWrite);
        api.MapGet(addresses, (ClaimsPrincipal user, DecodoAccount account, CancellationToken cancellation) =>
            account.AddressesAsync(user, cancellation)).Needs(TokenScope.ProxyUsersRead);
        api.MapPost(addresses, (CompatBody body, ClaimsPrincipal user, DecodoAccount account, CancellationToken cancellation) =>
            account.AddAddressesAsync(body, user, cancellation)).Needs(TokenScope.ProxyUsersWrite);
        api.MapDelete($"{addresses}/{{id:long}}", (long id, ClaimsPrincipal user, DecodoAccount account,
            CancellationToken cancellation) => account.RemoveAddressAsync(id, user, cancellation))
            .Needs(TokenScope.ProxyUsersWrite);
        api.MapGet($"{root}/subscriptions", (ClaimsPrincipal user, DecodoAccount account, CancellationToken cancellation) =>
            account.SubscriptionsAsync(isFirst, user, cancellation)).Needs(TokenScope.BillingRead).Needs(TokenScope.UsageRead);
    }

    private static void MapSecond(RouteGroupBuilder api)
    {
        api.MapGet($"{V2}/sub-users/{{id:long}}", (long id, ClaimsPrincipal user, DecodoSubusers own,
            CancellationToken cancellation) => own.ShowAsync(id, user, cancellation))
            .Needs(TokenScope.ProxyUsersRead).Needs(TokenScope.UsageRead);
        api.MapGet($"{V2}/sub-users/{{id:long}}/traffic", async (long id, HttpRequest request, ClaimsPrincipal user,
            CompatProxyUsers proxyUsers, DecodoSubusers own, CancellationToken cancellation) => await own.TrafficAsync(
                await proxyUsers.FindAsync(user, id, cancellation), request, user, cancellation)).Needs(TokenScope.UsageRead);
        api.MapLacking([HttpMethods.Get], $"{V2}/sub-users/allocated-traffic",
            "Limits are no allocations here: proxy users share the account's traffic.");
        MapEndpoints(api, V2);
        api.MapGet($"{V2}/endpoints-custom/back-connect", (HttpRequest request, ClaimsPrincipal user, DecodoEndpoints endpoints,
            CancellationToken cancellation) => endpoints.BackConnectAsync(request, user, cancellation))
            .Needs(TokenScope.ProxyUsersRead);
    }

    private static void MapFirst(RouteGroupBuilder api)
    {
        api.MapPut($"{V1}/sub-users", (CompatBody body, ClaimsPrincipal user, DecodoSubusers own, ProxyUserQueries queries,
            CancellationToken cancellation) => own.ChangeNamedAsync(body, user, queries, cancellation))
            .Needs(TokenScope.ProxyUsersWrite);
        api.MapGet($"{V1}/sub-users/{{username}}/traffic", async (string username, HttpRequest request, ClaimsPrincipal user,
            ProxyUserQueries queries, DecodoSubusers own, CancellationToken cancellation) => await own.TrafficAsync(
                await queries.FindByNameAsync(user.Scope, username, cancellation), request, user, cancellation))
            .Needs(TokenScope.UsageRead);
    }

    private static void MapEndpoints(RouteGroupBuilder api, string root)
    {
        api.MapGet($"{root}/endpoints", DecodoEndpoints.Kinds).Needs(TokenScope.LocationsRead);
        foreach (string kind in new[] { "random", "sticky" })
            api.MapGet($"{root}/endpoints/{kind}", (HttpRequest request, DecodoEndpoints endpoints) => endpoints.OfKind(request))
                .Needs(TokenScope.LocationsRead);
    }

    private static void MapStatistics(RouteGroupBuilder api)
    {
        api.MapPost("/api/v2/statistics/traffic", (CompatBody body, ClaimsPrincipal user, DecodoStatistics statistics,
            CancellationToken cancellation) => statistics.ShowAsync(body, by: null, user, cancellation))
            .Needs(TokenScope.UsageRead).Needs(TokenScope.ActivityRead);
        api.MapPost("/api/v2/statistics/targets", (CompatBody body, ClaimsPrincipal user, DecodoStatistics statistics,
            CancellationToken cancellation) => statistics.ShowAsync(body, "target", user, cancellation))
            .Needs(TokenScope.UsageRead).Needs(TokenScope.ActivityRead);
    }
}

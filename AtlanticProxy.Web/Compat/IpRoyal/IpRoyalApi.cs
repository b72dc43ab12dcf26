using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Compat.IpRoyal;

/// <summary>IPRoyal's API of residential proxies (docs.iproyal.com).</summary>
internal static class IpRoyalApi
{
    private const string V1 = "/v1", Subusers = V1 + "/residential-subusers", Subuser = Subusers + "/{hash}",
        Whitelist = V1 + "/residential-users/{uhash}/whitelist-entries", Entry = Whitelist + "/{ehash}";

    /// <summary>Proxy users at a time: each is looked up and changed.</summary>
    private const int MaxSessions = 200;

    private static readonly string[] Any =
        [HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete];

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapDialect(new IpRoyalDialect().Root);
        api.MapGet($"{V1}/me", (ClaimsPrincipal user, IpRoyalSubusers subusers, CancellationToken cancellation) =>
            subusers.AccountAsync(user, cancellation)).Needs(TokenScope.ProxyUsersRead).Needs(TokenScope.UsageRead);
        MapSubusers(api);
        MapWhitelist(api);

        api.MapDelete($"{V1}/sessions", DropSessionsAsync).Needs(TokenScope.ProxyUsersWrite);
        api.MapGet($"{V1}/access/entry-nodes", (HttpRequest request, IpRoyalAccess access) => access.EntryNodes(request))
            .Needs(TokenScope.LocationsRead);
        api.MapGet($"{V1}/access/countries", IpRoyalAccess.CountriesAsync).Needs(TokenScope.LocationsRead);
        api.MapPost($"{V1}/access/generate-proxy-list", (CompatBody body, HttpRequest request, ClaimsPrincipal user,
            IpRoyalAccess access, CancellationToken cancellation) => access.GenerateAsync(body, request, user, cancellation))
            .Needs(TokenScope.ProxyUsersRead);

        const string Shop = "Traffic is bought in the portal, or by POST /api/v1/orders.";
        api.MapLacking(Any, $"{V1}/residential-users/{{uhash}}/ips-skipping/{{**rest}}", "Exits cannot be skipped here.");
        api.MapLacking([HttpMethods.Get], $"{V1}/access/regions", "Exits are chosen by country here.");
        api.MapLacking([HttpMethods.Get], $"{V1}/access/country-sets", "Exits are chosen by country here.");
        api.MapLacking(Any, $"{V1}/residential/{{**rest}}", Shop);
        api.MapLacking(Any, $"{V1}/reseller/{{**rest}}", "ISP, datacenter and mobile orders are not sold here.");
    }

    private static void MapSubusers(RouteGroupBuilder api)
    {
        api.MapGet(Subusers, (HttpRequest request, ClaimsPrincipal user, IpRoyalSubusers subusers,
            CancellationToken cancellation) => subusers.ListAsync(request, user, cancellation))
            .Needs(TokenScope.ProxyUsersRead).Needs(TokenScope.UsageRead);
        api.MapPost(Subusers, (CompatBody body, ClaimsPrincipal user, IpRoyalSubusers subusers, CreateProxyUserWithShare create,
            CancellationToken cancellation) => subusers.CreateAsync(body, user, create, cancellation))
            .Needs(TokenScope.ProxyUsersWrite).Needs(TokenScope.UsageRead);
        api.MapGet(Subuser, (string hash, ClaimsPrincipal user, IpRoyalSubusers subusers, CancellationToken cancellation) =>
            subusers.ShowAsync(hash, user, cancellation)).Needs(TokenScope.ProxyUsersRead).Needs(TokenScope.UsageRead);
        api.MapMethods(Subuser, [HttpMethods.Put, HttpMethods.Patch], (string hash, CompatBody body, ClaimsPrincipal user,
            IpRoyalSubusers subusers, CancellationToken cancellation) => subusers.ChangeAsync(hash, body, user, cancellation))
            .Needs(TokenScope.ProxyUsersWrite).Needs(TokenScope.UsageRead);
        api.MapDelete(Subuser, IpRoyalSubusers.DeleteAsync).Needs(TokenScope.ProxyUsersWrite);
        foreach (var (path, sign) in new[] { ("give-traffic", 1), ("take-traffic", -1) })
            api.MapPost($"{Subuser}/{path}", (string hash, CompatBody body, ClaimsPrincipal user, IpRoyalSubusers subusers,
                ResizeShare resize, CancellationToken cancellation) =>
                    subusers.MoveAsync(hash, sign, body, user, resize, cancellation))
                .Needs(TokenScope.ProxyUsersWrite).Needs(TokenScope.UsageRead);
    }

    private static void MapWhitelist(RouteGroupBuilder api)
    {
        api.MapGet(Whitelist, (string uhash, HttpRequest request, ClaimsPrincipal user, IpRoyalWhitelist whitelist,
            CancellationToken cancellation) => whitelist.ListAsync(uhash, request, user, cancellation))
            .Needs(TokenScope.ProxyUsersRead);
        api.MapPost(Whitelist, (string uhash, CompatBody body, HttpRequest request, ClaimsPrincipal user,
            IpRoyalWhitelist whitelist, CancellationToken cancellation) =>
                whitelist.CreateAsync(uhash, body, request, user, cancellation)).Needs(TokenScope.ProxyUsersWrite);
        api.MapGet(Entry, (string uhash, string ehash, HttpRequest request, ClaimsPrincipal user, IpRoyalWhitelist whitelist,
            CancellationToken cancellation) => whitelist.ShowAsync(uhash, ehash, request, user, cancellation))
            .Needs(TokenScope.ProxyUsersRead);
        api.MapPut(Entry, (string uhash, string ehash, CompatBody body, HttpRequest request, ClaimsPrincipal user,
            IpRoyalWhitelist whitelist, CancellationToken cancellation) =>
                whitelist.ChangeAsync(uhash, ehash, body, request, user, cancellation)).Needs(TokenScope.ProxyUsersWrite);
        api.MapDelete(Entry, (string uhash, string ehash, ClaimsPrincipal user, IpRoyalWhitelist whitelist,
            CancellationToken cancellation) => whitelist.DeleteAsync(uhash, ehash, user, cancellation))
            .Needs(TokenScope.ProxyUsersWrite);
    }

    /// <summary>All sticky sessions of these proxy users get another exit.</summary>
    private static async Task<IResult> DropSessionsAsync(
        CompatBody body, ClaimsPrincipal user, CompatProxyUsers proxyUsers, ChangeProxyUserExits change,
        CancellationToken cancellation)
    {
        var hashes = body.Texts("residential_user_hashes");
        if (body.Raw("residential_user_hashes") is null)
            body.Refuse("residential_user_hashes", "The residential_user_hashes field is required.");
        if (hashes is { Count: > MaxSessions })
            body.Refuse("residential_user_hashes", $"At most {MaxSessions} hashes may be given.");
        if (body.Refusal is { } refusal)
            return refusal;
        // All are looked at before any is touched.
        foreach (string hash in hashes!)
            if (await proxyUsers.FindAsync(user, IpRoyalHash.Parse(hash), cancellation) is { IsSuccess: false } missing)
                return ApiProblem.Of(missing);
        foreach (string hash in hashes)
            if (await change.ExecuteAsync(new(user.Scope, IpRoyalHash.Parse(hash)), cancellation)
                is { IsSuccess: false } refused)
                return ApiProblem.Of(refused);
        return Results.NoContent();
    }
}

using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>Webshare's API v2 and v3 (apidocs.webshare.io). Paths are served with and without a slash at the end.</summary>
internal static class WebshareApi
{
    private const string V2 = "/api/v2", V3 = "/api/v3", Subuser = V2 + "/subuser/{id:long}/", Proxy = V2 + "/proxy",
        Address = Proxy + "/ipauthorization/{id:long}/", Plan = V2 + "/subscription/plan";

    private static readonly string[] Get = [HttpMethods.Get], Post = [HttpMethods.Post], Any =
        [HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete];

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapDialect(new WebshareDialect().Root);
        api.MapGet($"{V2}/profile/", ProfileAsync).RequireAuthorization(ScopeRights.AnyToken);

        api.MapGet($"{V2}/subuser/", WebshareSubusers.ListAsync).Needs(TokenScope.ProxyUsersRead).Needs(TokenScope.UsageRead);
        api.MapPost($"{V2}/subuser/", WebshareSubusers.CreateAsync).Needs(TokenScope.ProxyUsersWrite).Needs(TokenScope.UsageRead);
        api.MapGet(Subuser, WebshareSubusers.ShowAsync).Needs(TokenScope.ProxyUsersRead).Needs(TokenScope.UsageRead);
        api.MapPatch(Subuser, WebshareSubusers.ChangeAsync).Needs(TokenScope.ProxyUsersWrite).Needs(TokenScope.UsageRead);
        api.MapDelete(Subuser, CompatProxyUsers.DeleteAsync).Needs(TokenScope.ProxyUsersWrite);
        api.MapPost($"{Subuser}refresh/", WebshareSubusers.RefreshAsync).Needs(TokenScope.ProxyUsersWrite)
            .Needs(TokenScope.UsageRead);

        api.MapGet($"{Proxy}/list/", WebshareProxies.ListAsync).Needs(TokenScope.ProxyUsersRead);
        api.MapPost($"{Proxy}/list/refresh/", WebshareProxies.RefreshAsync).Needs(TokenScope.ProxyUsersWrite);
        // Its token stands in the path, so nobody is asked for another one.
        api.MapGet($"{Proxy}/list/download/{{token}}/{{countries}}/any/{{by}}/{{mode}}/{{search}}/", WebshareDownload.ShowAsync)
            .AllowAnonymous();
        api.MapGet($"{V3}/proxy/config", WebshareConfig.ShowAsync).Needs(TokenScope.ProxyUsersRead);
        api.MapGet($"{V3}/proxy/list/status", WebshareConfig.StatusAsync).Needs(TokenScope.ProxyUsersRead);
        api.MapGet($"{Proxy}/config/", WebshareConfig.ShowWholeAsync).Needs(TokenScope.ProxyUsersRead);
        api.MapPatch($"{Proxy}/config/", WebshareConfig.ChangeAsync).Needs(TokenScope.ProxyUsersWrite);

        api.MapGet($"{V2}/stats/", WebshareStats.ListAsync).Needs(TokenScope.UsageRead);
        api.MapGet($"{V2}/stats/aggregate/", WebshareStats.AggregateAsync).Needs(TokenScope.UsageRead);
        api.MapGet($"{Proxy}/activity/", WebshareActivity.ListAsync).Needs(TokenScope.ActivityRead);

        api.MapGet($"{Proxy}/ipauthorization/", WebshareAddresses.ListAsync).Needs(TokenScope.ProxyUsersRead);
        api.MapPost($"{Proxy}/ipauthorization/", WebshareAddresses.CreateAsync).Needs(TokenScope.ProxyUsersWrite);
        api.MapGet(Address, WebshareAddresses.ShowAsync).Needs(TokenScope.ProxyUsersRead);
        api.MapDelete(Address, WebshareAddresses.DeleteAsync).Needs(TokenScope.ProxyUsersWrite);
        api.MapGet($"{Proxy}/ipauthorization/whatsmyip/", WebshareAddresses.WhatsMyIp).RequireAuthorization(ScopeRights.AnyToken);

        api.MapGet($"{Plan}/", WebsharePlans.ListAsync).Needs(TokenScope.BillingRead);
        api.MapGet($"{Plan}/{{id:long}}/", WebsharePlans.ShowAsync).Needs(TokenScope.BillingRead);
        api.MapPost($"{Plan}/{{id:long}}/cancel/", WebsharePlans.CancelAsync).Needs(TokenScope.BillingWrite);
        MapLacking(api);
    }

    private static void MapLacking(RouteGroupBuilder api)
    {
        const string Exits = "Single proxies are not listed. Each session has its own exit. Refresh the list to replace all.",
            Links = "Create a list link in the portal or by POST /api/v1/proxy-users/{id}/list-token.",
            Shop = "Plans are bought in the portal, or by POST /api/v1/orders.";
        api.MapLacking([HttpMethods.Patch], $"{V2}/profile/", "The profile is changed in the portal.");
        api.MapLacking(Get, $"{V3}/proxy/list/stats", Exits);
        api.MapLacking(Post, $"{Proxy}/config/allocate_unallocated_countries/", Exits);
        api.MapLacking([HttpMethods.Get, HttpMethods.Post], $"{V3}/proxy/replace/{{**rest}}", Exits);
        api.MapLacking(Get, $"{Proxy}/list/replaced/{{**rest}}", Exits);
        api.MapLacking(Get, $"{Proxy}/activity/download/", "Activity is downloaded in the portal.");
        api.MapLacking([HttpMethods.Get, HttpMethods.Post], $"{V2}/download_token/{{**rest}}", Links);
        api.MapLacking([HttpMethods.Patch], $"{Plan}/{{id:long}}/", Shop);
        api.MapLacking(Any, $"{V2}/subscription/{{**rest}}", Shop);
        api.MapLacking(Any, $"{V2}/payment/{{**rest}}", "Payments are in the portal.");
        api.MapLacking(Any, $"{V2}/invoices/{{**rest}}", "Invoices are in the portal, and at GET /api/v1/invoices.");
        api.MapLacking(Any, $"{V2}/apikey/{{**rest}}", "API tokens are made in the portal.");
    }

    private static async Task<IResult> ProfileAsync(
        ClaimsPrincipal user, CustomerQueries customers, CancellationToken cancellation)
    {
        var found = await customers.FindAsync(user.Scope, user.CustomerId, cancellation);
        return found.IsSuccess
            ? CompatJson.Answer(new
            {
                id = found.Value.Id, email = found.Value.Email, first_name = found.Value.Name, last_name = "",
                last_login = (string?)null, timezone = "UTC", tracking_id = (string?)null,
                created_at = ApiTime.Of(found.Value.CreatedAt), updated_at = (string?)null,
            })
            : ApiProblem.Of(found);
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Locations;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Features.Endpoints;
using AtlanticProxy.Web.Features.ProxyLists;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>The list of <see cref="WebshareProxies"/> as text, by the token of a list's link and no other key.</summary>
internal static class WebshareDownload
{
    /// <param name="countries">Codes between hyphens, or one hyphen for any.</param>
    /// <param name="by">How the proxies are signed in to.</param>
    /// <returns>A line <c>address:port:username:password</c> each.</returns>
    public static async Task<IResult> ShowAsync(
        string token, string countries, string by, string mode, string search, HttpContext context, ListGate gate,
        RevealProxyUserSecret reveal, PlanQueries plans, LocationCatalogue locations, PortalOptions portal,
        CancellationToken cancellation)
    {
        context.Response.Headers.CacheControl = "no-store";
        var (holder, status, words) = await gate.AdmitAsync(context, token, cancellation);
        if (holder is null)
            return new ApiProblem(status, new ApiError("compat.list_refused", words));
        if (by != "username")
            return CompatApi.Lacking("Only username is supported: each line has a username and a password.");
        if (mode != "backbone")
            return CompatApi.Lacking("Only backbone mode is supported.");
        if (search != "-")
            return CompatApi.Lacking("Search is not supported. Choose countries.");
        var scope = Scope.Of(holder.CustomerId);
        var served = await WebshareProxies.ServedAsync(
            countries == "-" ? "" : countries.Replace('-', ','), scope, holder.CustomerId, plans, locations, cancellation);
        var secret = await reveal.ExecuteAsync(new(scope, holder.ProxyUserId), cancellation);
        if (!secret.IsSuccess)
            return ApiProblem.Of(secret); // deleted at this moment
        var endpoint = EndpointProtocol.Of(portal, context.Request)[0];
        return Results.Text(string.Concat(Enumerable.Range(0, served is [] ? 0 : WebshareProxies.Listed).Select(index =>
        {
            string country = served is null ? "" : served[index % served.Count];
            string username = WebshareProxies.UsernameOf(holder.ProxyUserName, index + 1, country);
            return $"{endpoint.Host}:{endpoint.Port}:{username}:{secret.Value.Secret}\r\n";
        })));
    }
}

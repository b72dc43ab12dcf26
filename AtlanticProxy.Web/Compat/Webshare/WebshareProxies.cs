using System.Security.Claims;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Locations;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Features.Endpoints;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>One sticky session: the same exit for as long as that is there.</summary>
/// <param name="Password">Null: the token may not see passwords.</param>
/// <param name="ProxyAddress">Host of the endpoint.</param>
/// <param name="Valid">Whether the proxy user is served now.</param>
/// <param name="CountryCode"><c>ZZ</c>: any.</param>
internal sealed record WebshareProxy(
    string Id, string Username, string? Password, string ProxyAddress, int Port, bool Valid, string? LastVerification,
    string CountryCode, string? CityName, string CreatedAt);

/// <summary>Proxy lists, in backbone mode: sticky sessions of a proxy user.</summary>
internal static class WebshareProxies
{
    /// <summary>Sessions that a list has. There is no end of them; this many are as good as any.</summary>
    public const int Listed = 1000;

    /// <summary>
    /// Filters of Webshare's that would not narrow anything: passed over, a script had other exits than it asked for.
    /// </summary>
    private static readonly string[] Unserved =
        ["search", "asn_number", "asn_name", "proxy_address", "proxy_address__in", "created_at"];

    public static async Task<IResult> ListAsync(
        HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, PlanQueries plans, LocationCatalogue locations,
        PortalOptions portal, CancellationToken cancellation)
    {
        string mode = request.Query["mode"].ToString();
        if (mode != "backbone")
            return ApiProblem.Invalid("compat.mode", mode switch
            {
                "" => "This field is required.",
                "direct" => "Only backbone mode is supported.",
                _ => $"\"{mode}\" is not a valid choice.",
            }, "mode");
        if (Unserved.FirstOrDefault(name => request.Query[name].ToString().Length > 0) is { } filter)
            return ApiProblem.Invalid("compat.filter", "This filter is not supported. Use country_code__in.", filter);
        if (WebsharePage.Of(request) is not { } page)
            return WebsharePage.Invalid;
        var actor = await WebshareActor.FindAsync(request, user, proxyUsers, cancellation);
        if (!actor.IsSuccess)
            return WebshareActor.NamedBy(request) is null
                ? CompatJson.Answer(page.List<WebshareProxy>(request, total: 0, []))
                : ApiProblem.Of(actor);

        var countries = await ServedAsync(
            request.Query["country_code__in"].ToString(), user.Scope, user.CustomerId, plans, locations, cancellation);
        int total = countries is [] ? 0 : Listed;
        if (page.IsBehind(total))
            return WebsharePage.Invalid;
        int first = (page.Number - 1) * page.Size, count = Math.Min(page.Size, total - first);
        string? secret = await proxyUsers.SecretAsync(user, actor.Value.Id, cancellation);
        var endpoint = EndpointProtocol.Of(portal, request)[0];
        return CompatJson.Answer(page.List(request, total, Enumerable.Range(first, count).Select(index => BodyOf(
            actor.Value, secret, endpoint, index + 1, countries is null ? "" : countries[index % countries.Count]))));
    }

    /// <summary>Another list is other exits: all sessions get new ones.</summary>
    public static async Task<IResult> RefreshAsync(
        HttpRequest request, ClaimsPrincipal user, CompatProxyUsers proxyUsers, ChangeProxyUserExits change,
        CancellationToken cancellation)
    {
        var actor = await WebshareActor.FindAsync(request, user, proxyUsers, cancellation);
        if (!actor.IsSuccess)
            return ApiProblem.Of(actor);
        var done = await change.ExecuteAsync(new(user.Scope, actor.Value.Id), cancellation);
        return done.IsSuccess ? Results.NoContent() : ApiProblem.Of(done);
    }

    /// <summary>Of the countries that are asked for, those that have exits for this account; null: any will do.</summary>
    public static async Task<IReadOnlyList<string>?> ServedAsync(
        string asked, Scope scope, long customerId, PlanQueries plans, LocationCatalogue locations,
        CancellationToken cancellation)
    {
        string[] codes = asked.ToLowerInvariant()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (codes is [] || codes.Contains("zz"))
            return null;
        var rights = await plans.RightsOfAsync(scope, customerId, cancellation);
        if (!rights.Include(TargetingFields.Country))
            return [];
        var coverage = await locations.CoverageAsync(cancellation, rights.PoolId);
        // A provider that has all countries would take codes that are none's, too.
        return [.. codes.Distinct().Where(country =>
            Gazetteer.FindCountry(country) is not null && coverage.WhoServes(country).Count > 0)];
    }

    /// <param name="country">Lower case; empty for any.</param>
    public static string UsernameOf(string name, int session, string country) =>
        country.Length == 0 ? $"{name}-{session}" : $"{name}-{country}-{session}";

    private static WebshareProxy BodyOf(
        ProxyUserSummary user, string? secret, EndpointProtocol endpoint, int session, string country) => new(
        $"b-{user.Id}-{session}",
        UsernameOf(user.Name, session, country),
        secret, endpoint.Host, endpoint.Port, user.Standing == Standing.Served, LastVerification: null,
        country.Length == 0 ? "ZZ" : country.ToUpperInvariant(), CityName: null, ApiTime.Of(user.CreatedAt));
}

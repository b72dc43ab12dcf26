using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Locations;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Languages;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace AtlanticProxy.Web.Features.Locations;

/// <summary>Where exits can be, as pages; for scripts, the catalogue of places as JSON.</summary>
[Authorize(Policies.Watchers), Route("/locations")]
internal sealed class LocationsController(
    LocationCatalogue locations, PlanQueries plans, UsageReports usage, EndingQueries endings, ProxyUserQueries proxyUsers,
    TimeProvider time) : PortalController
{
    /// <summary>More than anyone scrolls through; a search finds the others.</summary>
    public const int MaxCities = 300;

    private const int MaxNetworks = 50;

    /// <summary>States, cities and networks of one search: who sees so many types another letter.</summary>
    public const int MaxPlaces = 100;

    private const int TrafficDays = 30, QualityHours = 24;

    /// <summary>The page to who reads it in a browser; the catalogue to scripts, which ask for no HTML.</summary>
    /// <param name="country">For scripts: see <see cref="PlaceJson"/>.</param>
    /// <param name="state">For scripts.</param>
    [HttpGet]
    public async Task<IActionResult> List(string? country, string? state, string? search, CancellationToken cancellation)
    {
        Response.Headers.Vary = HeaderNames.Accept;
        if (!Request.GetTypedHeaders().Accept.Any(type => type.MediaType == "text/html"))
            return PlaceJson.Of(Response, country, state, search);
        string typed = new PageRequest(search: search).Search ?? "";
        var rights = await plans.RightsOfAsync(User.Scope, User.CustomerId, cancellation);
        var lines = await LinesAsync(rights, cancellation);
        if (typed.Length == 0)
            return View("Locations", new LocationsPage("", lines, [], null, LackOf(rights), await LinksAsync(cancellation)));

        string key = PlaceName.Normalise(typed);
        var matching = lines.Where(line => line.Country.Code == key
            || (key.Length > 0 && CountryNames.Has(line.Country, key))).ToList();
        var places = (await locations.ListAsync("", typed, cancellation, rights.PoolId))
            .Where(place => place.Kind != LocationKind.Country && place.Providers.Count > 0
                && rights.Include(Fields.Of(place.Kind))).Take(MaxPlaces).ToList();
        return View("Locations", new LocationsPage(typed, matching, places,
            matching.Count + places.Count == 0 ? Gazetteer.NearestName(typed) : null, LackOf(rights),
            await LinksAsync(cancellation)));
    }

    [HttpGet("file")]
    public async Task<IActionResult> Download(CancellationToken cancellation)
    {
        var rights = await plans.RightsOfAsync(User.Scope, User.CustomerId, cancellation);
        return await CsvFile.Of("locations",
            ["country", "name", "region", "states", "cities", "networks", "opened_24h", "refused_24h", "connect_ms_24h",
                "bytes_30d"],
            (await LinesAsync(rights, cancellation)).Select(line => new object?[]
            {
                line.Country.Code, line.Country.Name, line.Country.Region, line.Places.States, line.Places.Cities,
                line.Places.Networks, line.Opened, line.Endings.RefusedByExits, line.Endings.MedianConnectMs, line.Bytes,
            }).ToAsyncEnumerable(), cancellation);
    }

    [HttpGet("{country}")]
    public async Task<IActionResult> Show(string country, string? state, CancellationToken cancellation)
    {
        var rights = await plans.RightsOfAsync(User.Scope, User.CustomerId, cancellation);
        string code = country.ToLowerInvariant();
        if ((await LinesAsync(rights, cancellation)).FirstOrDefault(one => one.Country.Code == code) is not { } line)
            return NotFound();
        var chosen = Gazetteer.FindState(code, state ?? "");
        return View("Country", new CountryPage(
            line,
            line.Places.States > 0 ? Gazetteer.States(code) : [],
            line.Places.Cities > 0 ? Gazetteer.Cities(code, chosen?.Key ?? "", limit: MaxCities) : [],
            line.Places.Networks > 0 ? Gazetteer.Asns(code, limit: MaxNetworks) : [],
            chosen, await LinksAsync(cancellation)));
    }

    private async Task<List<CountryLine>> LinesAsync(CustomerRights rights, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var filter = new UsageFilter(User.Scope);
        var lately = new UsageSpan(now.AddHours(-QualityHours), now, UsageGrain.Hour);
        var coverage = await locations.CoverageAsync(cancellation, rights.PoolId);
        var traffic = await UsedAsync(new UsageSpan(now.AddDays(-TrafficDays), now, UsageGrain.Day));
        var opened = await UsedAsync(lately);
        var ended = await endings.ByCountryAsync(filter, lately, cancellation);
        return
        [
            .. CountryNames.Sorted(Gazetteer.Countries.Where(country => coverage.WhoServes(country.Code).Count > 0))
                .Select(country => new CountryLine(
                    country, Included(coverage.CountOf(country.Code, PlaceCount.Of(country.Code)), rights),
                    traffic.GetValueOrDefault(country.Code)?.Bytes ?? 0,
                    opened.GetValueOrDefault(country.Code)?.Connections ?? 0,
                    ended.GetValueOrDefault(country.Code, EndingReport.Empty))),
        ];

        async Task<Dictionary<string, UsageShare>> UsedAsync(UsageSpan span) =>
            (await usage.SharesAsync(filter, span, UsageDimension.Country, int.MaxValue, cancellation))
            .ToDictionary(share => share.Name);
    }

    private async Task<PlaceLinks> LinksAsync(CancellationToken cancellation) =>
        new(User.May(Policies.Connectors)
            && (await proxyUsers.ListAsync(User.Scope, new PageRequest(size: 1), cancellation)).Items is [var first]
            ? first.Id
            : null);

    private static PlaceCount Included(PlaceCount places, CustomerRights rights) => new(
        rights.Include(Fields.ByState) ? places.States : 0, rights.Include(Fields.ByCity) ? places.Cities : 0,
        rights.Include(TargetingFields.Asn) ? places.Networks : 0);

    private static Phrase? LackOf(CustomerRights rights)
    {
        if (!rights.Include(TargetingFields.Country))
            return rights.PlanWith(TargetingFields.Country) is { } plan
                ? (Phrase)$"Your plan does not include a choice of country. The plan {plan} does."
                : "Your plan does not include a choice of country.";
        if (!rights.Include(Fields.ByCity))
            return rights.PlanWith(Fields.ByState | Fields.ByCity) is { } plan
                ? (Phrase)$"Your plan does not include a choice of states and cities. The plan {plan} does."
                : "Your plan does not include a choice of states and cities.";
        return null;
    }
}

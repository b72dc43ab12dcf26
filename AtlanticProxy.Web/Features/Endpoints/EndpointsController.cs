using AtlanticProxy.ControlPlane.Locations;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Features.Locations;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Endpoints;

/// <param name="Countries">Those that can be served; null where the plan does not include a choice.</param>
/// <param name="States">Of the chosen country; null where no exit can be chosen by state, or the plan does not include
/// it.</param>
/// <param name="Cities">Of the chosen country and state; null as the states are.</param>
/// <param name="Served">Whether any provider can serve the chosen place.</param>
/// <param name="Curl">A command that uses the first line.</param>
internal sealed record EndpointsPage(
    ProxyUserSummary User, EndpointChoice Choice, IReadOnlyList<Country>? Countries, IReadOnlyList<State>? States,
    IReadOnlyList<City>? Cities, bool Served,
    IReadOnlyList<string> Lines, string Curl)
{
    /// <summary>The chosen city is none of the catalogue's: exits cannot be asked for there.</summary>
    public bool CityIsUnknown =>
        Choice.City!.Length > 0 && Gazetteer.FindCity(Choice.Country!, Choice.City, Choice.State!) is null;

    /// <summary>What may be meant by a city that is unknown.</summary>
    public City? NearestCity => Gazetteer.NearestCity(Choice.Country!, Choice.City!, Choice.State!);

    /// <summary>What the customer's plan leaves out of what there is, and which plan has it.</summary>
    public string? Lacks { get; init; }
}

/// <summary>
/// Makes lists of endpoints: a proxy user with a place and sessions, in the format that a client's tool reads. Secrets stay on
/// the credentials page.
/// </summary>
[Authorize(Policies.Customers), Route("/credentials/{id:long}/endpoints")]
internal sealed class EndpointsController(
    ProxyUserQueries proxyUsers, PlanQueries plans, LocationCatalogue locations, PortalOptions portal) : PortalController
{
    /// <summary>Stands where the secret goes.</summary>
    private const string Placeholder = "SECRET";

    private const TargetingFields ByState = TargetingFields.Country | TargetingFields.State,
        ByCity = TargetingFields.Country | TargetingFields.City;

    [HttpGet]
    public async Task<IActionResult> Show(long id, EndpointChoice choice, CancellationToken cancellation)
    {
        var found = await proxyUsers.FindAsync(User.Scope, id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        ModelState.Clear(); // a number that is none is the default, and the form shows what was made of it
        var rights = await plans.RightsOfAsync(User.Scope, found.Value.CustomerId, cancellation);
        var coverage = await locations.CoverageAsync(cancellation, rights.PoolId);
        var asked = choice.InRange(rights.Includes);
        var countries = Gazetteer.Countries.Where(country => coverage.WhoServes(country.Code).Count > 0)
            .OrderBy(country => country.Name, StringComparer.Ordinal).ToList();

        string endpoint = CredentialsPanel.EndpointOf(portal, Request);
        var usernames = asked.Usernames(found.Value.Name);
        return View("Endpoints", new EndpointsPage(
            found.Value,
            asked,
            rights.Include(TargetingFields.Country) ? countries : null,
            rights.Include(ByState) && coverage.Offers(ByState) ? Gazetteer.States(asked.Country!) : null,
            rights.Include(ByCity) && coverage.Offers(ByCity)
                ? Gazetteer.Cities(asked.Country!, asked.State!, limit: LocationsController.MaxCities)
                : null,
            asked.Country!.Length == 0
            || coverage.WhoServes(asked.Country, asked.State!, PlaceName.Normalise(asked.City!)).Count > 0,
            [.. usernames.Select(username => asked.Line(endpoint, username, Placeholder))],
            $"curl -x http://{usernames[0]}:{Placeholder}@{endpoint} {portal.ExampleUrl}")
        {
            Lacks = !rights.Include(TargetingFields.Country) ? LackOf("countries", TargetingFields.Country, countries.Count > 0)
                : !rights.Include(ByCity)
                ? LackOf("states and cities", ByState | ByCity, coverage.Offers(ByState) || coverage.Offers(ByCity))
                : null,
        });

        string? LackOf(string what, TargetingFields fields, bool exists) =>
            !exists ? null
            : rights.PlanWith(fields) is { } plan
            ? $"The plan {plan} has a choice of {what}."
            : $"Your plan has no choice of {what}.";
    }
}

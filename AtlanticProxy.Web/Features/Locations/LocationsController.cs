using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Locations;

/// <summary>The catalogue of places as JSON, for the pages' scripts.</summary>
[Authorize(Policies.Customers), Route("/locations")]
internal sealed class LocationsController : PortalController
{
    /// <summary>More than anyone scrolls through; a search finds the others.</summary>
    public const int MaxCities = 300;

    /// <summary>A day, in this browser alone: places change with the product's versions.</summary>
    private const string Cached = "private, max-age=86400, immutable";

    /// <summary>
    /// All countries; of a country, its states and its largest cities, of one state or whose names begin with <paramref
    /// name="search"/>.
    /// </summary>
    /// <param name="country">Code or name.</param>
    /// <param name="state">Code or name.</param>
    [HttpGet]
    public IActionResult List(string? country, string? state, string? search)
    {
        if (string.IsNullOrEmpty(country))
            return Places(new { countries = Gazetteer.Countries.Select(each => new { each.Code, each.Name, each.Region }) });
        if (Gazetteer.FindCountry(country) is not { } known)
            return NotFound();
        string inState = Gazetteer.StateName(known.Code, state ?? "") ?? "";
        if (inState.Length == 0 && !string.IsNullOrEmpty(state))
            return NotFound();
        return Places(new
        {
            country = new { known.Code, known.Name, known.Region },
            states = Gazetteer.States(known.Code).Select(each => new { each.Key, each.Code, each.Name }),
            cities = Gazetteer.Cities(known.Code, inState, search ?? "", MaxCities)
                .Select(each => new { each.Key, each.Name, each.State, each.Population }),
        });
    }

    private JsonResult Places(object places)
    {
        Response.Headers.CacheControl = Cached;
        return Json(places);
    }
}

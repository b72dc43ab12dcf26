using AtlanticProxy.Engine.Requests.Places;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Locations;

/// <summary>The catalogue of places, for the pages' scripts.</summary>
internal static class PlaceJson
{
    /// <summary>A day, in this browser alone: places change with the product's versions.</summary>
    private const string Cached = "private, max-age=86400, immutable";

    /// <summary>
    /// All countries; of a country, its states and its largest cities, of one state or whose names begin with <paramref
    /// name="search"/>.
    /// </summary>
    /// <param name="country">Code or name.</param>
    /// <param name="state">Code or name.</param>
    public static IActionResult Of(HttpResponse response, string? country, string? state, string? search)
    {
        if (string.IsNullOrEmpty(country))
            return Places(
                response, new { countries = Gazetteer.Countries.Select(each => new { each.Code, each.Name, each.Region }) });
        if (Gazetteer.FindCountry(country) is not { } known)
            return new NotFoundResult();
        string inState = Gazetteer.StateName(known.Code, state ?? "") ?? "";
        if (inState.Length == 0 && !string.IsNullOrEmpty(state))
            return new NotFoundResult();
        return Places(response, new
        {
            country = new { known.Code, known.Name, known.Region },
            states = Gazetteer.States(known.Code).Select(each => new { each.Key, each.Code, each.Name }),
            cities = Gazetteer.Cities(known.Code, inState, search ?? "", LocationsController.MaxCities)
                .Select(each => new { each.Key, each.Name, each.State, each.Population }),
        });
    }

    private static JsonResult Places(HttpResponse response, object places)
    {
        response.Headers.CacheControl = Cached;
        return new JsonResult(places);
    }
}

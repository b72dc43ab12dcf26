using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Locations;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>A place that an exit can be asked for.</summary>
/// <param name="Country">ISO 3166-1 alpha-2, lower case.</param>
/// <param name="Targeting">What follows the proxy user's name and a dash to ask for it.</param>
internal sealed record LocationBody(LocationKind Kind, string Country, string Name, string Targeting) : IExample<LocationBody>
{
    public static LocationBody Example => new(LocationKind.City, "us", "New York", "country-us-city-newyork");
}

/// <summary>Where exits can be.</summary>
internal static class LocationApi
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/locations", ListAsync)
        .Needs(TokenScope.LocationsRead).WithTags("Locations").WithName("listLocations").Produces<ListBody<LocationBody>>()
        .WithSummary("List countries, the places of one country, or places by name");

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user, LocationCatalogue locations, PlanQueries plans, CancellationToken cancellation,
        string? country = null, string? search = null)
    {
        var known = country is null ? null : Gazetteer.FindCountry(country);
        if (country is not null && known is null)
            return ApiProblem.Invalid("location.country_unknown", "country must be a code such as us, or a name.", "country");
        var rights = user.IsStaff ? null : await plans.RightsOfAsync(user.Scope, user.CustomerId, cancellation);
        var places = await locations.ListAsync(known?.Code ?? "", search ?? "", cancellation, rights?.PoolId);
        return Results.Ok(new ListBody<LocationBody>(
            [
                .. places.Where(place => place.Providers.Count > 0
                        && (rights is null || rights.Include(Features.Locations.Fields.Of(place.Kind))))
                    .Select(place => new LocationBody(place.Kind, place.Country, place.Name, place.Targeting)),
            ], NextCursor: null));
    }
}

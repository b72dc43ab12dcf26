using AtlanticProxy.ControlPlane.Locations;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Features.Locations;
using AtlanticProxy.Web.Languages;

namespace AtlanticProxy.Web.Features.Endpoints;

/// <summary>A choice that there is, but not in the customer's plan.</summary>
/// <param name="Plan">The cheapest plan that has it; null when none is on offer.</param>
internal sealed record LockedChoice(Phrase Label, string? Plan);

/// <summary>What can be chosen of places, given what is chosen already.</summary>
/// <param name="Countries">Those that have exits; null where the plan has no choice.</param>
/// <param name="States">Of the chosen country; null where no exit can be chosen by state, or the plan does not include
/// it.</param>
/// <param name="Cities">Of the chosen country and state; null as the states are.</param>
/// <param name="Networks">Of the chosen country; null as the states are.</param>
/// <param name="Served">Whether any exit fits what is chosen.</param>
internal sealed record EndpointPlaces(
    IReadOnlyList<Country>? Countries, IReadOnlyList<State>? States, IReadOnlyList<City>? Cities,
    IReadOnlyList<AutonomousSystem>? Networks, IReadOnlyList<LockedChoice> Locked, bool Served)
{
    private const TargetingFields ByState = TargetingFields.Country | TargetingFields.State,
        ByCity = TargetingFields.Country | TargetingFields.City;

    private static readonly (Phrase Label, TargetingFields Fields)[] Choices =
    [
        ("Country", TargetingFields.Country), ("State or province", ByState), ("City", ByCity), ("Network", TargetingFields.Asn),
    ];

    /// <param name="choice">In range.</param>
    /// <param name="coverage">Of the providers that serve the customer.</param>
    public static EndpointPlaces Of(EndpointChoice choice, CustomerRights rights, Coverage coverage)
    {
        var countries = CountryNames.Sorted(Gazetteer.Countries.Where(country => coverage.WhoServes(country.Code).Count > 0))
            .ToList();
        bool Exists(TargetingFields fields) =>
            fields == TargetingFields.Country ? countries.Count > 0 : coverage.Offers(fields);
        bool IsOpen(TargetingFields fields) => rights.Include(fields) && Exists(fields);
        string country = choice.Country!, state = choice.State!;
        return new EndpointPlaces(
            rights.Include(TargetingFields.Country) ? countries : null,
            IsOpen(ByState) ? Gazetteer.States(country) : null,
            IsOpen(ByCity) ? Gazetteer.Cities(country, state, limit: LocationsController.MaxCities) : null,
            IsOpen(TargetingFields.Asn) ? Gazetteer.Asns(country, limit: LocationsController.MaxCities) : null,
            [.. Choices.Where(each => !rights.Include(each.Fields) && Exists(each.Fields))
                .Select(each => new LockedChoice(each.Label, rights.PlanWith(each.Fields)))],
            (country.Length == 0 || coverage.WhoServes(country, state, choice.KnownCity?.Key ?? "").Count > 0)
                && (choice.KnownNetwork is not { } network || coverage.WhoServesAsn(network.Country).Count > 0));
    }
}

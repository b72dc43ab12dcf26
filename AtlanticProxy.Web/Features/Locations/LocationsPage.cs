using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Locations;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Locations;

/// <summary>A country that exits can be in.</summary>
/// <param name="Places">That can be asked for by name.</param>
/// <param name="Bytes">Of the customer, in 30 days.</param>
/// <param name="Opened">Connections of the customer that were opened, in 24 hours.</param>
/// <param name="Endings">Of the customer's connections, in 24 hours.</param>
internal sealed record CountryLine(Country Country, PlaceCount Places, long Bytes, long Opened, EndingReport Endings)
{
    public double? Success => EndingReport.SuccessOf(Opened, Endings.RefusedByExits);

    public string Href => $"/locations/{Country.Code}";
}

/// <summary>Leads to the endpoints of a place.</summary>
/// <param name="ProxyUserId">Whose endpoints they are; null where there is no proxy user yet, or another person connects.</param>
internal sealed record PlaceLinks(long? ProxyUserId)
{
    /// <summary>Null where there is no proxy user yet.</summary>
    public string? To(string country, string? state = null, string? city = null) => ProxyUserId is not { } id
        ? null
        : Addresses.Of("/endpoints", ("User", $"{id}"), ("Country", country), ("State", state), ("City", city));
}

/// <param name="Search">As it was typed; empty for none.</param>
/// <param name="Countries">All that can be served, or those that match.</param>
/// <param name="Places">States, cities and networks that match.</param>
/// <param name="Nearest">What may be meant by a search that found nothing.</param>
/// <param name="Lacks">What the plan leaves out; null for nothing.</param>
internal sealed record LocationsPage(
    string Search, IReadOnlyList<CountryLine> Countries, IReadOnlyList<Location> Places, string? Nearest, Phrase? Lacks,
    PlaceLinks Links)
{
    /// <summary>The part of the drawing that is land; see Assets/world.js.</summary>
    public const string MapView = "40 -8 1320 640";
}

/// <summary>One country, with what can be asked for in it.</summary>
internal sealed record CountryPage(
    CountryLine Line, IReadOnlyList<State> States, IReadOnlyList<City> Cities, IReadOnlyList<AutonomousSystem> Networks,
    State? State, PlaceLinks Links)
{
    public string StateName(City city) => States.FirstOrDefault(state => state.Key == city.State)?.Name ?? "";
}

/// <summary>What can be targeted together.</summary>
internal static class Fields
{
    public const TargetingFields ByState = TargetingFields.Country | TargetingFields.State,
        ByCity = TargetingFields.Country | TargetingFields.City;

    /// <summary>What is asked for with a place of that kind.</summary>
    public static TargetingFields Of(LocationKind kind) => kind switch
    {
        LocationKind.Country => TargetingFields.Country,
        LocationKind.State => ByState,
        LocationKind.City => ByCity,
        LocationKind.Asn => TargetingFields.Asn,
    };
}

namespace AtlanticProxy.ControlPlane.Locations;

/// <summary>What kind of place a <see cref="Location"/> is.</summary>
public enum LocationKind
{
    Country,
    State,
    City,

    /// <summary>An autonomous system: a network by its number.</summary>
    Asn,
}

/// <summary>A place that an exit can be asked for.</summary>
/// <param name="Country">ISO 3166-1 alpha-2, lower case.</param>
/// <param name="Name">For people; with its state, when there are several of that name.</param>
/// <param name="Targeting">What follows the proxy user's name and a dash to ask for it: <c>country-us-city-newyork</c>.</param>
/// <param name="Providers">Names of the enabled providers that can serve it, in the order in which they are tried.</param>
public sealed record Location(LocationKind Kind, string Country, string Name, string Targeting, IReadOnlyList<string> Providers);

using System.Collections.Frozen;
using AtlanticProxy.Engine.Requests.Places;

namespace AtlanticProxy.ControlPlane.Locations;

/// <summary>How many places there are in a country.</summary>
/// <param name="Networks">Autonomous systems.</param>
public sealed record PlaceCount(int States, int Cities, int Networks)
{
    public static readonly PlaceCount None = new(0, 0, 0);

    /// <summary>Counted once: the tables ship with the product.</summary>
    private static readonly Lazy<FrozenDictionary<string, PlaceCount>> Counted = new(() =>
    {
        var networks = Gazetteer.Asns("").CountBy(network => network.Country).ToDictionary();
        return Gazetteer.Countries.ToFrozenDictionary(country => country.Code, country => new PlaceCount(
            Gazetteer.States(country.Code).Count, Gazetteer.Cities(country.Code).Count,
            networks.GetValueOrDefault(country.Code)));
    });

    /// <summary>Of the catalogue.</summary>
    public static PlaceCount Of(string country) => Counted.Value.GetValueOrDefault(country, None);
}

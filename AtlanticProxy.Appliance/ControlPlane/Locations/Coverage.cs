using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.ControlPlane.Locations;

/// <summary>What one provider can be asked for.</summary>
/// <param name="Expresses">What its credentials can say.</param>
/// <param name="Countries">Where it has exits, ISO 3166-1 alpha-2, lower case; empty for any.</param>
/// <param name="Exits">Countries and cities of a list's proxies, normalised; null for what is no list.</param>
internal sealed record ProviderReach(
    string Name, TargetingFields Expresses, IReadOnlyCollection<string> Countries,
    IReadOnlyCollection<(string Country, string City)>? Exits)
{
    public bool Serves(string country, TargetingFields asked, string city) => Exits is not null
        ? (asked & ~(TargetingFields.Country | TargetingFields.City)) == 0
            && Exits.Any(exit => exit.Country == country && (city.Length == 0 || exit.City == city))
        : (asked & ~Expresses & ~TargetingFields.Country) == 0
            && (Countries.Count == 0 || Countries.Contains(country))
            // One that cannot be told the country serves it only if it has no other.
            && ((Expresses & TargetingFields.Country) != 0 || Countries.Count == 1);
}

/// <summary>Which of the enabled providers can serve which place: what the engine would let through to them. Immutable.</summary>
public sealed class Coverage
{
    private readonly IReadOnlyList<ProviderReach> _providers;

    internal Coverage(IReadOnlyList<ProviderReach> providers) => _providers = providers;

    /// <summary>Whether any provider lets its exits be chosen by all of <paramref name="fields"/>, somewhere.</summary>
    public bool Offers(TargetingFields fields) => _providers.Any(provider => provider.Exits is { } exits
        ? (fields & ~(TargetingFields.Country | TargetingFields.City)) == 0
        && exits.Any(exit => (fields & TargetingFields.City) == 0 || exit.City.Length > 0)
        : (fields & ~provider.Expresses) == 0);

    /// <summary>Names of the providers that can serve a place, in the order in which they are tried.</summary>
    /// <param name="country">ISO 3166-1 alpha-2, lower case.</param>
    /// <param name="state">Empty for any.</param>
    /// <param name="city">Normalised; empty for any.</param>
    public IReadOnlyList<string> WhoServes(string country, string state = "", string city = "") =>
        WhoServes(country,
            TargetingFields.Country | (state.Length > 0 ? TargetingFields.State : 0)
            | (city.Length > 0 ? TargetingFields.City : 0), city);

    /// <summary>Those that can serve an autonomous system of <paramref name="country"/>.</summary>
    public IReadOnlyList<string> WhoServesAsn(string country) => WhoServes(country, TargetingFields.Asn, "");

    /// <summary>How many of a country's places an exit can be asked for by name.</summary>
    /// <param name="known">How many the catalogue has.</param>
    public PlaceCount CountOf(string country, PlaceCount known)
    {
        bool May(TargetingFields fields) =>
            _providers.Any(provider => provider.Exits is null && provider.Serves(country, fields, ""));
        return new PlaceCount(
            May(TargetingFields.Country | TargetingFields.State) ? known.States : 0,
            May(TargetingFields.Country | TargetingFields.City)
                ? known.Cities
                : _providers.SelectMany(provider => provider.Exits ?? [])
                    .Where(exit => exit.Country == country && exit.City.Length > 0).Distinct().Count(),
            WhoServesAsn(country).Count > 0 ? known.Networks : 0);
    }

    private IReadOnlyList<string> WhoServes(string country, TargetingFields asked, string city) =>
        [.. _providers.Where(provider => provider.Serves(country, asked, city)).Select(provider => provider.Name)];
}

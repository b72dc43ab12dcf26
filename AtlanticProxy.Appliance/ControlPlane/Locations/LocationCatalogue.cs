using System.Globalization;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.Engine.Requests.Places;
using LinqToDB;
using LinqToDB.Async;
using CredentialTemplate = AtlanticProxy.Engine.Snapshot.CredentialTemplate;

namespace AtlanticProxy.ControlPlane.Locations;

/// <summary>The places that ship with the product, and which providers can serve them.</summary>
public sealed class LocationCatalogue(AtlanticDb db)
{
    /// <summary>Cities and networks of a country that nobody searched in: the largest, a few screens of each.</summary>
    public const int MaxUnsearched = 50;

    /// <summary>Finds of one kind.</summary>
    public const int MaxFound = 500;

    /// <summary>Reads what the enabled providers can serve.</summary>
    /// <param name="poolId">Only those of this pool; null for all.</param>
    public async Task<Coverage> CoverageAsync(CancellationToken cancellation, long? poolId = null)
    {
        var providers = await db.Providers
            .Where(p => p.Enabled
                && (poolId == null
                    || db.Pools.Any(pool => pool.Id == poolId && pool.Members.Any(member => member.ProviderId == p.Id))))
                        .OrderBy(p => p.Priority).ThenBy(p => p.Name).ToListAsync(cancellation);
        var exits = (await db.ProviderExits.Select(exit => new { exit.ProviderId, exit.Country, exit.City }).Distinct()
            .ToListAsync(cancellation))
            .ToLookup(exit => exit.ProviderId, exit => (exit.Country, exit.City));
        return new Coverage([.. providers.Select(provider => Reach(provider, [.. exits[provider.Id]]))]);
    }

    /// <summary>
    /// Countries; with a country, its states, largest cities and networks; with <paramref name="search"/>, all whose names begin
    /// with it (networks: contain it).
    /// </summary>
    /// <param name="country">ISO 3166-1 alpha-2, lower case; empty for all.</param>
    /// <param name="poolId">Only providers of this pool; null for all.</param>
    public async Task<IReadOnlyList<Location>> ListAsync(
        string country, string search, CancellationToken cancellation, long? poolId = null)
    {
        var coverage = await CoverageAsync(cancellation, poolId);
        string key = PlaceName.Normalise(search);
        if (key.Length == 0 && search.Trim().Length > 0)
            return []; // of an alphabet that no name is kept in
        bool searched = key.Length > 0;
        int limit = searched ? MaxFound : MaxUnsearched;
        var countries = Gazetteer.Countries.Where(each => country.Length == 0 || each.Code == country).ToList();

        var found = new List<Location>();
        found.AddRange(
            countries.Where(each => PlaceName.Normalise(each.Name).StartsWith(key, StringComparison.Ordinal) || each.Code == key)
            .Select(each =>
                new Location(LocationKind.Country, each.Code, each.Name, $"country-{each.Code}", coverage.WhoServes(each.Code))));
        if (country.Length == 0 && !searched)
            return found;
        found.AddRange(countries.SelectMany(each => Gazetteer.States(each.Code, key)).Take(searched ? limit : int.MaxValue)
            .Select(state => new Location(
                LocationKind.State, state.Country, state.Name, TargetingOf(state),
                coverage.WhoServes(state.Country, state.Key))));
        found.AddRange(countries.SelectMany(each => Gazetteer.Cities(each.Code, prefix: key, limit: limit))
            .OrderByDescending(city => city.Population).Take(limit)
            .Select(city => LocationOf(city, coverage)));
        found.AddRange(Gazetteer.Asns(country, key, limit).Select(asn => new Location(
            LocationKind.Asn, asn.Country, asn.Holder, string.Create(CultureInfo.InvariantCulture, $"asn-{asn.Number}"),
            coverage.WhoServesAsn(asn.Country))));
        return found;
    }

    /// <summary>What asks for a state.</summary>
    public static string TargetingOf(State state) =>
        $"country-{state.Country}-state-{(state.Code.Length > 0 ? state.Code : state.Key)}";

    private static ProviderReach Reach(Provider provider, IReadOnlyCollection<(string Country, string City)> exits) => new(
        provider.Name,
        CredentialTemplate.Fields(provider.Host)
            | CredentialTemplate.Fields(
                ProviderPreset.UsernameTemplateOf(provider.Preset, provider.Username, provider.UsernameTemplate))
            | CredentialTemplate.Fields(ProviderPreset.PasswordTemplateOf(provider.Preset, provider.PasswordTemplate)),
        provider.Countries,
        provider.Preset == ProviderPreset.List ? exits : null);

    // The largest of its name is meant by the name alone; another is told by its state, which fewer providers can be asked for.
    private static Location LocationOf(City city, Coverage coverage)
    {
        var state = city.State.Length > 0 && Gazetteer.FindCity(city.Country, city.Key) != city
            ? Gazetteer.FindState(city.Country, city.State)
            : null;
        return new Location(
            LocationKind.City, city.Country, state is null ? city.Name : $"{city.Name}, {state.Name}",
            $"{(state is null ? $"country-{city.Country}" : TargetingOf(state))}-city-{city.Key}",
            coverage.WhoServes(city.Country, state?.Key ?? "", city.Key));
    }
}

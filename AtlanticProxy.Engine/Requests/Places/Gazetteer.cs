using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AtlanticProxy.Engine.Requests.Grammars;

namespace AtlanticProxy.Engine.Requests.Places;

/// <summary>
/// Names and codes of countries, states, cities and autonomous systems. Countries, a few kilobytes, are in memory; the others are
/// looked up where the tables lie. A name given to it may be spelled in any way that <see cref="PlaceName"/> knows; country codes
/// are lower case ISO 3166-1 alpha-2.
/// </summary>
public static class Gazetteer
{
    private static readonly SortedTable StateTable = new("states.tsv"), CityTable = new("cities.tsv"), AsnTable = new("asns.tsv");

    private static readonly ImmutableArray<Country> AllCountries = ReadCountries();

    /// <summary>By code, and by normalised name.</summary>
    private static readonly FrozenDictionary<string, Country> ByCodeOrName = AllCountries
        .SelectMany(country =>
            new[] { (Key: country.Code, Country: country), (Key: PlaceName.Normalise(country.Name), Country: country) })
        .Append((Key: "uk",
            Country: AllCountries.First(country =>
                country.Code == "gb"))) // exceptionally reserved in ISO 3166-1, and what many write
        .ToFrozenDictionary(pair => pair.Key, pair => pair.Country, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ImmutableArray<string>> ByRegion = AllCountries
        .GroupBy(country => country.Region, StringComparer.Ordinal)
        .ToFrozenDictionary(region =>
            region.Key, region => region.Select(country => country.Code).ToImmutableArray(), StringComparer.Ordinal);

    /// <summary>All countries by their codes.</summary>
    public static ImmutableArray<Country> Countries => AllCountries;

    /// <summary>
    /// The continents: <c>africa</c>, <c>antarctica</c>, <c>asia</c>, <c>europe</c>, <c>northamerica</c>, <c>oceania</c>,
    /// <c>southamerica</c>.
    /// </summary>
    public static ImmutableArray<string> Regions => [.. ByRegion.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether this is the code of a country, in lower case.</summary>
    public static bool IsCountry(string code) =>
        code.Length == 2 && ByCodeOrName.TryGetValue(code, out var country) && country.Code == code;

    /// <summary>A country by its code or name in any spelling, or <c>uk</c>; null when there is none.</summary>
    public static Country? FindCountry(string codeOrName) => ByCodeOrName.GetValueOrDefault(PlaceName.Normalise(codeOrName));

    /// <summary>Whether a country is in a region, both as they are named here.</summary>
    public static bool IsInRegion(string country, string region) => IsCountry(country) && ByCodeOrName[country].Region == region;

    /// <summary>Codes of a region's countries, sorted; empty when there is no such region.</summary>
    public static ImmutableArray<string> CountriesOf(string region) =>
        ByRegion.GetValueOrDefault(PlaceName.Normalise(region), []);

    /// <summary>
    /// Normalised full name of a state by its name, another name that it has, or its code: <c>ny</c> is <c>newyork</c> in
    /// <c>us</c>. Null when it is not known.
    /// </summary>
    public static string? StateName(string country, string codeOrName) => FindState(country, codeOrName) is { } state
        ? state.Key
        : null;

    /// <summary>Code of a state, found as by <see cref="StateName"/>; null when it is not known or has none.</summary>
    public static string? StateCode(string country, string codeOrName) =>
        FindState(country, codeOrName) is { Code.Length: > 0 } state ? state.Code : null;

    /// <summary>
    /// A state's name as words (<c>new_york</c>), found as by <see cref="StateName"/>; what was given, when it is not known.
    /// </summary>
    public static string StateWords(string country, string codeOrName) => FindState(country, codeOrName) is { } state
        ? PlaceName.Words(state.Name)
        : codeOrName;

    /// <summary>
    /// Normalised usual name of a city: <c>newyorkcity</c> is <c>newyork</c> in <c>us</c>. Null when it is not known, as smaller
    /// ones are not.
    /// </summary>
    public static string? CityName(string country, string name) => FindCity(country, name) is { } city ? city.Key : null;

    /// <summary>A city's name as words (<c>los_angeles</c>); what was given, when it is not known.</summary>
    public static string CityWords(string country, string name) => FindCity(country, name) is { } city
        ? PlaceName.Words(city.Name)
        : name;

    /// <summary>A state by its name, another name that it has, or its code.</summary>
    public static State? FindState(string country, string codeOrName)
    {
        string key = PlaceName.Normalise(codeOrName);
        if (key.Length == 0)
            return null;
        foreach (var line in StateTable.StartingWith($"{country}\t{key}\t"))
            return StateOf(line);
        byte[] code = Encoding.UTF8.GetBytes(key);
        foreach (var line in StateTable.StartingWith($"{country}\t"))
            if (line.Field(2).SequenceEqual(code))
                return StateOf(line);
        return null;
    }

    /// <summary>
    /// A city by its name; of several of that name the largest, in <paramref name="state"/> (a key) when that is given.
    /// </summary>
    public static City? FindCity(string country, string name, string state = "")
    {
        string key = PlaceName.Normalise(name);
        City? largest = null;
        if (key.Length == 0)
            return null;
        foreach (var line in CityTable.StartingWith($"{country}\t{key}\t{state}"))
        {
            var city = CityOf(line);
            if ((state.Length == 0 || city.State == state) && (largest is null || city.Population > largest.Population))
                largest = city;
        }
        return largest;
    }

    /// <summary>
    /// What may be meant by a name that no city has: the largest city that begins so, or the one spelled most alike; null when
    /// nothing is near.
    /// </summary>
    public static City? NearestCity(string country, string name, string state = "")
    {
        if (PlaceName.Normalise(name) is not { Length: > 0 } key)
            return null;
        if (Cities(country, state, key, limit: 1) is [var longer])
            return longer;
        var cities = Cities(country, state);
        return NearestToken.Find(key, cities.Select(city => city.Key)) is { } nearest
            ? cities.First(city => city.Key == nearest)
            : null;
    }

    /// <summary>
    /// What may be meant by a name that no country, state or city has: the name of the one that is spelled most alike; null when
    /// nothing is near.
    /// </summary>
    public static string? NearestName(string name)
    {
        if (PlaceName.Normalise(name) is not { Length: > 0 } key)
            return null;
        // Of those that are as near as each other, the larger kind of place.
        var names = AllCountries.Select(country => country.Name)
            .Concat(AllCountries.SelectMany(country => States(country.Code).Select(state => state.Name)))
            .Concat(AllCountries.SelectMany(country => Cities(country.Code)).OrderByDescending(city => city.Population)
                .Select(city => city.Name))
            .Select(each => (Key: PlaceName.Normalise(each), Name: each)).ToList();
        return NearestToken.Find(key, names.Select(each => each.Key)) is { } nearest
            ? names.First(each => each.Key == nearest).Name
            : null;
    }

    /// <summary>States of a country of whose names, or other names, one begins with <paramref name="prefix"/>: by name.</summary>
    public static IReadOnlyList<State> States(string country, string prefix = "")
    {
        var states = new HashSet<State>();
        foreach (var line in StateTable.StartingWith($"{country}\t{PlaceName.Normalise(prefix)}"))
            states.Add(StateOf(line));
        return [.. states.OrderBy(state => state.Key, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Cities of a country, and of one state (a key) when that is given, of whose names one begins with <paramref
    /// name="prefix"/>: the largest first.
    /// </summary>
    public static IReadOnlyList<City> Cities(string country, string state = "", string prefix = "", int limit = int.MaxValue)
    {
        byte[] inState = Encoding.UTF8.GetBytes(state);
        var cities = new HashSet<City>();
        foreach (var line in CityTable.StartingWith($"{country}\t{PlaceName.Normalise(prefix)}"))
            if (state.Length == 0 || line.Field(2).SequenceEqual(inState))
                cities.Add(CityOf(line));
        return [.. cities.OrderByDescending(city => city.Population).ThenBy(city => city.Key, StringComparer.Ordinal)
            .Take(limit)];
    }

    /// <summary>An autonomous system by its number; null when it is not known, as small ones are not.</summary>
    public static AutonomousSystem? FindAsn(uint number)
    {
        byte[] digits = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
        foreach (var line in AsnTable.All)
            if (line.Field(1).SequenceEqual(digits))
                return AsnOf(line);
        return null;
    }

    /// <summary>
    /// Autonomous systems of a country (of all, when it is empty) with <paramref name="text"/> in their holder's name: the
    /// largest first.
    /// </summary>
    public static IReadOnlyList<AutonomousSystem> Asns(string country, string text = "", int limit = int.MaxValue)
    {
        string key = PlaceName.Normalise(text);
        var found = new List<AutonomousSystem>();
        foreach (var line in country.Length == 0 ? AsnTable.All : AsnTable.StartingWith($"{country}\t"))
            if (AsnOf(line) is var asn
                && (key.Length == 0 || PlaceName.Normalise(asn.Holder).Contains(key, StringComparison.Ordinal)))
                found.Add(asn);
        return [.. found.OrderByDescending(asn => asn.Addresses).ThenBy(asn => asn.Number).Take(limit)];
    }

    private static ImmutableArray<Country> ReadCountries()
    {
        var countries = ImmutableArray.CreateBuilder<Country>();
        foreach (var line in new SortedTable("countries.tsv").All)
            countries.Add(new Country(line.Text(0), line.Text(2), string.Intern(line.Text(1))));
        return countries.DrainToImmutable();
    }

    private static State StateOf(SortedTable.Line line)
    {
        string name = line.Text(3);
        return new State(line.Text(0), PlaceName.Normalise(name), line.Text(2), name);
    }

    private static City CityOf(SortedTable.Line line)
    {
        string name = line.Text(4);
        return new City(line.Text(0), PlaceName.Normalise(name), line.Text(2), name,
            int.Parse(line.Field(3), CultureInfo.InvariantCulture));
    }

    private static AutonomousSystem AsnOf(SortedTable.Line line) =>
        new(line.Text(0), uint.Parse(line.Field(1), CultureInfo.InvariantCulture), line.Text(3),
            long.Parse(line.Field(2), CultureInfo.InvariantCulture));
}

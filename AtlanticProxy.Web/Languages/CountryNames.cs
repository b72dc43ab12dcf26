using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using AtlanticProxy.Engine.Requests.Places;

namespace AtlanticProxy.Web.Languages;

/// <summary>
/// Countries as the reader calls them. English names are the gazetteer's, others the Unicode CLDR's, which ICU has.
/// </summary>
internal static class CountryNames
{
    private static readonly ConcurrentDictionary<string, FrozenDictionary<string, string>> ByLanguage = new();

    public static string Of(Country country) => Language.Current == Language.English
        ? country.Name
        : ByLanguage.GetOrAdd(Language.Current.Code, Read)[country.Code];

    /// <param name="code">ISO 3166-1 alpha-2, any case; said as it is when there is no such country.</param>
    public static string Of(string code) => Gazetteer.FindCountry(code) is { } country ? Of(country) : code.ToUpperInvariant();

    /// <summary>In the order of the reader's alphabet.</summary>
    public static IEnumerable<Country> Sorted(IEnumerable<Country> countries) =>
        countries.OrderBy(Of, StringComparer.Create(Language.Current.Culture, ignoreCase: true));

    /// <summary>Whether its name, the reader's or the English one, has these letters.</summary>
    /// <param name="key">As <see cref="PlaceName.Normalise"/> makes it.</param>
    public static bool Has(Country country, string key) =>
        PlaceName.Normalise(Of(country)).Contains(key, StringComparison.Ordinal)
        || PlaceName.Normalise(country.Name).Contains(key, StringComparison.Ordinal);

    private static FrozenDictionary<string, string> Read(string language) => Gazetteer.Countries.ToFrozenDictionary(
        country => country.Code,
        // CLDR's names of these two say what they are, too ("R.A.S. chinoise de Hong Kong").
        country => country.Code is "hk" or "mo"
            ? country.Name
            : new RegionInfo($"{language}-{country.Code.ToUpperInvariant()}").NativeName);
}

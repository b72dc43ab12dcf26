using System.Globalization;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Places;

namespace AtlanticProxy.Engine.Snapshot;

/// <summary>What a template is filled with.</summary>
/// <param name="Targeting">What is asked for.</param>
/// <param name="Session">The session's name upstream; empty for none.</param>
/// <param name="Username">The reseller's account with the provider.</param>
/// <param name="Password">The account's password.</param>
internal readonly record struct TemplateValues(Targeting Targeting, string Session, string Username = "", string Password = "")
{
    private const int SecondsOfAMinute = 60;

    /// <summary>Nine digits: the longest number that every provider takes that numbers its sessions.</summary>
    private const ulong SessionNumbers = 1_000_000_000;

    /// <summary>The value of a field; empty when it has none, or is not known.</summary>
    public string Of(ReadOnlySpan<char> field)
    {
        if (!IsInCapitals(field))
            return Value(field);
        Span<char> lower = stackalloc char[16];
        return field.ToLowerInvariant(lower) < 0 ? "" : Value(lower[..field.Length]).ToUpperInvariant();
    }

    /// <summary>The same, with no more than <paramref name="most"/>: of a number its value, of all else its characters.</summary>
    public string Of(ReadOnlySpan<char> field, int most)
    {
        string value = Of(field);
        if (field is "ttl" or "ttl_seconds" && value.Length > 0)
            return Math.Min(int.Parse(value, CultureInfo.InvariantCulture), most).ToString(CultureInfo.InvariantCulture);
        return value.Length <= most ? value : value[..most];
    }

    public static bool IsInCapitals(ReadOnlySpan<char> field) =>
        !field.IsEmpty && char.IsAsciiLetterUpper(field[0]) && !field.ContainsAnyInRange('a', 'z');

    private string Value(ReadOnlySpan<char> field) => field switch
    {
        "username" => Username,
        "password" => Password,
        // Any of several countries will do, and the first is one of them: whoever selects an exit may have chosen another before.
        "country" => Country,
        "countries" => Targeting.Countries.ToString(),
        "exclude" => Targeting.ExcludedCountries.ToString(),
        "region" => Targeting.Region,
        "region_code" => Region.CodeOf(Targeting.Region),
        "state" => Place(Targeting.State, Gazetteer.StateName),
        "state_code" => Place(Targeting.State, Gazetteer.StateCode),
        "state_words" => Place(Targeting.State, Gazetteer.StateWords),
        "city" => Targeting.City,
        "city_words" => Place(Targeting.City, Gazetteer.CityWords),
        "zip" => Targeting.Zip,
        "asn" => Targeting.Asn,
        "isp" => Targeting.Isp,
        "os" => Targeting.Os,
        "session" => Session,
        "session_number" => Session.Length == 0 ? "" : SessionNumber.ToString(CultureInfo.InvariantCulture),
        "ttl" => Session.Length == 0 ? "" : Targeting.TtlMinutes.ToString(CultureInfo.InvariantCulture),
        "ttl_seconds" => Session.Length == 0
            ? ""
            : (Targeting.TtlMinutes * SecondsOfAMinute).ToString(CultureInfo.InvariantCulture),
        "strict" => Targeting.Strict ? "strict" : "",
        _ => "",
    };

    // Of the hex digits that a session's name is; a name of another make is digested (FNV-1a), which is as good a number.
    private ulong SessionNumber =>
        (ulong.TryParse(Session, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number)
            ? number : Session.Aggregate(0xCBF29CE484222325UL, (digest, c) => (digest ^ c) * 0x100000001B3UL)) % SessionNumbers;

    private string Country => Targeting.Countries.IsEmpty ? "" : Targeting.Countries[0];

    // What the gazetteer does not know is spelled as the client did.
    private string Place(string name, Func<string, string, string?> spelling) => name.Length == 0
        ? ""
        : spelling(Country, name) ?? name;
}

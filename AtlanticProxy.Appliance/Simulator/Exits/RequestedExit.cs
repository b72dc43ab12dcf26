using System.Text.RegularExpressions;

namespace AtlanticProxy.Simulator.Exits;

/// <summary>What a client asked of its exit. Empty strings are "any".</summary>
/// <param name="Country">ISO 3166-1 alpha-2, capitals.</param>
internal sealed partial record RequestedExit(string Country, string State, string City, string Session)
{
    public static readonly RequestedExit Any = new("", "", "", "");

    /// <summary>
    /// Reads what follows an account's name in a username, in the grammar of any known provider, or (IPRoyal) the password.
    /// Lenient on purpose: a provider ignores what it does not know.
    /// </summary>
    public static RequestedExit Parse(string targeting)
    {
        // DataImpulse ("__cr.de;city.berlin") pairs with '.', IPRoyal ("_country-br_city-x") and the rest ("-country-us") with '-'.
        string[] tokens = targeting.StartsWith("__", StringComparison.Ordinal)
            ? targeting[2..].Split(';', '.')
            : targeting.StartsWith('_') ? IpRoyalPair().Split(targeting) : targeting.Split('-');

        var exit = Any;
        for (int i = 0; i < tokens.Length; i++)
        {
            string key = tokens[i].ToLowerInvariant();
            string value = i + 1 < tokens.Length ? tokens[i + 1] : "";
            switch (key)
            {
                case "country" or "cc" or "cr":
                    exit = exit with { Country = value.ToUpperInvariant() };
                    break;
                case "state" or "st":
                    exit = exit with { State = CountryPrefix().Replace(value, "") };
                    break;
                case "city":
                    exit = exit with { City = value };
                    break;
                case "session" or "sessid":
                    exit = exit with { Session = value };
                    break;
                case "customer" or "zone" or "asn" or "ttl" or "sesstime" or "sessionduration" or "sessttl" or "lifetime" or "zip" or "os":
                    break;
                default:
                    // Webshare: "-us-fr-1234" is countries and then a session number; "rotate", "strict", "user", "brd" say nothing here.
                    if (key.Length == 2 && key.All(char.IsAsciiLetterLower))
                        exit = exit.Country.Length == 0 ? exit with { Country = key.ToUpperInvariant() } : exit;
                    else if (key.Length > 0 && key.All(char.IsAsciiDigit))
                        exit = exit with { Session = key };
                    continue;
            }
            i++;
        }
        return exit;
    }

    // "_city-saopaulo_session-x": the underscore before a key separates; one inside a value ("new_york") does not.
    [GeneratedRegex("^_|_(?=[a-z]+-)|-")]
    private static partial Regex IpRoyalPair();

    // Oxylabs writes a state as "us_california".
    [GeneratedRegex("^[a-zA-Z]{2}_")]
    private static partial Regex CountryPrefix();
}

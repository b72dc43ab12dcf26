using System.Globalization;
using System.Text;

namespace AtlanticProxy.Engine.Requests.Grammars;

/// <summary>
/// Webshare's: <c>alice-us-fr-1234</c>, <c>alice-us-city_los_angeles</c>, <c>alice-rotate</c>. Its tokens have no keys: two
/// letters are a country, digits a session, and <c>rotate</c> asks for a new exit each time, which is what no session means.
/// Source: apidocs.webshare.io, "Proxy connection".
/// </summary>
internal sealed class WebshareGrammar : UsernameGrammar
{
    private const char Separator = '-';

    private const string City = "city_", Rotate = "rotate";

    public override string Name => "Webshare";

    /// <summary>
    /// It is this grammar if the first token is one of its own; none of them can begin the grammar of this product.
    /// </summary>
    public override bool TryParse(string username, int separator, out ParsedUsername parsed)
    {
        parsed = default;
        if (username[separator] != Separator)
            return false;
        var rest = username.AsSpan(separator + 1);
        var first = PairGrammar.Next(ref rest, Separator, out _);
        if (!IsCountry(first) && !IsSession(first) && !IsCity(first) && !IsRotate(first))
            return false;
        parsed = ParseTokens(username[..separator], username.AsSpan(separator + 1));
        return true;
    }

    protected override (string Username, string Password) Write(string name, string password, Targeting targeting)
    {
        var text = new StringBuilder(name);
        foreach (string country in targeting.Countries)
            text.Append(Separator).Append(country);
        if (targeting.City.Length > 0)
            text.Append(Separator).Append(City).Append(targeting.City);
        if (targeting.Session.Length > 0)
            text.Append(Separator).Append(targeting.Session);
        return (text.ToString(), password);
    }

    private static ParsedUsername ParseTokens(string name, ReadOnlySpan<char> rest)
    {
        var draft = new TargetingDraft();
        bool rotates = false, more = true;
        while (more)
        {
            var token = PairGrammar.Next(ref rest, Separator, out more);
            string? problem;
            if (IsCountry(token))
                problem = draft.AddCountry(token);
            else if (IsSession(token))
                problem = draft.Set(TokenMeaning.Session, token);
            else if (IsCity(token))
                problem = draft.Set(TokenMeaning.City, token[City.Length..]);
            else if (IsRotate(token))
            {
                problem = rotates ? "given twice" : null;
                rotates = true;
            }
            else
                return PairGrammar.Unknown(name, token, [City, Rotate]);
            if (problem is not null)
                return ParsedUsername.Refused(name, PairGrammar.Shown(token), problem);
        }
        if (rotates && draft.HasSession)
            return ParsedUsername.Refused(name, Rotate, "not together with a session");
        return draft.Finish(out var bad, out string? why) is { } targeting
            ? new ParsedUsername(name, targeting)
            : ParsedUsername.Refused(name, bad.ToString().ToLower(CultureInfo.InvariantCulture), why);
    }

    private static bool IsCountry(ReadOnlySpan<char> token) =>
        CountryCode.Find(token) is not null || token.Equals(CountryList.Union, StringComparison.OrdinalIgnoreCase);

    private static bool IsSession(ReadOnlySpan<char> token) => !token.IsEmpty && !token.ContainsAnyExceptInRange('0', '9');

    private static bool IsCity(ReadOnlySpan<char> token) => token.StartsWith(City, StringComparison.OrdinalIgnoreCase);

    private static bool IsRotate(ReadOnlySpan<char> token) => token.Equals(Rotate, StringComparison.OrdinalIgnoreCase);
}

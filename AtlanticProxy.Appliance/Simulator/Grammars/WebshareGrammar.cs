using AtlanticProxy.Simulator.Exits;

namespace AtlanticProxy.Simulator.Grammars;

/// <summary>
/// Webshare's, without keys: <c>acme-us-fr-1234</c>, <c>acme-us-city_los_angeles-7</c>, <c>acme-rotate</c>.
/// apidocs.webshare.io/proxy-connection.
/// </summary>
internal sealed class WebshareGrammar() : ProviderGrammar("webshare")
{
    private const char Separator = '-';

    private const string City = "city_", Rotate = "rotate";

    public override string? TailOf(Account account, string username, string password) =>
        account.NeedsCredentials && password != account.Password
            ? null
            : After(account.Username ?? username.Split(Separator)[0], username, "-");

    public override bool HasShape(string username, string tail) =>
        tail.Length > 0 && Apply(RequestedExit.Any, tail.Split(Separator)[1]) is not null;

    public override Reading Parse(string tail)
    {
        var exit = RequestedExit.Any;
        foreach (string token in tail.Split(Separator).Skip(1))
        {
            if (Apply(exit, token) is not { } next)
                return Reading.Refused(token);
            exit = next;
        }
        return new Reading(exit, null);
    }

    // Of several countries any will do: it is the first.
    private static RequestedExit? Apply(RequestedExit exit, string token) =>
        token == Rotate ? exit
        : token.Length == 2 && token.All(char.IsAsciiLetterLower)
        ? exit.Country.Length > 0
        ? exit
        : exit with { Country = token.ToUpperInvariant() }
        : token.StartsWith(City, StringComparison.Ordinal) && token.Length > City.Length
        ? exit with { City = token[City.Length..] }
        : token.Length is > 0 and <= 10 && token.All(char.IsAsciiDigit) ? exit with { Session = token }
        : null;
}

using System.Text.RegularExpressions;
using AtlanticProxy.Simulator.Exits;

namespace AtlanticProxy.Simulator.Grammars;

/// <summary>
/// IPRoyal's: <c>SECRET_country-br_session-abcd1234_lifetime-10m</c> in the password. docs.iproyal.com/proxies/residential/proxy.
/// </summary>
internal sealed partial class IpRoyalGrammar() : ProviderGrammar("iproyal")
{
    private const char Between = '_', Assign = '-';

    private static readonly Dictionary<string, TargetToken> s_tokens = new TargetToken[]
    {
        TargetToken.Country("country"), TargetToken.Named("region"), TargetToken.State("state"), TargetToken.City("city"),
        TargetToken.Named("isp"),
        TargetToken.Session("session", "[a-zA-Z0-9]{8}"), TargetToken.Time("lifetime", "[1-9][0-9]*[smhd]"),
    }.ToDictionary(token => token.Key, StringComparer.Ordinal);

    public override string? TailOf(Account account, string username, string password) =>
        account.Username is null ? FirstToken().Match(password) is { Success: true } first ? password[first.Index..] : ""
        : username == account.Username ? After(account.Password!, password, "_")
        : null;

    public override bool HasShape(string username, string tail) => tail.Length > 0;

    public override Reading Parse(string tail)
    {
        var exit = RequestedExit.Any;
        foreach (string part in tail.Length == 0 ? [] : tail[1..].Split(Between))
        {
            if (part.Split(Assign, 2) is not [var key, var value] || !s_tokens.TryGetValue(key, out var token)
                || !token.Values!.IsMatch(value))
                return Reading.Refused(part.Split(Assign)[0]);
            exit = token.Apply(exit, value);
        }
        return new Reading(exit, null);
    }

    [GeneratedRegex("_(country|region|state|city|isp|session|lifetime)-")]
    private static partial Regex FirstToken();
}

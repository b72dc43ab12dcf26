using AtlanticProxy.Simulator.Exits;

namespace AtlanticProxy.Simulator.Grammars;

/// <summary>Grammars of keys and values behind the account's name in the username, which most are.</summary>
/// <param name="head">What stands before the account's name.</param>
/// <param name="start">What stands between the account and the first token.</param>
/// <param name="between">What stands between tokens.</param>
/// <param name="assign">What stands between a key and its value.</param>
internal sealed class KeyedGrammar(string name, string head, string start, char between, char assign, params TargetToken[] tokens)
    : ProviderGrammar(name)
{
    private const string BrightDataHead = "brd-customer-";

    /// <summary>The account is the zone's whole username. docs.brightdata.com/proxy-networks/config-options.</summary>
    public static readonly KeyedGrammar BrightData = new("brightdata", "", "-", '-', '-',
        TargetToken.Country("country"), TargetToken.StateCode("state"), TargetToken.City("city"), TargetToken.Named("zip"),
        TargetToken.Numbered("asn"),
        TargetToken.Named("os"), TargetToken.Session("session"), TargetToken.Flag("const"));

    /// <summary>developers.oxylabs.io/proxies/residential-proxies/making-requests.</summary>
    public static readonly KeyedGrammar Oxylabs = new("oxylabs", "customer-", "-", '-', '-',
        TargetToken.Country("cc"), TargetToken.Named("cn"), TargetToken.StateOfCountry("st"), TargetToken.CityWords("city"),
        TargetToken.Named("postalcode"),
        TargetToken.Numbered("ASN"), TargetToken.Session("sessid"), TargetToken.Session("sessid_oneip"),
        TargetToken.Time("sesstime", "[1-9]|[12][0-9]|30"));

    /// <summary>help.decodo.com/docs/residential-proxy-advanced-parameters.</summary>
    public static readonly KeyedGrammar Decodo = new("decodo", "user-", "-", '-', '-',
        TargetToken.Country("country"), TargetToken.Named("continent"), TargetToken.StateOfCountry("state"),
        TargetToken.CityWords("city"), TargetToken.Named("zip"),
        TargetToken.Numbered("asn"), TargetToken.Named("os"), TargetToken.Session("session"),
        TargetToken.Time("sessionduration"));

    /// <summary>docs.dataimpulse.com/proxies/parameters.</summary>
    public static readonly KeyedGrammar DataImpulse = new("dataimpulse", "", "__", ';', '.',
        TargetToken.Country("cr"), TargetToken.Named("nocr"), TargetToken.State("state"), TargetToken.City("city"),
        TargetToken.Named("zip"), TargetToken.Numbered("asn"),
        TargetToken.Session("sessid"), TargetToken.Time("sessttl"));

    /// <summary>This product's own: of another appliance, say.</summary>
    public static readonly KeyedGrammar AtlanticProxy = new("atlanticproxy", "", "-", '-', '-',
        TargetToken.Country("country"), TargetToken.Named("region"), TargetToken.StateWords("state"),
        TargetToken.CityWords("city"), TargetToken.Named("zip"),
        TargetToken.Numbered("asn"), TargetToken.Named("isp"), TargetToken.Named("os"),
        TargetToken.Session("session", "[a-zA-Z0-9_.]{1,64}"), TargetToken.Time("ttl"),
        TargetToken.Flag("strict"));

    private readonly Dictionary<string, TargetToken> _tokens = tokens.ToDictionary(token => token.Key, StringComparer.Ordinal);

    public override string? TailOf(Account account, string username, string password)
    {
        if (!username.StartsWith(head, StringComparison.Ordinal) || (account.NeedsCredentials && password != account.Password))
            return null;
        string rest = username[head.Length..];
        return After(account.Username ?? NameOf(rest), rest, start);
    }

    public override bool HasShape(string username, string tail) =>
        this == BrightData ? username.StartsWith(BrightDataHead, StringComparison.Ordinal)
        : this == DataImpulse ? tail.Length > 0
        : true; // The head tells the others, and ours fits all that is left.

    public override Reading Parse(string tail)
    {
        var exit = RequestedExit.Any;
        if (tail.Length == 0)
            return new Reading(exit, null);
        var parts = new Queue<string>(tail[start.Length..].Split(between));
        while (parts.TryDequeue(out string? key))
        {
            string? value = null;
            if (between != assign && key.IndexOf(assign, StringComparison.Ordinal) is >= 0 and var at)
                (key, value) = (key[..at], key[(at + 1)..]);
            if (!_tokens.TryGetValue(key, out var token))
                return Reading.Refused(key);
            if (between == assign && token.Values is not null)
                parts.TryDequeue(out value);
            if (value is null != token.Values is null || token.Values?.IsMatch(value!) == false)
                return Reading.Refused(key);
            exit = token.Apply(exit, value ?? "");
        }
        return new Reading(exit, null);
    }

    // Where everyone is let in: Bright Data's has five parts, a name of others ends at the first separator.
    private string NameOf(string rest)
    {
        int parts = rest.StartsWith(BrightDataHead, StringComparison.Ordinal) ? 5 : 1;
        int end = -1;
        for (int i = 0; i < parts; i++)
            if ((end = rest.IndexOf(start, end + 1, StringComparison.Ordinal)) < 0)
                return rest;
        return rest[..end];
    }
}

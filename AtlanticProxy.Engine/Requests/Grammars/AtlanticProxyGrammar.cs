namespace AtlanticProxy.Engine.Requests.Grammars;

/// <summary>
/// This product's own: <c>alice-country-us-state-ny-city-newyork-asn-7922-session-a1b2-ttl-10-strict</c>. It can say all that
/// there is to say.
/// </summary>
internal sealed class AtlanticProxyGrammar() : PairGrammar('-', '-',
    new("country", TokenMeaning.Country),
    new("exclude", TokenMeaning.Exclusion),
    new("region", TokenMeaning.Region),
    new("state", TokenMeaning.State),
    new("city", TokenMeaning.City),
    new("zip", TokenMeaning.Zip),
    new("asn", TokenMeaning.Asn),
    new("isp", TokenMeaning.Isp),
    new("os", TokenMeaning.Os),
    new("session", TokenMeaning.Session),
    new("ttl", TokenMeaning.Ttl),
    new("strict", TokenMeaning.Strict))
{
    public override string Name => "AtlanticProxy";

    public override bool TryParse(string username, int separator, out ParsedUsername parsed)
    {
        bool isMine = username[separator] == '-';
        parsed = isMine ? ParseTokens(username[..separator], username.AsSpan(separator + 1)) : default;
        return isMine;
    }

    protected override (string Username, string Password) Write(string name, string password, Targeting targeting) =>
        (name + WriteTokens(targeting, "-"), password);
}

namespace AtlanticProxy.Engine.Requests.Grammars;

/// <summary>
/// DataImpulse's: <c>alice__cr.de;city.berlin;sessttl.60</c>. Source: docs.dataimpulse.com, "Parameters".
/// </summary>
internal sealed class DataImpulseGrammar() : PairGrammar(';', '.',
    new("cr", TokenMeaning.Country),
    new("nocr", TokenMeaning.Exclusion),
    new("state", TokenMeaning.State),
    new("city", TokenMeaning.City),
    new("zip", TokenMeaning.Zip),
    new("asn", TokenMeaning.Asn),
    new("sessid", TokenMeaning.Session),
    new("sessttl", TokenMeaning.Ttl),
    new("nostate", TokenMeaning.NotOffered),
    new("nocity", TokenMeaning.NotOffered),
    new("nozip", TokenMeaning.NotOffered),
    new("noasn", TokenMeaning.NotOffered),
    new("anon", TokenMeaning.NotOffered))
{
    private const string Head = "__";

    public override string Name => "DataImpulse";

    public override bool TryParse(string username, int separator, out ParsedUsername parsed)
    {
        bool isMine = username.AsSpan(separator).StartsWith(Head);
        parsed = isMine ? ParseTokens(username[..separator], username.AsSpan(separator + Head.Length)) : default;
        return isMine;
    }

    protected override (string Username, string Password) Write(string name, string password, Targeting targeting) =>
        (name + WriteTokens(targeting, Head), password);
}

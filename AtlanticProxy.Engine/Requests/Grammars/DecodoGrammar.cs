namespace AtlanticProxy.Engine.Requests.Grammars;

/// <summary>
/// Decodo's, formerly Smartproxy's: <c>user-alice-country-us-city-new_york-session-y-sessionduration-30</c>.
/// Source: help.decodo.com, "Residential proxies: advanced parameters, custom sticky sessions".
/// </summary>
internal sealed class DecodoGrammar() : PrefixedGrammar(
    ["user-"],
    new("continent", TokenMeaning.Region),
    new("country", TokenMeaning.Country),
    new("state", TokenMeaning.State),
    new("city", TokenMeaning.City),
    new("zip", TokenMeaning.Zip),
    new("asn", TokenMeaning.Asn),
    new("os", TokenMeaning.Os),
    new("session", TokenMeaning.Session),
    new("sessionduration", TokenMeaning.Ttl),
    new("ip", TokenMeaning.NotOffered))
{
    public override string Name => "Decodo";

    protected override string? Value(TokenMeaning meaning, Targeting targeting) => meaning switch
    {
        TokenMeaning.Region => Region.CodeOf(targeting.Region) is { Length: > 0 } code ? code : null,
        TokenMeaning.State => base.Value(meaning, targeting) is { } state
            ? targeting.Country == "us" ? $"us_{state}" : state
            : null,
        _ => base.Value(meaning, targeting),
    };
}

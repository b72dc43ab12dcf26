namespace AtlanticProxy.Engine.Requests.Grammars;

/// <summary>
/// Oxylabs': <c>customer-alice-cc-US-st-us_california-city-los_angeles-sessid-abc-sesstime-5</c>. <c>sessid_oneip</c> keeps the
/// session's exit or fails. Source: developers.oxylabs.io, "Residential proxies: location settings, session control".
/// </summary>
internal sealed class OxylabsGrammar() : PrefixedGrammar(
    ["customer-"],
    new("cn", TokenMeaning.Region),
    new("cc", TokenMeaning.Country),
    new("st", TokenMeaning.State),
    new("city", TokenMeaning.City),
    new("postalcode", TokenMeaning.Zip),
    new("ASN", TokenMeaning.Asn),
    new("sessid", TokenMeaning.Session),
    new("sessid_oneip", TokenMeaning.StrictSession),
    new("sesstime", TokenMeaning.Ttl),
    new("loc", TokenMeaning.NotOffered))
{
    public override string Name => "Oxylabs";

    protected override string? Value(TokenMeaning meaning, Targeting targeting) => meaning switch
    {
        TokenMeaning.Region => Region.CodeOf(targeting.Region) is { Length: > 0 } code ? code.ToUpperInvariant() : null,
        TokenMeaning.Country => base.Value(meaning, targeting)?.ToUpperInvariant(),
        TokenMeaning.State => base.Value(meaning, targeting) is { } state
            ? targeting.Country == "us" ? $"us_{state}" : state
            : null,
        TokenMeaning.Session => targeting.Strict ? null : base.Value(meaning, targeting),
        TokenMeaning.StrictSession => targeting.Strict ? base.Value(TokenMeaning.Session, targeting) : null,
        _ => base.Value(meaning, targeting),
    };
}

namespace AtlanticProxy.Engine.Requests.Grammars;

/// <summary>
/// Bright Data's, formerly Luminati's: <c>brd-customer-alice-zone-res-country-us-city-sanfrancisco-session-a1b2</c>. The zone
/// names a product of theirs and is ignored; <c>const</c> keeps the session's exit or fails. Source: docs.brightdata.com, "Proxy
/// configuration options".
/// </summary>
internal sealed class BrightDataGrammar() : PrefixedGrammar(
    ["brd-customer-", "lum-customer-"],
    new("zone", TokenMeaning.Ignored),
    new("country", TokenMeaning.Country),
    new("state", TokenMeaning.State),
    new("city", TokenMeaning.City),
    new("zip", TokenMeaning.Zip),
    new("asn", TokenMeaning.Asn),
    new("carrier", TokenMeaning.Isp),
    new("os", TokenMeaning.Os),
    new("session", TokenMeaning.Session),
    new("const", TokenMeaning.Strict),
    new("ip", TokenMeaning.NotOffered),
    new("gip", TokenMeaning.NotOffered),
    new("vip", TokenMeaning.NotOffered),
    new("dns", TokenMeaning.NotOffered),
    new("direct", TokenMeaning.NotOffered),
    new("mobile", TokenMeaning.NotOffered),
    new("route_err", TokenMeaning.NotOffered),
    new("c_tag", TokenMeaning.NotOffered),
    new("debug", TokenMeaning.NotOffered))
{
    public override string Name => "Bright Data";

    protected override string? Value(TokenMeaning meaning, Targeting targeting) =>
        meaning == TokenMeaning.Country && targeting.Countries == CountryList.EuropeanUnion
            ? "eu"
            : base.Value(meaning, targeting);
}

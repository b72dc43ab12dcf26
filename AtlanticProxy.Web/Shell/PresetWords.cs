using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Shell;

/// <summary>What presets of providers say, as phrases: their files are English.</summary>
internal static class PresetWords
{
    private static readonly Dictionary<string, Phrase> Known = new Phrase[]
    {
        "Custom gateway", "List of proxies", "This server's own addresses",
        "The whole username of the zone's overview page: brd-customer-…-zone-….",
        "A session's exit is given up after five minutes without a request. State, city and ZIP code need a zone of residential "
            + "proxies.",
        "Any HTTP, HTTPS or SOCKS5 proxy: you give its endpoint, and how it wants to be asked.",
        "The plan's login.",
        "State, city, ZIP code and ASN cost twice the traffic there. A session keeps its exit for about 30 minutes.",
        "The proxy user's name, without user-.", "Formerly Smartproxy.",
        "No upstream: traffic leaves from this server. Name the networks that are routed to it, and each session gets an address "
            + "of its own.",
        "The username of its residential proxies.",
        "What is asked for stands behind the password. States are those of the United States.",
        "One proxy a line. Each session keeps one of them; without a session each connection may get another.",
        "The name of the proxy user, without customer-.",
        "A session keeps its exit for 30 minutes at most, whatever time was asked for.",
        "The proxy username, without country, number or -rotate.",
        "Needs the backbone connection. Cities are for residential plans.",
    }.ToDictionary(phrase => phrase.ToString(), StringComparer.Ordinal);

    /// <summary>A label, a note or a hint of a preset; what is not known is the name of a provider.</summary>
    public static Phrase Of(string text) => Known.GetValueOrDefault(text) ?? Phrase.Verbatim(text);
}

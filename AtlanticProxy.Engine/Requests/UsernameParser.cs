using System.Text;
using AtlanticProxy.Engine.Requests.Grammars;

namespace AtlanticProxy.Engine.Requests;

/// <summary>
/// Reads usernames of any grammar that is known. A proxy user's name has no separator of any of them in it, so the first
/// separator ends it, or shows that it is a prefix. Which grammar it is depends on the text alone: on the words in front
/// (<c>brd-customer-</c>, <c>customer-</c>, <c>user-</c>), then on the separator behind the name (<c>__</c>), then on the first
/// token (a country code, digits, <c>city_</c> or <c>rotate</c> are Webshare's); all else is this product's own. Nothing is ever
/// dropped silently: a token that is not known is refused by name.
/// </summary>
internal static class UsernameParser
{
    private static readonly AtlanticProxyGrammar Own = new();

    private static readonly IpRoyalGrammar InPassword = new();

    /// <summary>In the order in which they are tried.</summary>
    private static readonly UsernameGrammar[] InOrder =
        [new BrightDataGrammar(), new OxylabsGrammar(), new DecodoGrammar(), new DataImpulseGrammar(), new WebshareGrammar(), Own,
            InPassword];

    public static IReadOnlyList<UsernameGrammar> Grammars => InOrder;

    /// <summary>A name alone costs nothing.</summary>
    public static ParsedUsername Parse(string username)
    {
        int separator = username.AsSpan().IndexOfAny('-', '_');
        if (separator >= 0)
            foreach (var grammar in InOrder)
                if (grammar.TryParse(username, separator, out var parsed))
                    return parsed;
        return new ParsedUsername(username, Targeting.None);
    }

    /// <summary>
    /// Targeting as it follows a name in this product's own grammar, without the first separator: <c>country-us-session-a1</c>.
    /// </summary>
    public static ParsedUsername ParseTargeting(string name, string targeting) =>
        targeting.Length == 0 ? new ParsedUsername(name, Targeting.None) : Own.ParseTokens(name, targeting);

    /// <summary>
    /// <paramref name="parsed"/> with what stands behind the secret in the password, which is where IPRoyal has its targeting.
    /// </summary>
    /// <param name="behindSecret">UTF-8, from the separator on.</param>
    public static ParsedUsername WithPassword(ParsedUsername parsed, ReadOnlySpan<byte> behindSecret)
    {
        if (parsed.BadToken is not null)
            return parsed;
        var more = InPassword.ParseTokens(parsed.Name, Encoding.UTF8.GetString(behindSecret[1..]));
        return parsed.Targeting == Targeting.None || more.BadToken is not null
            ? more : ParsedUsername.Refused(parsed.Name, "password", "targeting in the username already");
    }

    /// <summary>Both, where the secret is known to have no underscore.</summary>
    public static ParsedUsername Parse(string username, string password)
    {
        var parsed = Parse(username);
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        int secret = IpRoyalGrammar.SecretLength(bytes);
        return secret < 0 ? parsed : WithPassword(parsed, bytes.AsSpan(secret));
    }
}

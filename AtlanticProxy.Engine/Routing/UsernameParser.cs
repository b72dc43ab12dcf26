using System.Globalization;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Routing;

/// <summary>A username taken apart: whose it is, and what it asks for.</summary>
/// <param name="Name">The proxy user's name.</param>
/// <param name="Targeting">What follows it.</param>
/// <param name="BadToken">The token that is unknown or malformed; null when all is well.</param>
internal readonly record struct ParsedUsername(string Name, Targeting Targeting, string? BadToken);

/// <summary>
/// Reads the AtlanticProxy grammar: <c>alice-country-us-state-ny-city-newyork-asn-7922-session-a1b2-ttl-10-strict</c>.
/// Nothing is ever dropped silently: a token that is not known is refused by name.
/// </summary>
internal static class UsernameParser
{
    private const char Separator = '-';

    /// <summary>Characters of a session's name or any other value.</summary>
    private const int MaxValueLength = 64;

    public static ParsedUsername Parse(string username)
    {
        int end = username.IndexOf(Separator, StringComparison.Ordinal);
        if (end < 0)
            return new ParsedUsername(username, Targeting.None, null);

        string name = username[..end];
        var targeting = Targeting.None;
        var rest = username.AsSpan(end + 1);
        while (true)
        {
            var key = Next(ref rest, out bool more);
            if (key is "strict")
                targeting = targeting with { Strict = true };
            else
            {
                if (!more)
                    return new ParsedUsername(name, Targeting.None, Shown(key));
                var value = Next(ref rest, out more);
                if (Apply(targeting, key, value) is not { } applied)
                    return new ParsedUsername(name, Targeting.None, IsKnown(key) ? $"{key}-{Shown(value)}" : Shown(key));
                targeting = applied;
            }
            if (!more)
                return new ParsedUsername(name, targeting, null);
        }
    }

    private static Targeting? Apply(Targeting targeting, ReadOnlySpan<char> key, ReadOnlySpan<char> value) => key switch
    {
        "country" when value.Length == 2 && char.IsAsciiLetter(value[0]) && char.IsAsciiLetter(value[1]) => targeting with { Country = Lower(value) },
        "state" when IsWord(value) => targeting with { State = Lower(value) },
        "city" when IsWord(value) => targeting with { City = Lower(value) },
        "asn" when uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint asn) && asn > 0 =>
            targeting with { Asn = asn.ToString(CultureInfo.InvariantCulture) },
        "session" when IsWord(value) => targeting with { Session = value.ToString() },
        "ttl" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int minutes)
            && minutes is >= Targeting.MinTtlMinutes and <= Targeting.MaxTtlMinutes => targeting with { TtlMinutes = minutes },
        _ => null,
    };

    private static bool IsKnown(ReadOnlySpan<char> key) => key is "country" or "state" or "city" or "asn" or "session" or "ttl";

    private static bool IsWord(ReadOnlySpan<char> value)
    {
        if (value.Length is 0 or > MaxValueLength)
            return false;
        foreach (char c in value)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        return true;
    }

    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest, out bool more)
    {
        int end = rest.IndexOf(Separator);
        more = end >= 0;
        var token = more ? rest[..end] : rest;
        rest = more ? rest[(end + 1)..] : [];
        return token;
    }

    private static string Lower(ReadOnlySpan<char> value) => value.ToString().ToLowerInvariant();

    // A token goes back to the client in a header: only plain characters, and not many.
    private static string Shown(ReadOnlySpan<char> token)
    {
        Span<char> shown = stackalloc char[Math.Min(token.Length, ProxyUser.MaxNameLength)];
        for (int i = 0; i < shown.Length; i++)
            shown[i] = char.IsAsciiLetterOrDigit(token[i]) || token[i] is '_' or '.' ? token[i] : '?';
        return shown.IsEmpty ? "(empty)" : shown.ToString();
    }
}

namespace AtlanticProxy.Engine.Usage.Journal;

/// <summary>
/// Countries as they may be counted by: two lower-case letters, or none. Each is one string, however often it is read.
/// </summary>
internal static class CountryNames
{
    private const int Letters = 26;

    private static readonly string[] Names =
        [.. from first in Enumerable.Range('a', Letters) from second in Enumerable.Range('a',
            Letters) select $"{(char)first}{(char)second}"];

    /// <summary>Empty when the two are no country.</summary>
    public static string Of(byte first, byte second) =>
        char.IsAsciiLetterLower((char)first) && char.IsAsciiLetterLower((char)second)
            ? Names[(first - 'a') * Letters + second - 'a']
            : "";

    /// <summary>Empty when it is no country: text that a database might refuse must not hold up everyone's bytes.</summary>
    public static string Sane(string country) => country is [<= '\x7F' and var first, <= '\x7F' and var second]
        ? Of((byte)first, (byte)second)
        : "";
}

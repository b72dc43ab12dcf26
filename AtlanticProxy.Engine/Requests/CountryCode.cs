using AtlanticProxy.Engine.Requests.Places;

namespace AtlanticProxy.Engine.Requests;

/// <summary>Country codes, lower case ISO 3166-1 alpha-2, found in a text without a copy of it.</summary>
internal static class CountryCode
{
    private const int Letters = 'z' - 'a' + 1;

    private static readonly string?[] ByLetters = Build();

    /// <summary>
    /// The code in lower case, always the same string for the same country; null when <paramref name="text"/> is none. <c>uk</c>
    /// is <c>gb</c>.
    /// </summary>
    public static string? Find(ReadOnlySpan<char> text) =>
        text.Length == 2 && char.IsAsciiLetter(text[0]) && char.IsAsciiLetter(text[1])
            ? ByLetters[Index(text[0], text[1])]
            : null;

    private static string?[] Build()
    {
        var codes = new string?[Letters * Letters];
        foreach (var country in Gazetteer.Countries)
            codes[Index(country.Code[0], country.Code[1])] = country.Code;
        codes[Index('u', 'k')] = codes[Index('g', 'b')]; // not ISO's, but what many clients write
        return codes;
    }

    // The case bit of ASCII letters taken off.
    private static int Index(char first, char second) => ((first | 0x20) - 'a') * Letters + (second | 0x20) - 'a';
}

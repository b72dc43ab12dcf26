using System.Text;

namespace AtlanticProxy.Engine.Requests.Grammars;

/// <summary>
/// A grammar of keys and values with separators between, which most are: a table of tokens, and a head with the name in it.
/// </summary>
internal abstract class PairGrammar(char tokenSeparator, char valueSeparator, params GrammarToken[] tokens) : UsernameGrammar
{
    /// <summary>What <see cref="Shown"/> shows of a token at most.</summary>
    private const int MaxShown = 32;

    /// <summary>Reads the tokens that follow a name.</summary>
    public ParsedUsername ParseTokens(string name, ReadOnlySpan<char> rest)
    {
        var draft = new TargetingDraft();
        bool more = true;
        while (more)
        {
            var key = Next(ref rest, tokenSeparator, out more);
            ReadOnlySpan<char> value = default;
            bool hasValue = tokenSeparator != valueSeparator && Split(ref key, out value);
            if (Find(key) is not { } token)
                return Unknown(name, key);
            if (token.Meaning == TokenMeaning.NotOffered)
                return ParsedUsername.Refused(name, token.Key, draft.Set(token.Meaning, default));
            if (!token.IsFlag && tokenSeparator == valueSeparator && more)
            {
                value = Next(ref rest, tokenSeparator, out more);
                hasValue = true;
            }
            if (token.IsFlag == hasValue)
                return ParsedUsername.Refused(name, token.Key, hasValue ? "has no value" : "needs a value");
            if (draft.Set(token.Meaning, value) is { } problem)
                return ParsedUsername.Refused(name, hasValue ? $"{token.Key}{valueSeparator}{Shown(value)}" : token.Key, problem);
        }
        return draft.Finish(out var bad, out string? why) is { } targeting
            ? new ParsedUsername(name, targeting) : ParsedUsername.Refused(name, KeyOf(bad), why);
    }

    /// <summary>A token as it may go back to the client in a header: only plain characters, and not many.</summary>
    public static string Shown(ReadOnlySpan<char> token)
    {
        Span<char> shown = stackalloc char[Math.Min(token.Length, MaxShown)];
        for (int i = 0; i < shown.Length; i++)
            shown[i] = char.IsAsciiLetterOrDigit(token[i]) || token[i] is '_' or '.' or ',' ? token[i] : '?';
        return shown.IsEmpty ? "(empty)" : shown.ToString();
    }

    /// <summary>Everything up to the next <paramref name="separator"/>, which is skipped.</summary>
    public static ReadOnlySpan<char> Next(scoped ref ReadOnlySpan<char> rest, char separator, out bool more)
    {
        int end = rest.IndexOf(separator);
        more = end >= 0;
        var token = more ? rest[..end] : rest;
        rest = more ? rest[(end + 1)..] : [];
        return token;
    }

    /// <summary>What is wrong with a token that is not known.</summary>
    public static ParsedUsername Unknown(string name, ReadOnlySpan<char> key, IEnumerable<string> known) =>
        ParsedUsername.Refused(name, Shown(key), NearestToken.Find(key, known) is { } nearest
            ? $"did you mean {nearest}?"
            : null);

    /// <summary>The tokens of <paramref name="targeting"/>, each with what stands before it, in the order of the table.</summary>
    protected string WriteTokens(Targeting targeting, string before)
    {
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            string? value = token.IsFlag ? targeting.Strict ? "" : null : Value(token.Meaning, targeting);
            if (value is null)
                continue;
            text.Append(text.Length == 0 ? before : tokenSeparator.ToString()).Append(token.Key);
            if (!token.IsFlag)
                text.Append(valueSeparator).Append(value);
        }
        return text.ToString();
    }

    /// <summary>How this grammar writes what is asked for; null when it is not.</summary>
    protected virtual string? Value(TokenMeaning meaning, Targeting targeting) => meaning switch
    {
        TokenMeaning.Country => Given(targeting.Countries.ToString()),
        TokenMeaning.Exclusion => Given(targeting.ExcludedCountries.ToString()),
        TokenMeaning.Region => Given(targeting.Region),
        TokenMeaning.State => Given(targeting.State),
        TokenMeaning.City => Given(targeting.City),
        TokenMeaning.Zip => Given(targeting.Zip),
        TokenMeaning.Asn => Given(targeting.Asn),
        TokenMeaning.Isp => Given(targeting.Isp),
        TokenMeaning.Os => Given(targeting.Os),
        TokenMeaning.Session => Given(targeting.Session),
        TokenMeaning.Ttl => targeting.AskedTtl is { } minutes ? $"{minutes}" : null,
        TokenMeaning.Lifetime => targeting.AskedTtl is { } minutes ? $"{minutes}m" : null,
        _ => null,
    };

    private static string? Given(string value) => value.Length == 0 ? null : value;

    private bool Split(scoped ref ReadOnlySpan<char> key, out ReadOnlySpan<char> value)
    {
        int end = key.IndexOf(valueSeparator);
        value = end < 0 ? default : key[(end + 1)..];
        key = end < 0 ? key : key[..end];
        return end >= 0;
    }

    private GrammarToken? Find(ReadOnlySpan<char> key)
    {
        foreach (var token in tokens)
            if (key.Equals(token.Key, StringComparison.OrdinalIgnoreCase))
                return token;
        return null;
    }

    private ParsedUsername Unknown(string name, ReadOnlySpan<char> key) => Unknown(name, key, tokens.Select(token => token.Key));

    private string KeyOf(TokenMeaning meaning) =>
        Array.Find(tokens, token => token.Meaning == meaning)?.Key ?? meaning.ToString();
}

namespace AtlanticProxy.Engine.Requests.Grammars;

/// <summary>A grammar that says which it is by the words in front of the name: <c>customer-alice-cc-US</c>.</summary>
/// <param name="prefixes">With their last separator; the first is the one that is written.</param>
internal abstract class PrefixedGrammar(string[] prefixes, params GrammarToken[] tokens)
    : PairGrammar(Separator, Separator, tokens)
{
    private const char Separator = '-';

    public override bool TryParse(string username, int separator, out ParsedUsername parsed)
    {
        foreach (string prefix in prefixes)
        {
            if (!username.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                continue;
            int end = username.IndexOf(Separator, prefix.Length);
            parsed = end < 0
                ? new ParsedUsername(username[prefix.Length..], Targeting.None)
                : ParseTokens(username[prefix.Length..end], username.AsSpan(end + 1));
            return true;
        }
        parsed = default;
        return false;
    }

    protected override (string Username, string Password) Write(string name, string password, Targeting targeting) =>
        ($"{prefixes[0]}{name}{WriteTokens(targeting, "-")}", password);
}

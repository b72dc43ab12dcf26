using AtlanticProxy.Simulator.Exits;

namespace AtlanticProxy.Simulator.Grammars;

/// <summary>What was read of credentials.</summary>
/// <param name="BadToken">The first token that is unknown or malformed; null when all were understood.</param>
internal sealed record Reading(RequestedExit Wanted, string? BadToken)
{
    public static Reading Refused(string token) => new(RequestedExit.Any, token.Length > 0 ? token : "(empty)");
}

/// <summary>
/// How one kind of provider is told what exit is wanted. Written from the providers' own pages, apart from the engine's, so that
/// each checks the other.
/// </summary>
/// <param name="name">As the presets of the appliance are called.</param>
internal abstract class ProviderGrammar(string name)
{
    /// <summary>
    /// In the order in which a client's shape is looked for: the most telling first, and last the one that fits everything.
    /// </summary>
    public static readonly IReadOnlyList<ProviderGrammar> All =
    [
        KeyedGrammar.Oxylabs, KeyedGrammar.Decodo, KeyedGrammar.BrightData, KeyedGrammar.DataImpulse, new IpRoyalGrammar(),
        new WebshareGrammar(), KeyedGrammar.AtlanticProxy,
    ];

    public string Name => name;

    public static ProviderGrammar? Find(string? name) => All.FirstOrDefault(grammar => grammar.Name == name);

    /// <summary>
    /// What follows the account in these credentials, its separator included; null when they are not the account's.
    /// </summary>
    public abstract string? TailOf(Account account, string username, string password);

    /// <summary>Whether nothing else looks like this.</summary>
    public abstract bool HasShape(string username, string tail);

    public abstract Reading Parse(string tail);

    /// <summary>
    /// What follows <paramref name="account"/> in <paramref name="text"/>; null when something else does than the separator or
    /// the end.
    /// </summary>
    protected static string? After(string account, string text, string separator) =>
        text == account || text.StartsWith(account + separator, StringComparison.Ordinal) ? text[account.Length..] : null;
}

namespace AtlanticProxy.Engine.Requests;

/// <summary>A username taken apart: whose it is, and what it asks for.</summary>
/// <param name="Name">The proxy user's name, as it stands there: whether there is such a user is another question.</param>
/// <param name="Targeting">What stands around it; nothing when there is a bad token.</param>
/// <param name="BadToken">The token that is unknown, malformed or in contradiction, in plain ASCII; null when all is
/// well.</param>
/// <param name="Hint">What is wrong with it, or what may have been meant; null when there is nothing to say.</param>
internal readonly record struct ParsedUsername(string Name, Targeting Targeting, string? BadToken = null, string? Hint = null)
{
    /// <summary>The bad token and the hint, for the client; null when all is well.</summary>
    public string? Problem => Hint is null ? BadToken : $"{BadToken}: {Hint}";

    public static ParsedUsername Refused(string name, string badToken, string? hint) => new(name, Targeting.None, badToken, hint);
}

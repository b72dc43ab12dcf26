namespace AtlanticProxy.Engine.Diagnostics;

/// <summary>What an outcome is in words, for those who read of it later.</summary>
public static class OutcomeWords
{
    /// <summary>What was wrong and, where the client can do something, what: a sentence in English.</summary>
    public static string Sentence(this ConnectionOutcome outcome) => Endings.Of(outcome).Sentence;

    /// <summary>Whether the client was told no, rather than served.</summary>
    public static bool IsRefusal(this ConnectionOutcome outcome) => Endings.Of(outcome).HttpStatus != 0;
}

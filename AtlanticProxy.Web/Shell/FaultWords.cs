using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Shell;

/// <summary>What a provider did last that it should not, as phrases: the node says it in English, maybe with a detail.</summary>
internal static class FaultWords
{
    private static readonly Dictionary<string, Phrase> Known = new Phrase[]
    {
        "not dialled", "unreachable", "silent", "closed instead of answering", "TLS failed", "did not speak its protocol",
        "rejects our account", "limits our rate", "could not serve a request",
    }.ToDictionary(phrase => phrase.ToString(), StringComparer.Ordinal);

    /// <param name="fault"><c>closed instead of answering (after 12 bytes)</c></param>
    public static Phrase Of(string fault)
    {
        string words = fault.Split(" (", 2)[0];
        return Known.GetValueOrDefault(words) is { } known ? $"{known}{fault[words.Length..]}" : Phrase.Verbatim(fault);
    }
}

using System.Text.Json;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.WebUtilities;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Shell;

/// <summary>What a form shows of what is stored: a label, and the text beside it.</summary>
internal readonly record struct FormFact(Phrase Label, string? Text);

/// <summary>
/// What was stored when a form was made, as the form carries it: when it comes back, it is told what others have changed
/// meanwhile. It protects nobody from anything but mistakes, so it is neither signed nor secret, and has no secrets in it.
/// </summary>
internal static class FormVersion
{
    /// <summary>The name of the hidden field.</summary>
    public const string Field = "version";

    public static string Of(IEnumerable<FormFact> facts) =>
        WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(
            facts.ToDictionary(fact => fact.Label.ToString(), TextOf)));

    /// <summary>
    /// What differs from <paramref name="version"/>, a sentence each. None when there is no version: such a form was made
    /// elsewhere.
    /// </summary>
    public static IReadOnlyList<string> Changes(string? version, IEnumerable<FormFact> facts)
    {
        if (Read(version) is not { } known)
            return [];
        return [.. facts.Where(fact => known.TryGetValue(fact.Label.ToString(), out string? text) && text != TextOf(fact))
            .Select(fact => TextOf(fact) is { Length: > 0 } now
                ? T[$"{fact.Label} is “{now}” now."]
                : T[$"{fact.Label} is empty now."])];
    }

    private static string TextOf(FormFact fact) => fact.Text ?? "";

    private static Dictionary<string, string>? Read(string? version)
    {
        try
        {
            return string.IsNullOrEmpty(version)
                ? null
                : JsonSerializer.Deserialize<Dictionary<string, string>>(WebEncoders.Base64UrlDecode(version));
        }
        catch (Exception foreign) when (foreign is FormatException or JsonException)
        {
            return null;
        }
    }
}

using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace AtlanticProxy.Web.Shell;

/// <summary>What a form shows of what is stored: a label, and the text beside it.</summary>
internal readonly record struct FormFact(string Label, string? Text);

/// <summary>
/// What was stored when a form was made, as the form carries it: when it comes back, it is told what others have changed
/// meanwhile. It protects nobody from anything but mistakes, so it is neither signed nor secret, and has no secrets in it.
/// </summary>
internal static class FormVersion
{
    /// <summary>The name of the hidden field.</summary>
    public const string Field = "version";

    public static string Of(IEnumerable<FormFact> facts) =>
        WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(facts.ToDictionary(fact => fact.Label, TextOf)));

    /// <summary>
    /// What differs from <paramref name="version"/>, a sentence each. None when there is no version: such a form was made
    /// elsewhere.
    /// </summary>
    public static IReadOnlyList<string> Changes(string? version, IEnumerable<FormFact> facts)
    {
        if (Read(version) is not { } known)
            return [];
        return [.. facts.Where(fact => known.TryGetValue(fact.Label, out string? text) && text != TextOf(fact))
            .Select(fact => TextOf(fact) is { Length: > 0 } now
                ? $"{fact.Label} is “{now}” now."
                : $"{fact.Label} is empty now.")];
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

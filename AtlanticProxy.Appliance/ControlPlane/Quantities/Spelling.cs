using System.Text.Json;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Quantities;

/// <summary>
/// The one spelling of kinds and states: <c>per-gb</c>, <c>suspended</c>. Command line, documents and JSON share it.
/// </summary>
public static class Spelling
{
    /// <summary>Of any enumeration.</summary>
    public static JsonNamingPolicy Policy => JsonNamingPolicy.KebabCaseLower;

    public static string Of<T>(T value) where T : struct, Enum => Policy.ConvertName(value.ToString());

    public static IReadOnlyList<string> All<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Select(Of)];

    /// <summary>Any case; neither numbers nor other spellings.</summary>
    public static Result<T> Parse<T>(string text) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
            if (Of(value).Equals(text.Trim(), StringComparison.OrdinalIgnoreCase))
                return value;
        return Figures.Refusal("value.unknown", $"'{text}' is not one of {string.Join(", ", All<T>())}.");
    }
}

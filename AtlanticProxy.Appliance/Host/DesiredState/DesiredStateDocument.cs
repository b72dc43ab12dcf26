using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace AtlanticProxy.Host.DesiredState;

/// <summary>
/// What <c>apply</c> is given: a section that is absent is left alone, and so is whatever a section does not name.
/// </summary>
internal sealed partial record DesiredStateDocument
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, // A misspelt name must not be silently ignored.
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public IReadOnlyList<DesiredProvider> Providers { get; init; } = [];

    public IReadOnlyList<DesiredPool> Pools { get; init; } = [];

    public IReadOnlyList<DesiredPlan> Plans { get; init; } = [];

    public IReadOnlyList<DesiredCustomer> Customers { get; init; } = [];

    /// <exception cref="StartupException">It is no such document; the message says where.</exception>
    public static DesiredStateDocument Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<DesiredStateDocument>(json, Format)
            ?? throw new StartupException("The document is empty.");
        }
        catch (JsonException wrong)
        {
            string place = wrong.LineNumber is { } line
            ? $"{wrong.Path?.TrimStart('$', '.')} (line {line + 1})".TrimStart()
            : wrong.Path ?? "";
            throw new StartupException($"The document is not valid: {place}: {ReasonOf(wrong)}", wrong);
        }
    }

    /// <summary>In words for who wrote the document: the serializer speaks of types.</summary>
    private static string ReasonOf(JsonException wrong) =>
        UnknownName().Match(wrong.Message) is { Success: true } unknown ? $"there is no '{unknown.Groups[1].Value}' here"
        : MissingNames().Match(wrong.Message) is { Success: true } missing ? $"it lacks {missing.Groups[1].Value}"
        : wrong.Message.Contains("could not be converted", StringComparison.Ordinal) ? "this is not a value that fits here"
        : wrong.Message;

    [GeneratedRegex("^The JSON property '(.+?)' could not be mapped")]
    private static partial Regex UnknownName();

    [GeneratedRegex("was missing required properties including: (.+?)\\.?$")]
    private static partial Regex MissingNames();
}

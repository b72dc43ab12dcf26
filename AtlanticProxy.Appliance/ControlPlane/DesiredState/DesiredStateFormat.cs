using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>Reads the JSON of a <see cref="DesiredStateDocument"/>. What is wrong with it is said with its place.</summary>
internal static partial class DesiredStateFormat
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true };

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, // A misspelt name must not be silently ignored.
        AllowDuplicateProperties = false, // Nor one of two values.
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Converters =
        {
            new FigureConverter<decimal>(Figures.Number),
            new FigureConverter<int>(text => Figures.Whole(text, int.MinValue, int.MaxValue).Then(number => (int)number)),
            new FigureConverter<DataSize>(DataSize.Parse),
            new FigureConverter<DataRate>(DataRate.Parse),
            new SecretConverter(),
        },
    };

    public static Result<DesiredStateDocument> Parse(string json)
    {
        try
        {
            if (NullIn(json) is { } place)
                return Wrong($"{place}: null is no entry.");
            return JsonSerializer.Deserialize<DesiredStateDocument>(json, Options) is { } document
                ? document
                : Wrong("it is null.");
        }
        catch (JsonException wrong)
        {
            string path = wrong.Path?.TrimStart('$', '.') ?? "";
            string line = wrong.LineNumber is { } number ? $"(line {number + 1})" : "";
            return Wrong($"{$"{path} {line}".Trim()}: {ReasonOf(wrong)}.");
        }
    }

    private static Error Wrong(string words) => new(ErrorKind.Invalid, "document.invalid", $"The document is not valid: {words}");

    /// <summary>The place of a null in a list: the serializer would take it for an entry.</summary>
    private static string? NullIn(string json)
    {
        using var document = JsonDocument.Parse(json, Lenient);
        return NullIn(document.RootElement, "");
    }

    private static string? NullIn(JsonElement element, string place) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray()
            .Select((entry, i) => entry.ValueKind == JsonValueKind.Null ? $"{place}[{i}]" : NullIn(entry, $"{place}[{i}]"))
            .FirstOrDefault(found => found is not null),
        JsonValueKind.Object => element.EnumerateObject()
            .Select(property => NullIn(property.Value, place.Length == 0 ? property.Name : $"{place}.{property.Name}"))
            .FirstOrDefault(found => found is not null),
        _ => null,
    };

    /// <summary>In words for who wrote the document: the serializer speaks of types.</summary>
    private static string ReasonOf(JsonException wrong) =>
        wrong is RefusedValue ? wrong.Message.TrimEnd('.')
        : UnknownName().Match(wrong.Message) is { Success: true } unknown ? $"there is no '{unknown.Groups[1].Value}' here"
        : MissingNames().Match(wrong.Message) is { Success: true } missing ? $"it lacks {missing.Groups[1].Value}"
        : DuplicateName().Match(wrong.Message) is { Success: true } duplicate ? $"'{duplicate.Groups[1].Value}' is given twice"
        : wrong.Message.Contains("could not be converted", StringComparison.Ordinal) ? "this is not a value that fits here"
        : wrong.Message.Contains("null values", StringComparison.Ordinal) ? "null is no value here: leave it out"
        : "this is not JSON";

    [GeneratedRegex("^The JSON property '(.+?)' could not be mapped")]
    private static partial Regex UnknownName();

    [GeneratedRegex("was missing required properties including: (.+?)\\.?$")]
    private static partial Regex MissingNames();

    [GeneratedRegex("^Duplicate property '(.+?)'")]
    private static partial Regex DuplicateName();

    /// <summary>Numbers and texts alike, read by the parser of the command line.</summary>
    private sealed class FigureConverter<T>(Func<string, Result<T>> read) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            string text = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString()!,
                JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
                _ => throw new RefusedValue("this is not a number."),
            };
            var value = read(text);
            return value.IsSuccess ? value.Value : throw new RefusedValue(value.Errors[0].Message);
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Documents are only read.");
    }
}

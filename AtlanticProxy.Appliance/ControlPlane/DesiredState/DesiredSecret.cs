using System.Text.Json;
using System.Text.Json.Serialization;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>
/// A secret as a document has it: the text itself, <c>{ "file": PATH }</c> or <c>{ "env": NAME }</c>, so that documents need to
/// hold none. What is named is read by the process that reads the document, by its rights; the line's end after a file's text is
/// not part of it.
/// </summary>
internal readonly record struct DesiredSecret(string Text)
{
    /// <summary>Without the secret, so that a stray log line cannot leak it.</summary>
    public override string ToString() => "(secret)";
}

/// <summary>The one reader of secrets in documents.</summary>
internal sealed class SecretConverter : JsonConverter<DesiredSecret>
{
    private const string File = "file", Environment = "env";

    private const string Forms = "give a text, { \"file\": PATH } or { \"env\": NAME }";

    public override DesiredSecret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new(reader.GetString()!);
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new RefusedValue(Forms);
        using var value = JsonDocument.ParseValue(ref reader);
        return value.RootElement.EnumerateObject().ToList() is [{ Value.ValueKind: JsonValueKind.String } only]
            ? only.Name switch
            {
                File => new(OfFile(only.Value.GetString()!)),
                Environment => new(OfVariable(only.Value.GetString()!)),
                _ => throw new RefusedValue(Forms),
            }
            : throw new RefusedValue(Forms);
    }

    public override void Write(Utf8JsonWriter writer, DesiredSecret value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Documents are only read.");

    private static string OfFile(string path)
    {
        try
        {
            string text = System.IO.File.ReadAllText(path).TrimEnd('\r', '\n');
            return text.Length > 0 ? text : throw new RefusedValue($"the file {path} is empty");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new RefusedValue($"the file '{path}' cannot be read ({fault.Message.TrimEnd('.')})");
        }
    }

    private static string OfVariable(string name) =>
        name.Length > 0 && System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? text
            : throw new RefusedValue($"the environment has no variable '{name}'");
}

/// <summary>A value of a document that was read, and refused in words for people.</summary>
internal sealed class RefusedValue(string words) : JsonException(words);

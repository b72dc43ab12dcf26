using System.Text.Json;
using AtlanticProxy.Web.Api;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat;

/// <summary>
/// A request's JSON object, read as vendors read theirs: members that nobody asks for are passed over, and numbers may stand in
/// strings. What cannot be read is noted, by field.
/// </summary>
internal sealed class CompatBody
{
    private readonly Dictionary<string, JsonElement> _members;
    private readonly List<ApiError> _errors = [];

    private CompatBody(Dictionary<string, JsonElement> members) => _members = members;

    /// <summary>Null: all that was read was good.</summary>
    public ApiProblem? Refusal => _errors.Count == 0 ? null : new ApiProblem(StatusCodes.Status400BadRequest, _errors);

    /// <summary>For ASP.NET Core, which calls it for a parameter of this type. No body is an empty object.</summary>
    public static async ValueTask<CompatBody?> BindAsync(HttpContext context)
    {
        var stream = context.Request.Body;
        if (stream.CanSeek)
            stream.Position = 0; // curl says of JSON that it is a form, unless told otherwise: it was looked through as one
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, context.RequestAborted);
        if (bytes.Length == 0)
            return new CompatBody([]);
        try
        {
            return new CompatBody(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(bytes.ToArray()) ?? []);
        }
        catch (JsonException broken)
        {
            throw new BadHttpRequestException("No JSON object.", broken);
        }
    }

    public bool Has(string field) => _members.ContainsKey(field);

    /// <summary>Null: left out, null, or no text.</summary>
    public string? Text(string field) => Read<string>(field, "Not a valid string.", value =>
        value.ValueKind == JsonValueKind.String && !value.GetString()!.Contains('\0', StringComparison.Ordinal)
            ? value.GetString()
            : null);

    /// <summary>A text that must be there.</summary>
    /// <param name="missing">What to say when it is not.</param>
    public string? Required(string field, string missing)
    {
        if (Raw(field) is null)
            Refuse(field, missing);
        return Text(field);
    }

    public decimal? Number(string field) => Read<decimal?>(field, "A valid number is required.", value =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal number)
        || value.ValueKind == JsonValueKind.String && decimal.TryParse(value.GetString(),
            System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out number)
            ? number
            : null);

    public int? Integer(string field) => Number(field) is not { } number ? null
        : number is >= 0 and <= int.MaxValue && decimal.IsInteger(number) ? (int)number
        : Wrong<int?>(field, "A valid integer is required.");

    public bool? Flag(string field) => Read<bool?>(field, "Must be a valid boolean.", value =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null);

    /// <summary>Bytes; null: left out, null, or no amount.</summary>
    public long? Gigabytes(string field, GigabyteUnit unit) => Number(field) is not { } number ? null
        : unit.ToBytes(number) ?? Wrong<long?>(field, "A valid amount of GB is required.");

    public IReadOnlyList<string>? Texts(string field) => Read<IReadOnlyList<string>>(field, "Expected a list of strings.",
        value => value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
                : null);

    /// <summary>A member as it is; null: left out, or null.</summary>
    public JsonElement? Raw(string field) =>
        _members.TryGetValue(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Notes that a field is wrong.</summary>
    public void Refuse(string field, string words) => _errors.Add(new ApiError("request.body_invalid", words, field));

    private T? Read<T>(string field, string wrong, Func<JsonElement, T?> read)
    {
        if (Raw(field) is not { } value)
            return default;
        try
        {
            return read(value) is { } good ? good : Wrong<T>(field, wrong);
        }
        catch (InvalidOperationException) // JsonElement.GetString: half of a surrogate pair, or no UTF-8
        {
            return Wrong<T>(field, wrong);
        }
    }

    private T? Wrong<T>(string field, string words)
    {
        Refuse(field, words);
        return default;
    }
}

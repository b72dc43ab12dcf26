using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AtlanticProxy.Web.Api;

/// <summary>How the API writes and reads JSON: camelCase, values of enums in snake_case, times in UTC by RFC 3339.</summary>
internal static class ApiJson
{
    public static readonly JsonSerializerOptions Options = Configured(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>A member that there is not is refused: a typo would else be a setting that is silently not set.</summary>
    public static JsonSerializerOptions Configured(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.PropertyNameCaseInsensitive = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new UtcTime());
        return options;
    }

    /// <summary><c>2026-11-29T12:00:00Z</c>, with as many digits of a second as there are.</summary>
    private sealed class UtcTime : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            ApiTime.Parse(reader.GetString() ?? "") ?? throw new JsonException();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(ApiTime.Of(value));
    }
}

/// <summary>A value of an enum in a parameter, spelled as bodies spell it.</summary>
internal readonly record struct Spelled<T>(T Value) where T : struct, Enum
{
    public static bool TryParse(string? text, IFormatProvider? provider, out Spelled<T> spelled)
    {
        foreach (var value in Enum.GetValues<T>())
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()) == text)
            {
                spelled = new Spelled<T>(value);
                return true;
            }
        spelled = default;
        return false;
    }
}

/// <summary>Times as the API writes and reads them.</summary>
internal static class ApiTime
{
    private static readonly string[] Formats =
        ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"];

    public static string Of(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture);

    /// <summary>Whether a parameter was left out, or is a time.</summary>
    public static bool IsAbsentOr(string? text, out DateTimeOffset? time)
    {
        time = text is null ? null : Parse(text);
        return text is null || time is not null;
    }

    public static ApiProblem Invalid(string field) => ApiProblem.Invalid("request.time_invalid",
        $"{field} must be a time such as 2026-11-28T12:00:00Z, or a day such as 2026-11-28.", field);

    /// <summary>RFC 3339, or a day, which begins at midnight UTC; null: it is neither, or before 2000, or after 2999.</summary>
    public static DateTimeOffset? Parse(string text) =>
        DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        && (text.Length == "2026-11-28".Length || text[^1] == 'Z' || text[^6] is '+' or '-')
        && time.Year is >= 2000 and <= 2999
            ? time
            : null;
}

using System.Globalization;
using System.Text.Json;

namespace AtlanticProxy.ControlPlane.Payments.Gateways;

/// <summary>
/// Reads what gateways send, whose shapes vary: a number may come as a string, an object as <c>null</c>, <c>""</c> or <c>0</c>.
/// What is not there, or of another shape, reads as nothing.
/// </summary>
internal static class GatewayJson
{
    public static JsonElement At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (string name in path)
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return default;
        return element;
    }

    /// <summary>Empty when it is not there.</summary>
    public static string Text(this JsonElement element, params ReadOnlySpan<string> path)
    {
        var found = element.At(path);
        return found.ValueKind switch
        {
            JsonValueKind.String => found.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => found.GetRawText(),
            _ => "",
        };
    }

    public static long? Whole(this JsonElement element, params ReadOnlySpan<string> path) =>
        long.TryParse(element.Text(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number : null;

    public static decimal? Decimal(this JsonElement element, params ReadOnlySpan<string> path) =>
        decimal.TryParse(element.Text(path), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number
            : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>ISO 3166-1 alpha-2 in upper case; null when it is none.</summary>
    public static string? CountryOf(string? text) =>
        text is { Length: 2 } && text.All(char.IsAsciiLetter) ? text.ToUpperInvariant() : null;

    /// <summary>Null when it is none.</summary>
    public static DateTimeOffset? Instant(this JsonElement element, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(element.Text(path), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) ? instant : null;

    /// <summary>Nothing where <paramref name="body"/> is no JSON.</summary>
    public static JsonElement Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>To keep: without the tokens that a card could be charged by, and not too long.</summary>
    public static string Kept(string raw, params ReadOnlySpan<string> tokens)
    {
        foreach (string token in tokens)
            if (token.Length > 0)
                raw = raw.Replace(token, "(sealed)", StringComparison.Ordinal);
        return raw.Length <= GatewayHttp.MaxRawLength ? raw : raw[..GatewayHttp.MaxRawLength];
    }
}

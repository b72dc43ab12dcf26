using System.Text.Encodings.Web;
using System.Text.Json;

namespace AtlanticProxy.Web.Features.Admin.Payments;

internal static class RawAnswer
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // the page encodes it
    };

    /// <summary>JSON with a line for each of its values; what is none, or was cut, as it came.</summary>
    public static string Readable(string raw)
    {
        try
        {
            using var document = JsonDocument.Parse(raw);
            return JsonSerializer.Serialize(document.RootElement, Indented);
        }
        catch (JsonException)
        {
            return raw;
        }
    }
}

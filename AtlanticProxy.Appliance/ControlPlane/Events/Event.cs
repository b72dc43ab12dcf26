using System.Text.Json;

namespace AtlanticProxy.ControlPlane.Events;

/// <summary>Something that happened.</summary>
/// <param name="Kind">One of <see cref="EventKinds"/>, or of what another version knows.</param>
/// <param name="CustomerId">Null: the staff's.</param>
/// <param name="Payload">A JSON object.</param>
internal sealed record Event(long Id, string Kind, long? CustomerId, string Payload, DateTimeOffset CreatedAt)
{
    /// <summary>The payload for templates: texts, numbers, truth values, and null.</summary>
    public Dictionary<string, object?> Values()
    {
        using var json = JsonDocument.Parse(Payload);
        return json.RootElement.EnumerateObject()
            .ToDictionary(field => field.Name, object? (field) => field.Value.ValueKind switch
        {
            JsonValueKind.String => field.Value.GetString(),
            JsonValueKind.Number => field.Value.GetDecimal(),
            JsonValueKind.True or JsonValueKind.False => field.Value.GetBoolean(),
            JsonValueKind.Null => null,
            _ => field.Value.GetRawText(),
        });
    }
}

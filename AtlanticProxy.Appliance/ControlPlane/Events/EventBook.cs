using System.Text.Encodings.Web;
using System.Text.Json;
using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.Events;

/// <summary>Writes what happened, in the transaction that made it so: mail, webhooks and pages come of it.</summary>
internal static class EventBook
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // it is read as JSON, never put into a page as it is
    };

    /// <param name="kind">One of <see cref="EventKinds"/>.</param>
    /// <param name="customerId">Whose event it is; null: the staff's.</param>
    /// <param name="payload">Names and values that templates and webhooks show: no secrets.</param>
    public static Task AppendEventAsync(
        this AtlanticDb db, string kind, long? customerId, object payload, DateTimeOffset at, CancellationToken cancellation)
    {
        string json = JsonSerializer.Serialize(payload, Json);
        return db.ExecuteSqlAsync($"""
            insert into events (kind, customer_id, payload, created_at) values ({kind}, {customerId}, {json}::jsonb, {at})
            """, cancellation);
    }
}

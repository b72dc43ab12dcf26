using System.Text.Json;
using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.Audit;

/// <summary>Notes what somebody does that changes no row of an audited table.</summary>
public sealed class NoteAct(AtlanticDb db)
{
    /// <param name="Object">What it is done to: one of <see cref="AuditQueries.Objects"/>.</param>
    /// <param name="Label">What people call it.</param>
    /// <param name="CustomerId">Whom it is about; null for nobody.</param>
    /// <param name="Details">More of it, by name.</param>
    public sealed record Request(
        AuditChange Change, string Object, string Label, long? CustomerId, IReadOnlyDictionary<string, string>? Details = null);

    /// <summary>Of whom the scope's commands are; nothing is noted without an author.</summary>
    public Task ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string change = JsonNamingPolicy.SnakeCaseLower.ConvertName(request.Change.ToString());
        string details = JsonSerializer.Serialize(request.Details ?? new Dictionary<string, string>());
        return db.ExecuteSqlAsync($"""
            select audit_act({change}, {request.Object}, {request.Label}, {request.CustomerId}::bigint, {details}::jsonb)
            """, cancellation);
    }
}

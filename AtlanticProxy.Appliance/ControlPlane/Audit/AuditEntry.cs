using System.Net;
using LinqToDB;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Audit;

public enum AuditChange
{
    Added,
    Changed,
    Removed,
}

/// <summary>One row that somebody wrote, as the triggers note it.</summary>
[Table("audit_entries")]
internal sealed class AuditEntry
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public DateTimeOffset At { get; set; }
    public AuthorKind AuthorKind { get; set; }
    public required string Author { get; set; }
    public long? UserId { get; set; }
    public required string Action { get; set; }
    public IPAddress? Address { get; set; }
    public AuditChange Change { get; set; }

    /// <summary>The table.</summary>
    public required string Object { get; set; }

    public long? ObjectId { get; set; }
    public required string Label { get; set; }
    public long? CustomerId { get; set; }

    [Column(DataType = DataType.BinaryJson)]
    public required string Before { get; set; }

    [Column(DataType = DataType.BinaryJson)]
    public required string After { get; set; }
}

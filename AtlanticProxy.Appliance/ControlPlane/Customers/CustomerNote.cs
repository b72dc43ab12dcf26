using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>What one of the staff wrote down about a customer.</summary>
[Table("customer_notes")]
internal sealed class CustomerNote
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public long CustomerId { get; set; }

    /// <summary>Email.</summary>
    public required string Author { get; set; }

    public required string Words { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A note, as pages show one.</summary>
public sealed record CustomerNoteSummary(long Id, string Author, string Words, DateTimeOffset CreatedAt);

using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Staff;

/// <summary>What can stand in <c>users.role</c>, customers' people included.</summary>
[Table("roles")]
internal sealed class StaffRole
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    /// <summary>Unique in any case.</summary>
    public required string Name { get; set; }

    /// <summary>As <see cref="StaffRights"/> spells them; null: the role is shipped, and the code has its rights.</summary>
    public string[]? Rights { get; set; }

    [Column(SkipOnUpdate = true)]
    public DateTimeOffset CreatedAt { get; set; }
}

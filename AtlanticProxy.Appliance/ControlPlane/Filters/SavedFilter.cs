using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Filters;

/// <summary>What one of the staff looks for again and again in a list.</summary>
[Table("saved_filters")]
public sealed class SavedFilter
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public long UserId { get; set; }

    /// <summary>Of the list: <c>/admin/customers</c>.</summary>
    public required string Path { get; set; }

    public required string Name { get; set; }

    /// <summary>Of the list's address, without the question mark: <c>tag=vip&amp;sort=-used</c>.</summary>
    public required string Query { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

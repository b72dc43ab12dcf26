using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>
/// What one proxy user moved through one provider in some time. It has no foreign keys on purpose: a batch of usage must be
/// accepted whatever has become of the rows it speaks of, or one deleted proxy user would hold up everyone's bytes.
/// </summary>
internal abstract class UsageCount
{
    [PrimaryKey(1)]
    public long ProxyUserId { get; set; }

    [PrimaryKey(3)]
    public long ProviderId { get; set; }

    /// <summary>ISO 3166-1 alpha-2, lower case; empty when none was asked for.</summary>
    [PrimaryKey(4)]
    public required string Country { get; set; }

    public long BytesUp { get; set; }
    public long BytesDown { get; set; }
    public long Connections { get; set; }
}

/// <summary>In five minutes; kept for days.</summary>
[Table("usage_recent")]
internal sealed class UsageSlot : UsageCount
{
    [PrimaryKey(2)]
    public DateTimeOffset Slot { get; set; }
}

/// <summary>In an hour; kept for months.</summary>
[Table("usage_hourly")]
internal sealed class UsageHour : UsageCount
{
    [PrimaryKey(2)]
    public DateTimeOffset Hour { get; set; }
}

/// <summary>In a day, UTC; kept for years.</summary>
[Table("usage_daily")]
internal sealed class UsageDay : UsageCount
{
    [PrimaryKey(2)]
    public DateTimeOffset Day { get; set; }
}

/// <summary>Marks a batch of a node as counted: the primary key is what makes it count once.</summary>
[Table("usage_batches")]
internal sealed class AcceptedUsageBatch
{
    [PrimaryKey(1)]
    public required string Node { get; set; }

    [PrimaryKey(2)]
    public long Sequence { get; set; }

    public DateTimeOffset AcceptedAt { get; set; }
}

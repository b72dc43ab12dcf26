namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>
/// What one proxy user moved through one provider in some time. It has no foreign keys on purpose: a batch of usage must be accepted
/// whatever has become of the rows it speaks of, or one deleted proxy user would hold up everyone's bytes.
/// </summary>
internal abstract class UsageCount
{
    public long ProxyUserId { get; set; }
    public long ProviderId { get; set; }

    /// <summary>ISO 3166-1 alpha-2, lower case; empty when none was asked for.</summary>
    public required string Country { get; set; }

    public long BytesUp { get; set; }
    public long BytesDown { get; set; }
    public long Connections { get; set; }
}

/// <summary>In five minutes; kept for days.</summary>
internal sealed class UsageSlot : UsageCount
{
    public DateTimeOffset Slot { get; set; }
}

/// <summary>In an hour; kept for months.</summary>
internal sealed class UsageHour : UsageCount
{
    public DateTimeOffset Hour { get; set; }
}

/// <summary>In a day, UTC; kept for years.</summary>
internal sealed class UsageDay : UsageCount
{
    public DateTimeOffset Day { get; set; }
}

/// <summary>Marks a batch of a node as counted: the primary key is what makes it count once.</summary>
internal sealed class AcceptedUsageBatch
{
    public required string Node { get; set; }
    public long Sequence { get; set; }
    public DateTimeOffset AcceptedAt { get; set; }
}

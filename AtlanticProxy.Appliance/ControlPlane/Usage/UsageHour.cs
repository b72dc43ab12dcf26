namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>
/// What one proxy user moved through one provider in one hour. It has no foreign keys on purpose: a batch of usage must be accepted
/// whatever has become of the rows it speaks of, or one deleted proxy user would hold up everyone's bytes.
/// </summary>
internal sealed class UsageHour
{
    public long ProxyUserId { get; set; }
    public long ProviderId { get; set; }

    /// <summary>ISO 3166-1 alpha-2, lower case; empty when none was asked for.</summary>
    public required string Country { get; set; }

    /// <summary>Start of the hour.</summary>
    public DateTimeOffset Hour { get; set; }

    public long BytesUp { get; set; }
    public long BytesDown { get; set; }
    public long Connections { get; set; }
}

/// <summary>Marks a batch of a node as counted: the primary key is what makes it count once.</summary>
internal sealed class AcceptedUsageBatch
{
    public required string Node { get; set; }
    public long Sequence { get; set; }
    public DateTimeOffset AcceptedAt { get; set; }
}

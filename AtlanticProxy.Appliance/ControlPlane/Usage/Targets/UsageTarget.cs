using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Usage.Targets;

/// <summary>
/// What one proxy user moved to and from one host in a day, UTC; at most <see cref="TargetStore.HostsOfDay"/> of them a day.
/// Without foreign keys, as all usage.
/// </summary>
[Table("usage_targets")]
internal sealed class UsageTarget
{
    [PrimaryKey(1)]
    public long ProxyUserId { get; set; }

    [PrimaryKey(2)]
    public DateTimeOffset Day { get; set; }

    [PrimaryKey(3)]
    public required string Host { get; set; }

    /// <inheritdoc cref="TargetCount.Bytes"/>
    public long Bytes { get; set; }

    /// <inheritdoc cref="TargetCount.Error"/>
    public long Error { get; set; }

    /// <inheritdoc cref="TargetCount.Connections"/>
    public long Connections { get; set; }
}

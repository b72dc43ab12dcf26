using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Usage;

namespace AtlanticProxy.ControlPlane.Partitions;

/// <summary>
/// A table that is partitioned by time, and how long its rows are kept: all of them are here. How long one partition is, the
/// database's function <c>partition_unit</c> says.
/// </summary>
/// <param name="DaysKept">Days (UTC), by the settings.</param>
internal sealed record PartitionedTable(string Name, Func<UsageOptions, ConnectionLogOptions, int> DaysKept)
{
    /// <summary>Usage, by the grains that it is kept in.</summary>
    public static readonly IReadOnlyList<PartitionedTable> Usage =
    [
        new("usage_recent", (usage, _) => usage.RecentDays),
        new("usage_hourly", (usage, _) => usage.HourlyDays),
        new("usage_daily", (usage, _) => usage.DailyDays),
    ];

    /// <summary>Which hosts had the most bytes, as long as usage by day.</summary>
    public static readonly PartitionedTable Targets = new("usage_targets", (usage, _) => usage.DailyDays);

    /// <summary>Endings of connections.</summary>
    public static readonly PartitionedTable Connections = new("connection_log", (_, connections) => connections.RetentionDays);

    /// <summary>The same added up, as long as usage by hour.</summary>
    public static readonly PartitionedTable ConnectionHours = new("connection_hours", (usage, _) => usage.HourlyDays);

    public static readonly IReadOnlyList<PartitionedTable> All = [.. Usage, Targets, Connections, ConnectionHours];
}

using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Diagnostics;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.ConnectionLog;

/// <summary>How many logged connections of an hour ended alike.</summary>
[Table("connection_hours")]
internal sealed class ConnectionHour
{
    [PrimaryKey(1)]
    public long ProxyUserId { get; set; }

    /// <summary>In which they ended.</summary>
    [PrimaryKey(2)]
    public DateTimeOffset Hour { get; set; }

    /// <summary>That was asked for; empty for any.</summary>
    [PrimaryKey(3)]
    public required string Country { get; set; }

    [PrimaryKey(4)]
    public required string Outcome { get; set; }

    /// <summary>See <see cref="ConnectTime"/>.</summary>
    [PrimaryKey(5)]
    public short ConnectBucket { get; set; }

    public bool Refused { get; set; }
    public long Connections { get; set; }

    /// <summary>Adds records up, sorted by key: two nodes then lock rows in the same order and cannot deadlock.</summary>
    public static IReadOnlyList<ConnectionHour> Of(IEnumerable<ConnectionRecord> records) =>
    [
        .. records.GroupBy(record => (record.ProxyUserId, Hour: HourOf(record.EndedAt), record.Country, record.Outcome,
                Bucket: ConnectTime.BucketOf(record.ConnectMs)))
            .Select(group => new ConnectionHour
            {
                ProxyUserId = group.Key.ProxyUserId, Hour = group.Key.Hour, Country = group.Key.Country,
                Outcome = group.Key.Outcome.ToString(), ConnectBucket = group.Key.Bucket,
                Refused = group.Key.Outcome.IsRefusal(), Connections = group.LongCount(),
            })
            .OrderBy(hour => hour.ProxyUserId).ThenBy(hour => hour.Hour).ThenBy(hour => hour.Country, StringComparer.Ordinal)
            .ThenBy(hour => hour.Outcome, StringComparer.Ordinal).ThenBy(hour => hour.ConnectBucket),
    ];

    private static DateTimeOffset HourOf(DateTimeOffset instant) =>
        new(instant.UtcTicks - instant.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero);
}

using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>A time zone, with its present time.</summary>
public sealed record ZoneChoice(string Name, DateTime Now);

/// <summary>
/// The time zones to choose from, as the database knows them: it is what reckons with them. It reads a file for each, some 30 ms
/// in all, so they are kept for a while; clocks change at full quarters of an hour.
/// </summary>
public sealed class TimeZones(TimeProvider time)
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    private Known? _known;

    /// <summary>By name, UTC first.</summary>
    public async Task<IReadOnlyList<ZoneChoice>> AllAsync(AtlanticDb db, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        long quarter = now.UtcTicks / Quarter.Ticks;
        if (_known is not { } known || known.Quarter != quarter)
            _known = known = new(quarter, await ReadAsync(db, now, cancellation));
        return [.. known.Zones.Select(zone => new ZoneChoice(zone.Name, now.UtcDateTime + zone.Offset))];
    }

    private static async Task<IReadOnlyList<Zone>> ReadAsync(
        AtlanticDb db, DateTimeOffset now, CancellationToken cancellation) =>
        await db.QueryAsync<Zone>($"""
            select name, ({now} at time zone name) - ({now} at time zone 'UTC') as offset from pg_timezone_names
            where name ~ '^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/' or name = 'UTC'
            order by name <> 'UTC', name
            """, cancellation);

    /// <param name="Offset">From UTC, in that quarter of an hour.</param>
    private sealed record Zone(string Name, TimeSpan Offset);

    private sealed record Known(long Quarter, IReadOnlyList<Zone> Zones);
}

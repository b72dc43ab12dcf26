using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>One part of a stacked series: that of a proxy user, a country, or all others.</summary>
/// <param name="Share">Whose it is; null for all others together.</param>
/// <param name="Bytes">Of each point.</param>
public sealed record UsageLayer(UsageShare? Share, IReadOnlyList<long> Bytes);

/// <summary>Reads usage of any time, by the hour as long as that is kept, and by the day (UTC) before.</summary>
public sealed class UsageReports(AtlanticDb db, UsageOptions options, TimeProvider time)
{
    private readonly UsageCounts _counts = new(db);

    /// <summary>From when on there are hours; before, only whole days (UTC) can be told.</summary>
    public DateTimeOffset HoursSince => UsageSpan.StartOf(time.GetUtcNow().AddDays(1 - options.HourlyDays), UsageGrain.Day);

    /// <summary>From when on there is anything.</summary>
    public DateTimeOffset Since => UsageSpan.StartOf(time.GetUtcNow().AddDays(1 - options.DailyDays), UsageGrain.Day);

    public async Task<UsageTotal> TotalAsync(UsageFilter filter, UsageSpan span, CancellationToken cancellation) =>
        await Within(filter, span).GroupBy(u => 1)
            .Select(all => new UsageTotal(all.Sum(u => u.BytesUp), all.Sum(u => u.BytesDown), all.Sum(u => u.Connections)))
            .SingleOrDefaultAsync(cancellation) ?? new UsageTotal(0, 0, 0);

    /// <summary>The span in its grain, oldest first, what is empty as zeros.</summary>
    public async Task<IReadOnlyList<UsagePoint>> SeriesAsync(
        UsageFilter filter, UsageSpan span, CancellationToken cancellation)
    {
        var counts = Within(filter, span);
        var filled = await (span.Grain switch
        {
            UsageGrain.Hour => counts.GroupBy(u => u.At.HourOf()),
            UsageGrain.Day => counts.GroupBy(u => u.At.DayOf()),
            UsageGrain.Month => counts.GroupBy(u => u.At.MonthOf()),
        })
            .Select(at => new UsagePoint(at.Key, at.Sum(u => u.BytesUp), at.Sum(u => u.BytesDown), at.Sum(u => u.Connections)))
            .ToDictionaryAsync(point => point.From, cancellation);
        return [.. span.Points.Select(at => filled.GetValueOrDefault(at) ?? new UsagePoint(at, 0, 0, 0))];
    }

    /// <summary>The largest shares of the span, by bytes.</summary>
    /// <param name="top">How many at most.</param>
    public Task<IReadOnlyList<UsageShare>> SharesAsync(
        UsageFilter filter, UsageSpan span, UsageDimension by, int top, CancellationToken cancellation) =>
        _counts.SharesAsync(Within(filter, span), by, top, cancellation);

    /// <summary>A series in layers: one for each of these shares, and one for the rest of what there is.</summary>
    /// <param name="by">Proxy users or countries, as the shares are.</param>
    /// <param name="all">The series of the same filter and span.</param>
    public async Task<IReadOnlyList<UsageLayer>> LayersAsync(
        UsageFilter filter, UsageSpan span, UsageDimension by, IReadOnlyList<UsageShare> shares, IReadOnlyList<UsagePoint> all,
        CancellationToken cancellation)
    {
        var rest = all.Select(point => point.Bytes).ToArray();
        var layers = new List<UsageLayer>();
        foreach (var share in shares)
        {
            var part = await SeriesAsync(by == UsageDimension.ProxyUser
                ? filter with { ProxyUserId = share.Id }
                : filter with { Country = share.Name }, span, cancellation);
            layers.Add(new UsageLayer(share, [.. part.Select(point => point.Bytes)]));
            for (int i = 0; i < rest.Length; i++)
                rest[i] -= part[i].Bytes;
        }
        // What was counted in between may be in a part and not yet in the whole.
        layers.Add(new UsageLayer(null, [.. rest.Select(bytes => Math.Max(bytes, 0))]));
        return layers;
    }

    /// <summary>By point, proxy user and country, oldest first, for a file. Providers are the reseller's business.</summary>
    /// <param name="most">Rows at most.</param>
    public async Task<IReadOnlyList<UsageRow>> RowsAsync(
        UsageFilter filter, UsageSpan span, int most, CancellationToken cancellation)
    {
        var counts = Within(filter, span);
        var timed = span.Grain switch
        {
            UsageGrain.Hour => counts.Select(u => new { At = u.At.HourOf(), Row = u }),
            UsageGrain.Day => counts.Select(u => new { At = u.At.DayOf(), Row = u }),
            UsageGrain.Month => counts.Select(u => new { At = u.At.MonthOf(), Row = u }),
        };
        var rows = await timed
            .GroupBy(u => new { u.At, u.Row.ProxyUserId, u.Row.Country })
            .Select(g => new
            {
                g.Key.At, g.Key.ProxyUserId, g.Key.Country, Up = g.Sum(u => u.Row.BytesUp), Down = g.Sum(u => u.Row.BytesDown),
                Connections = g.Sum(u => u.Row.Connections),
            })
            .OrderBy(row => row.At).ThenBy(row => row.ProxyUserId).ThenBy(row => row.Country).Take(most)
            .ToListAsync(cancellation);
        long[] ids = [.. rows.Select(row => row.ProxyUserId).Distinct()];
        var names = await db.AllProxyUsers.Where(user => ids.Contains(user.Id))
            .ToDictionaryAsync(user => user.Id, user => user.Name, cancellation);
        return rows.ConvertAll(row => new UsageRow("", names.GetValueOrDefault(row.ProxyUserId, ""), "", row.Country, row.At,
            span.Next(row.At), row.Up, row.Down, row.Up + row.Down, row.Connections));
    }

    private IQueryable<UsageCounts.Row> Within(UsageFilter filter, UsageSpan span)
    {
        var (from, to) = (UsageSpan.StartOf(span.From, UsageGrain.Hour), span.To.ToUniversalTime());
        return (from >= HoursSince ? _counts.Hours(filter) : _counts.Days(filter)).Where(u => u.At >= from && u.At < to);
    }
}

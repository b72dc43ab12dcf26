using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Engine.Usage;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>Whose usage, and through whom. Null does not narrow.</summary>
public sealed record UsageFilter(
    Scope Scope, long? CustomerId = null, long? ProxyUserId = null, long? ProviderId = null, string? Country = null)
{
    /// <summary>
    /// Those whose usage it must be. Not as numbers that may be null: with such a parameter, linq2db writes the SQL of a query
    /// anew each time that it runs.
    /// </summary>
    internal IEnumerable<long> Customers => new[] { CustomerId, Scope.CustomerId }.OfType<long>().Distinct();
}

/// <summary>Bytes are what was relayed after admission, as the client saw them.</summary>
/// <param name="BytesUp">From client to destination.</param>
/// <param name="BytesDown">From destination to client.</param>
/// <param name="Connections">Tunnels and requests that began.</param>
public sealed record UsageTotal(long BytesUp, long BytesDown, long Connections)
{
    public long Bytes => BytesUp + BytesDown;
}

/// <summary>The five minutes, the hour or the day that begins at <paramref name="From"/>, UTC.</summary>
public sealed record UsagePoint(DateTimeOffset From, long BytesUp, long BytesDown, long Connections)
{
    public long Bytes => BytesUp + BytesDown;
}

/// <summary>One row of <c>usage --json</c>: an hour of one proxy user through one provider.</summary>
/// <param name="Customer">Email; empty when the rows behind the usage are gone.</param>
/// <param name="Country">ISO 3166-1 alpha-2, lower case; empty when none was asked for.</param>
/// <param name="From">Inclusive, UTC.</param>
/// <param name="To">Exclusive, UTC.</param>
public sealed record UsageRow(
    string Customer, string ProxyUser, string Provider, string Country, DateTimeOffset From, DateTimeOffset To, long BytesUp,
    long BytesDown,
    long Bytes, long Connections);

/// <summary>Reads usage. Days and hours are UTC.</summary>
public sealed class UsageQueries(AtlanticDb db, TimeProvider time)
{
    /// <summary>A month of hours: what a chart can still show.</summary>
    public const int MaxSeriesHours = 31 * 24;

    private static readonly TimeSpan Slot = TimeSpan.FromSeconds(UsageMeter.SlotSeconds), Hour = TimeSpan.FromHours(1),
        Day = TimeSpan.FromDays(1);

    private readonly UsageCounts _counts = new(db);

    /// <summary>Since midnight UTC.</summary>
    public Task<UsageTotal> TodayAsync(UsageFilter filter, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return TotalAsync(filter, new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero), now, cancellation);
    }

    /// <param name="from">Inclusive; whole hours count.</param>
    /// <param name="to">Exclusive.</param>
    public async Task<UsageTotal> TotalAsync(
        UsageFilter filter, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) =>
        await Between(_counts.Hours(filter), from, to)
            .GroupBy(u => 1)
            .Select(all => new UsageTotal(all.Sum(u => u.BytesUp), all.Sum(u => u.BytesDown), all.Sum(u => u.Connections)))
            .SingleOrDefaultAsync(cancellation) ?? new UsageTotal(0, 0, 0);

    /// <summary>
    /// The last <paramref name="hours"/> hours up to now, oldest first, the empty ones as zeros: exactly that many points.
    /// </summary>
    public async Task<IReadOnlyList<UsagePoint>> LastHoursAsync(UsageFilter filter, int hours, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hours, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hours, MaxSeriesHours);
        var current = StartOf(time.GetUtcNow(), Hour);
        return await SeriesAsync(_counts.Hours(filter), current.AddHours(1 - hours), Hour, hours, cancellation);
    }

    /// <summary>The period in its grain, oldest first, what is empty as zeros.</summary>
    public Task<IReadOnlyList<UsagePoint>> SeriesAsync(UsageFilter filter, UsagePeriod period, CancellationToken cancellation)
    {
        var (counts, first, step, points) = Of(filter, period);
        return SeriesAsync(counts, first, step, points, cancellation);
    }

    /// <summary>The largest shares of the period, by bytes.</summary>
    /// <param name="top">How many at most.</param>
    public async Task<IReadOnlyList<UsageShare>> SharesAsync(
        UsageFilter filter, UsagePeriod period, UsageDimension by, int top, CancellationToken cancellation)
    {
        var (counts, first, step, points) = Of(filter, period);
        var end = first + step * points; // so that the partitions of the next days are not even opened
        counts = counts.Where(u => u.At >= first && u.At < end);
        return await _counts.SharesAsync(counts, by, top, cancellation);
    }

    /// <summary>Hour by hour and provider by provider, oldest first, as <c>usage --json</c> prints it.</summary>
    /// <param name="from">Inclusive; whole hours count.</param>
    /// <param name="to">Exclusive.</param>
    public async Task<IReadOnlyList<UsageRow>> RowsAsync(
        UsageFilter filter, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        var hours = Between(_counts.Hours(filter), from, to);
        var rows =
            from u in hours
            join user in db.AllProxyUsers on u.ProxyUserId equals user.Id into users
            from user in users.DefaultIfEmpty()
            join provider in db.AllProviders on u.ProviderId equals provider.Id into providers
            from provider in providers.DefaultIfEmpty()
            orderby u.At, user.Name, provider.Name, u.Country
            select new UsageRow(
                user.Customer!.Email ?? "", user.Name ?? "", provider.Name ?? "", u.Country, u.At, u.At.AddHours(1), u.BytesUp,
                u.BytesDown,
                u.BytesUp + u.BytesDown, u.Connections);
        return await rows.ToListAsync(cancellation);
    }

    /// <summary>
    /// Bytes since midnight UTC of each of these proxy users; those without any are absent. For a column in a list.
    /// </summary>
    public async Task<IReadOnlyDictionary<long, UsageTotal>> TodayByProxyUserAsync(
        Scope scope, IReadOnlyCollection<long> proxyUserIds, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var rows = await db.QueryAsync<TodayRow>($"""
            select h.proxy_user_id, sum(h.bytes_up)::bigint as bytes_up, sum(h.bytes_down)::bigint as bytes_down,
                sum(h.connections)::bigint as connections
            from usage_hourly h join proxy_users p on p.id = h.proxy_user_id
            where h.hour >= {StartOf(now, Day)} and h.hour < {now} and h.proxy_user_id = any({proxyUserIds.ToArray()})
                and ({scope.CustomerId}::bigint is null or p.customer_id = {scope.CustomerId})
            group by h.proxy_user_id
            """, cancellation);
        return rows.ToDictionary(
            row => row.ProxyUserId, row => new UsageTotal(row.BytesUp, row.BytesDown, row.Connections));
    }

    private sealed record TodayRow(long ProxyUserId, long BytesUp, long BytesDown, long Connections);

    private (IQueryable<UsageCounts.Row> Counts, DateTimeOffset First, TimeSpan Step, int Points) Of(
        UsageFilter filter, UsagePeriod period)
    {
        var (counts, step, points) = period switch
        {
            UsagePeriod.LastHour => (_counts.Slots(filter), Slot, 12),
            UsagePeriod.LastDay => (_counts.Hours(filter), Hour, 24),
            UsagePeriod.Last30Days => (_counts.Days(filter), Day, 30),
            _ => throw new ArgumentOutOfRangeException(nameof(period)),
        };
        return (counts, StartOf(time.GetUtcNow(), step) - step * (points - 1), step, points);
    }

    private static async Task<IReadOnlyList<UsagePoint>> SeriesAsync(
        IQueryable<UsageCounts.Row> counts, DateTimeOffset first, TimeSpan step, int points, CancellationToken cancellation)
    {
        var end = first + step * points;
        var filled = await counts.Where(u => u.At >= first && u.At < end)
            .GroupBy(u => u.At)
            .Select(at => new UsagePoint(at.Key, at.Sum(u => u.BytesUp), at.Sum(u => u.BytesDown), at.Sum(u => u.Connections)))
            .ToDictionaryAsync(point => point.From, cancellation);
        return [.. Enumerable.Range(0, points).Select(i => first + step * i)
            .Select(at => filled.GetValueOrDefault(at) ?? new UsagePoint(at, 0, 0, 0))];
    }

    private static IQueryable<UsageCounts.Row> Between(
        IQueryable<UsageCounts.Row> hours, DateTimeOffset from, DateTimeOffset to)
    {
        (from, to) = (StartOf(from, Hour), to.ToUniversalTime());
        return hours.Where(u => u.At >= from && u.At < to);
    }

    private static DateTimeOffset StartOf(DateTimeOffset instant, TimeSpan step)
    {
        instant = instant.ToUniversalTime();
        return instant.AddTicks(-(instant.Ticks % step.Ticks));
    }
}

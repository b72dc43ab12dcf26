using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Engine.Usage;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>Whose usage, and through whom. Null does not narrow.</summary>
public sealed record UsageFilter(
    Scope Scope, long? CustomerId = null, long? ProxyUserId = null, long? ProviderId = null, string? Country = null);

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
        await Between(Hours(filter), from, to)
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
        return await SeriesAsync(Hours(filter), current.AddHours(1 - hours), Hour, hours, cancellation);
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
        var keyed = by switch
        {
            UsageDimension.Customer =>
                from u in counts
                join p in db.AllProxyUsers on u.ProxyUserId equals p.Id into users
                from p in users.DefaultIfEmpty()
                select new { Id = (long?)p.CustomerId ?? 0, Name = p.Customer!.Email ?? "", u.BytesUp, u.BytesDown,
                    u.Connections },
            UsageDimension.ProxyUser =>
                from u in counts
                join p in db.AllProxyUsers on u.ProxyUserId equals p.Id into users
                from p in users.DefaultIfEmpty()
                select new { Id = u.ProxyUserId, Name = p.Name ?? "", u.BytesUp, u.BytesDown, u.Connections },
            UsageDimension.Provider =>
                from u in counts
                join p in db.AllProviders on u.ProviderId equals p.Id into providers
                from p in providers.DefaultIfEmpty()
                select new { Id = u.ProviderId, Name = p.Name ?? "", u.BytesUp, u.BytesDown, u.Connections },
            UsageDimension.Country =>
                counts.Select(u => new { Id = 0L, Name = u.Country, u.BytesUp, u.BytesDown, u.Connections }),
            _ => throw new ArgumentOutOfRangeException(nameof(by)),
        };
        return await keyed
            .GroupBy(u => new { u.Id, u.Name })
            .Select(g =>
                new { g.Key.Id, g.Key.Name, Up = g.Sum(u => u.BytesUp), Down = g.Sum(u => u.BytesDown),
                    Connections = g.Sum(u => u.Connections) })
            .OrderByDescending(g => g.Up + g.Down).ThenBy(g => g.Name)
            .Take(top)
            .Select(g => new UsageShare(g.Id, g.Name, g.Up, g.Down, g.Connections))
            .ToListAsync(cancellation);
    }

    /// <summary>Hour by hour and provider by provider, oldest first, as <c>usage --json</c> prints it.</summary>
    /// <param name="from">Inclusive; whole hours count.</param>
    /// <param name="to">Exclusive.</param>
    public async Task<IReadOnlyList<UsageRow>> RowsAsync(
        UsageFilter filter, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        var hours = Between(Hours(filter), from, to);
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
        return await Between(Hours(new UsageFilter(scope)), new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero), now)
            .Where(u => proxyUserIds.Contains(u.ProxyUserId))
            .GroupBy(u => u.ProxyUserId)
            .Select(g =>
                new { g.Key, Total = new UsageTotal(g.Sum(u => u.BytesUp), g.Sum(u => u.BytesDown), g.Sum(u => u.Connections)) })
            .ToDictionaryAsync(g => g.Key, g => g.Total, cancellation);
    }

    private (IQueryable<Count> Counts, DateTimeOffset First, TimeSpan Step, int Points) Of(UsageFilter filter, UsagePeriod period)
    {
        var (counts, step, points) = period switch
        {
            UsagePeriod.LastHour => (AllSlots(), Slot, 12),
            UsagePeriod.LastDay => (AllHours(), Hour, 24),
            UsagePeriod.Last30Days => (AllDays(), Day, 30),
            _ => throw new ArgumentOutOfRangeException(nameof(period)),
        };
        return (Narrow(counts, filter), StartOf(time.GetUtcNow(), step) - step * (points - 1), step, points);
    }

    private static async Task<IReadOnlyList<UsagePoint>> SeriesAsync(
        IQueryable<Count> counts, DateTimeOffset first, TimeSpan step, int points, CancellationToken cancellation)
    {
        var end = first + step * points;
        var filled = await counts.Where(u => u.At >= first && u.At < end)
            .GroupBy(u => u.At)
            .Select(at => new UsagePoint(at.Key, at.Sum(u => u.BytesUp), at.Sum(u => u.BytesDown), at.Sum(u => u.Connections)))
            .ToDictionaryAsync(point => point.From, cancellation);
        return [.. Enumerable.Range(0, points).Select(i => first + step * i)
            .Select(at => filled.GetValueOrDefault(at) ?? new UsagePoint(at, 0, 0, 0))];
    }

    private IQueryable<Count> AllSlots() => db.UsageSlots.Select(u => new Count
    {
        ProxyUserId = u.ProxyUserId, ProviderId = u.ProviderId, Country = u.Country, At = u.Slot,
        BytesUp = u.BytesUp, BytesDown = u.BytesDown, Connections = u.Connections,
    });

    private IQueryable<Count> AllHours() => db.UsageHours.Select(u => new Count
    {
        ProxyUserId = u.ProxyUserId, ProviderId = u.ProviderId, Country = u.Country, At = u.Hour,
        BytesUp = u.BytesUp, BytesDown = u.BytesDown, Connections = u.Connections,
    });

    private IQueryable<Count> AllDays() => db.UsageDays.Select(u => new Count
    {
        ProxyUserId = u.ProxyUserId, ProviderId = u.ProviderId, Country = u.Country, At = u.Day,
        BytesUp = u.BytesUp, BytesDown = u.BytesDown, Connections = u.Connections,
    });

    private IQueryable<Count> Hours(UsageFilter filter) => Narrow(AllHours(), filter);

    private static IQueryable<Count> Between(IQueryable<Count> hours, DateTimeOffset from, DateTimeOffset to)
    {
        (from, to) = (StartOf(from, Hour), to.ToUniversalTime());
        return hours.Where(u => u.At >= from && u.At < to);
    }

    private IQueryable<Count> Narrow(IQueryable<Count> counts, UsageFilter filter)
    {
        if (filter.ProxyUserId is { } proxyUser)
            counts = counts.Where(u => u.ProxyUserId == proxyUser);
        if (filter.ProviderId is { } provider)
            counts = counts.Where(u => u.ProviderId == provider);
        if (filter.Country is { } country)
            counts = counts.Where(u => u.Country == country);
        foreach (long? customer in new[] { filter.CustomerId, filter.Scope.CustomerId })
            if (customer is not null)
                counts = counts.Where(u => db.AllProxyUsers.Any(p => p.Id == u.ProxyUserId && p.CustomerId == customer));
        return counts;
    }

    private static DateTimeOffset StartOf(DateTimeOffset instant, TimeSpan step)
    {
        instant = instant.ToUniversalTime();
        return instant.AddTicks(-(instant.Ticks % step.Ticks));
    }

    /// <summary>A row of any grain.</summary>
    private sealed class Count
    {
        public long ProxyUserId { get; init; }
        public long ProviderId { get; init; }
        public required string Country { get; init; }
        public DateTimeOffset At { get; init; }
        public long BytesUp { get; init; }
        public long BytesDown { get; init; }
        public long Connections { get; init; }
    }
}

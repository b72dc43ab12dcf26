using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>Whose usage, and through whom. Null does not narrow.</summary>
public sealed record UsageFilter(Scope Scope, long? CustomerId = null, long? ProxyUserId = null, long? ProviderId = null);

/// <summary>Bytes are what was relayed after admission, as the client saw them.</summary>
/// <param name="BytesUp">From client to destination.</param>
/// <param name="BytesDown">From destination to client.</param>
/// <param name="Connections">Tunnels and requests that began.</param>
public sealed record UsageTotal(long BytesUp, long BytesDown, long Connections)
{
    public long Bytes => BytesUp + BytesDown;
}

/// <summary>The hour that begins at <paramref name="Hour"/>, UTC.</summary>
public sealed record UsagePoint(DateTimeOffset Hour, long BytesUp, long BytesDown, long Connections)
{
    public long Bytes => BytesUp + BytesDown;
}

/// <summary>One row of <c>usage --json</c>: an hour of one proxy user through one provider.</summary>
/// <param name="Customer">Email; empty when the rows behind the usage are gone.</param>
/// <param name="Country">ISO 3166-1 alpha-2, lower case; empty when none was asked for.</param>
/// <param name="From">Inclusive, UTC.</param>
/// <param name="To">Exclusive, UTC.</param>
public sealed record UsageRow(
    string Customer, string ProxyUser, string Provider, string Country, DateTimeOffset From, DateTimeOffset To, long BytesUp, long BytesDown,
    long Bytes, long Connections);

/// <summary>Reads usage. Days and hours are UTC.</summary>
public sealed class UsageQueries(AtlanticDbContext db, TimeProvider time)
{
    /// <summary>A month of hours: what a chart can still show.</summary>
    public const int MaxSeriesHours = 31 * 24;

    /// <summary>Since midnight UTC.</summary>
    public Task<UsageTotal> TodayAsync(UsageFilter filter, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return TotalAsync(filter, new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero), now, cancellation);
    }

    /// <param name="from">Inclusive; whole hours count.</param>
    /// <param name="to">Exclusive.</param>
    public async Task<UsageTotal> TotalAsync(UsageFilter filter, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) =>
        await Hours(filter, from, to)
            .GroupBy(u => 1)
            .Select(all => new UsageTotal(all.Sum(u => u.BytesUp), all.Sum(u => u.BytesDown), all.Sum(u => u.Connections)))
            .SingleOrDefaultAsync(cancellation) ?? new UsageTotal(0, 0, 0);

    /// <summary>The last <paramref name="hours"/> hours up to now, oldest first, the empty ones as zeros: exactly that many points.</summary>
    public async Task<IReadOnlyList<UsagePoint>> LastHoursAsync(UsageFilter filter, int hours, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hours, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hours, MaxSeriesHours);
        var current = StartOfHour(time.GetUtcNow());
        var first = current.AddHours(1 - hours);
        var filled = await Hours(filter, first, current.AddHours(1))
            .GroupBy(u => u.Hour)
            .Select(hour => new UsagePoint(hour.Key, hour.Sum(u => u.BytesUp), hour.Sum(u => u.BytesDown), hour.Sum(u => u.Connections)))
            .ToDictionaryAsync(point => point.Hour, cancellation);
        return [.. Enumerable.Range(0, hours).Select(i => first.AddHours(i)).Select(hour => filled.GetValueOrDefault(hour) ?? new UsagePoint(hour, 0, 0, 0))];
    }

    /// <summary>Hour by hour and provider by provider, oldest first, as <c>usage --json</c> prints it.</summary>
    /// <param name="from">Inclusive; whole hours count.</param>
    /// <param name="to">Exclusive.</param>
    public async Task<IReadOnlyList<UsageRow>> RowsAsync(UsageFilter filter, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        var hours = Hours(filter, from, to);
        var rows =
            from u in hours
            join user in db.ProxyUsers.IgnoreQueryFilters() on u.ProxyUserId equals user.Id into users
            from user in users.DefaultIfEmpty()
            join provider in db.Providers.IgnoreQueryFilters() on u.ProviderId equals provider.Id into providers
            from provider in providers.DefaultIfEmpty()
            orderby u.Hour, user.Name, provider.Name, u.Country
            select new UsageRow(
                user.Customer!.Email ?? "", user.Name ?? "", provider.Name ?? "", u.Country, u.Hour, u.Hour.AddHours(1), u.BytesUp, u.BytesDown,
                u.BytesUp + u.BytesDown, u.Connections);
        return await rows.ToListAsync(cancellation);
    }

    /// <summary>Bytes since midnight UTC of each of these proxy users; those without any are absent. For a column in a list.</summary>
    public async Task<IReadOnlyDictionary<long, UsageTotal>> TodayByProxyUserAsync(
        Scope scope, IReadOnlyCollection<long> proxyUserIds, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return await Hours(new UsageFilter(scope), new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero), now)
            .Where(u => proxyUserIds.Contains(u.ProxyUserId))
            .GroupBy(u => u.ProxyUserId)
            .Select(g => new { g.Key, Total = new UsageTotal(g.Sum(u => u.BytesUp), g.Sum(u => u.BytesDown), g.Sum(u => u.Connections)) })
            .ToDictionaryAsync(g => g.Key, g => g.Total, cancellation);
    }

    private IQueryable<UsageHour> Hours(UsageFilter filter, DateTimeOffset from, DateTimeOffset to)
    {
        (from, to) = (StartOfHour(from), to.ToUniversalTime());
        var hours = db.UsageHours.Where(u => u.Hour >= from && u.Hour < to);
        if (filter.ProxyUserId is { } proxyUser)
            hours = hours.Where(u => u.ProxyUserId == proxyUser);
        if (filter.ProviderId is { } provider)
            hours = hours.Where(u => u.ProviderId == provider);
        foreach (long? customer in new[] { filter.CustomerId, filter.Scope.CustomerId })
            if (customer is not null)
                hours = hours.Where(u => db.ProxyUsers.IgnoreQueryFilters().Any(p => p.Id == u.ProxyUserId && p.CustomerId == customer));
        return hours;
    }

    private static DateTimeOffset StartOfHour(DateTimeOffset instant)
    {
        instant = instant.ToUniversalTime();
        return instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerHour));
    }
}

using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>The tables of usage, one as the other: what queries of it begin with.</summary>
internal sealed class UsageCounts(AtlanticDb db)
{
    public IQueryable<Row> Slots(UsageFilter filter) => Narrow(db.UsageSlots.Select(u => new Row
    {
        ProxyUserId = u.ProxyUserId, ProviderId = u.ProviderId, Country = u.Country, At = u.Slot,
        BytesUp = u.BytesUp, BytesDown = u.BytesDown, Connections = u.Connections,
    }), filter);

    public IQueryable<Row> Hours(UsageFilter filter) => Narrow(db.UsageHours.Select(u => new Row
    {
        ProxyUserId = u.ProxyUserId, ProviderId = u.ProviderId, Country = u.Country, At = u.Hour,
        BytesUp = u.BytesUp, BytesDown = u.BytesDown, Connections = u.Connections,
    }), filter);

    public IQueryable<Row> Days(UsageFilter filter) => Narrow(db.UsageDays.Select(u => new Row
    {
        ProxyUserId = u.ProxyUserId, ProviderId = u.ProviderId, Country = u.Country, At = u.Day,
        BytesUp = u.BytesUp, BytesDown = u.BytesDown, Connections = u.Connections,
    }), filter);

    /// <summary>The largest shares, by bytes.</summary>
    /// <param name="top">How many at most.</param>
    public async Task<IReadOnlyList<UsageShare>> SharesAsync(
        IQueryable<Row> counts, UsageDimension by, int top, CancellationToken cancellation)
    {
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

    private IQueryable<Row> Narrow(IQueryable<Row> counts, UsageFilter filter)
    {
        if (filter.ProxyUserId is { } proxyUser)
            counts = counts.Where(u => u.ProxyUserId == proxyUser);
        if (filter.ProviderId is { } provider)
            counts = counts.Where(u => u.ProviderId == provider);
        if (filter.Country is { } country)
            counts = counts.Where(u => u.Country == country);
        foreach (long customer in filter.Customers)
            counts = counts.Where(u => db.AllProxyUsers.Any(p => p.Id == u.ProxyUserId && p.CustomerId == customer));
        return counts;
    }

    /// <summary>A row of any grain.</summary>
    public sealed class Row
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

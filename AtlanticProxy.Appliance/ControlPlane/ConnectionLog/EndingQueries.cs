using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Usage;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ConnectionLog;

/// <summary>Logged connections that ended alike.</summary>
public sealed record EndingCount(string Outcome, bool Refused, long Connections);

/// <summary>How a group of connections went, as far as the log has them.</summary>
/// <param name="Endings">The most frequent first.</param>
/// <param name="MedianConnectMs">From a request to an exit that was ready, to a tenth; null where none was measured.</param>
public sealed record EndingReport(IReadOnlyList<EndingCount> Endings, long? MedianConnectMs)
{
    public static readonly EndingReport Empty = new([], null);

    public long Refused => Endings.Where(ending => ending.Refused).Sum(ending => ending.Connections);

    /// <summary>Refusals that no client could have avoided.</summary>
    public long RefusedByExits => Endings
        .Where(ending => ending.Refused && EndingSides.Of(ending.Outcome) != EndingSide.Client)
        .Sum(ending => ending.Connections);

    /// <summary>
    /// Of all that was asked for, what was opened: 0 to 1; null where nothing was asked for.
    /// </summary>
    /// <param name="opened">Of usage, which counts all of them; the log may have a sample.</param>
    public static double? SuccessOf(long opened, long refused) =>
        opened + refused == 0 ? null : (double)opened / (opened + refused);
}

/// <summary>
/// Adds up the connection log by the hour. It has every refusal up to the bound of the log (docs/reference.md); how many were
/// opened, usage says.
/// </summary>
public sealed class EndingQueries(AtlanticDb db)
{
    /// <summary>Since when endings are added up: when their table was made.</summary>
    public Task<DateTimeOffset> SinceAsync(CancellationToken cancellation) => db.ScalarAsync<DateTimeOffset>(
        $"select applied_at from schema_migrations where name like '%_watch.sql'", cancellation);

    /// <summary>All of a span together.</summary>
    public async Task<EndingReport> TotalAsync(UsageFilter filter, UsageSpan span, CancellationToken cancellation) =>
        ReportOf(await Within(filter, span)
            .GroupBy(hour => new { hour.Outcome, hour.Refused, hour.ConnectBucket })
            .Select(g => new Part("", g.Key.Outcome, g.Key.Refused, g.Key.ConnectBucket, g.Sum(hour => hour.Connections)))
            .ToListAsync(cancellation));

    /// <summary>By the country that was asked for.</summary>
    public async Task<IReadOnlyDictionary<string, EndingReport>> ByCountryAsync(
        UsageFilter filter, UsageSpan span, CancellationToken cancellation) =>
        (await Within(filter, span)
            .GroupBy(hour => new { hour.Country, hour.Outcome, hour.Refused, hour.ConnectBucket })
            .Select(g => new Part(
                g.Key.Country, g.Key.Outcome, g.Key.Refused, g.Key.ConnectBucket, g.Sum(hour => hour.Connections)))
            .ToListAsync(cancellation))
        .GroupBy(part => part.Country).ToDictionary(country => country.Key, ReportOf);

    /// <summary>By proxy user.</summary>
    public async Task<IReadOnlyDictionary<long, EndingReport>> ByProxyUserAsync(
        UsageFilter filter, UsageSpan span, CancellationToken cancellation)
    {
        var rows = await Within(filter, span)
            .GroupBy(hour => new { hour.ProxyUserId, hour.Outcome, hour.Refused, hour.ConnectBucket })
            .Select(g => new
            {
                g.Key.ProxyUserId,
                Part = new Part("", g.Key.Outcome, g.Key.Refused, g.Key.ConnectBucket, g.Sum(hour => hour.Connections)),
            })
            .ToListAsync(cancellation);
        return rows.GroupBy(row => row.ProxyUserId)
            .ToDictionary(user => user.Key, user => ReportOf(user.Select(row => row.Part)));
    }

    /// <summary>By the hour that they ended in; hours without any are absent.</summary>
    public async Task<IReadOnlyDictionary<DateTimeOffset, EndingReport>> ByHourAsync(
        UsageFilter filter, UsageSpan span, CancellationToken cancellation)
    {
        var rows = await Within(filter, span)
            .GroupBy(hour => new { hour.Hour, hour.Outcome, hour.Refused, hour.ConnectBucket })
            .Select(g => new
            {
                g.Key.Hour,
                Part = new Part("", g.Key.Outcome, g.Key.Refused, g.Key.ConnectBucket, g.Sum(hour => hour.Connections)),
            })
            .ToListAsync(cancellation);
        return rows.GroupBy(row => row.Hour).ToDictionary(hour => hour.Key, hour => ReportOf(hour.Select(row => row.Part)));
    }

    private IQueryable<ConnectionHour> Within(UsageFilter filter, UsageSpan span)
    {
        if (filter.ProviderId is not null)
            throw new ArgumentException("Endings are not told apart by provider.", nameof(filter));
        var (from, to) = (UsageSpan.StartOf(span.From, UsageGrain.Hour), span.To.ToUniversalTime());
        IQueryable<ConnectionHour> hours = db.ConnectionHours.Where(hour => hour.Hour >= from && hour.Hour < to);
        if (filter.ProxyUserId is { } proxyUser)
            hours = hours.Where(hour => hour.ProxyUserId == proxyUser);
        if (filter.Country is { } country)
            hours = hours.Where(hour => hour.Country == country);
        foreach (long customer in filter.Customers)
            hours = hours.Where(hour => db.AllProxyUsers.Any(p => p.Id == hour.ProxyUserId && p.CustomerId == customer));
        return hours;
    }

    private static EndingReport ReportOf(IEnumerable<Part> parts)
    {
        var all = parts.ToList();
        return new EndingReport(
            [.. all.GroupBy(part => (part.Outcome, part.Refused))
                .Select(group => new EndingCount(group.Key.Outcome, group.Key.Refused, group.Sum(part => part.Connections)))
                .OrderByDescending(ending => ending.Connections).ThenBy(ending => ending.Outcome, StringComparer.Ordinal)],
            ConnectTime.MedianOf(all.Select(part => (part.ConnectBucket, part.Connections))));
    }

    private sealed record Part(string Country, string Outcome, bool Refused, short ConnectBucket, long Connections);
}

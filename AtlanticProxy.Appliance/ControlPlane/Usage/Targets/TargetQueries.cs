using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.ProxyUsers;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Usage.Targets;

/// <summary>
/// What went to one host. A host that others crowded out for a while has had more than is said here, at most <paramref
/// name="Error"/>.
/// </summary>
/// <param name="Host">As clients named it, lower case: a name, or a literal address.</param>
/// <param name="Bytes">Both directions; surely that many.</param>
/// <param name="Error">Bytes that may have been moved besides.</param>
/// <param name="Connections">Tunnels and requests that began; likewise at least.</param>
public sealed record TargetShare(string Host, long Bytes, long Error, long Connections);

/// <summary>Reads destinations. Days are UTC, the grain of all there is.</summary>
public sealed class TargetQueries(AtlanticDb db, UsageOptions options, TimeProvider time)
{
    /// <summary>Whether destinations are kept at all.</summary>
    public bool AreKept => options.TargetDomains;

    /// <summary>The hosts with the most bytes, those first.</summary>
    /// <param name="filter">By customer and proxy user; destinations are not told apart by provider or country.</param>
    /// <param name="from">Its whole day counts.</param>
    /// <param name="top">How many at most.</param>
    /// <param name="to">Its whole day counts, unless it is the first moment of one; null for now.</param>
    /// <exception cref="ArgumentException">The filter asks for a provider or a country.</exception>
    public async Task<IReadOnlyList<TargetShare>> TopAsync(
        UsageFilter filter, DateTimeOffset from, int top, CancellationToken cancellation, DateTimeOffset? to = null)
    {
        if (filter.ProviderId is not null || filter.Country is not null)
            throw new ArgumentException("Destinations are not told apart by provider or country.", nameof(filter));
        var first = new DateTimeOffset(from.UtcDateTime.Date, TimeSpan.Zero);
        var end = to ?? time.GetUtcNow().AddTicks(1);
        var rows = db.UsageTargets.Where(target => target.Day >= first && target.Day < end);
        if (filter.ProxyUserId is { } proxyUser)
            rows = rows.Where(target => target.ProxyUserId == proxyUser);
        foreach (long customer in filter.Customers)
            rows = rows.Where(target =>
                db.AllProxyUsers.Any(user => user.Id == target.ProxyUserId && user.CustomerId == customer));
        return await rows.GroupBy(target => target.Host)
            .Select(host =>
                new { host.Key, Bytes = host.Sum(t => t.Bytes), Error = host.Sum(t => t.Error),
                    Connections = host.Sum(t => t.Connections) })
            .OrderByDescending(host => host.Bytes).ThenBy(host => host.Key)
            .Take(top)
            .Select(host => new TargetShare(host.Key, host.Bytes, host.Error, host.Connections))
            .ToListAsync(cancellation);
    }

    /// <summary>Of the last 30 days.</summary>
    public Task<IReadOnlyList<TargetShare>> TopOf30DaysAsync(UsageFilter filter, int top, CancellationToken cancellation) =>
        TopAsync(filter, time.GetUtcNow().AddDays(-29), top, cancellation);
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Diagnostics;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ConnectionLog;

/// <summary>Which connections of a proxy user.</summary>
/// <param name="Last">How many at most, up to <see cref="MaxLast"/>.</param>
/// <param name="Outcome">Only those that ended so; null for any.</param>
/// <param name="RefusedOnly">Only those that were refused.</param>
public sealed record ConnectionFilter(
    int Last = ConnectionFilter.DefaultLast, ConnectionOutcome? Outcome = null, bool RefusedOnly = false)
{
    public const int DefaultLast = 50, MaxLast = 1_000;
}

/// <summary>
/// One tunnel, forwarded request, association of datagrams, or refusal, as <c>connections --json</c> prints it.
/// </summary>
/// <param name="DurationMs">From the request to its end, dialling included.</param>
/// <param name="Host">Empty when there was none, or destinations are not kept; the port is 0 then.</param>
/// <param name="Outcome">The code of docs/reference.md.</param>
/// <param name="Refused">Whether it was refused, and not served.</param>
/// <param name="Reason">What the outcome means, in a sentence.</param>
/// <param name="Detail">The token, rule or fault behind it; null when the outcome says it all.</param>
/// <param name="Provider">Whose exit it was; null for customers, whose business it is not, and when none was reached.</param>
/// <param name="Country">ISO 3166-1 alpha-2 that was asked for, lower case; empty for any.</param>
public sealed record LoggedConnectionSummary(
    DateTimeOffset StartedAt, long DurationMs, string ClientAddress, string Host, int Port, string Outcome, bool Refused,
    string Reason, string? Detail,
    string? Provider, string Country, long BytesUp, long BytesDown);

/// <summary>Reads the connection log.</summary>
public sealed class ConnectionQueries(AtlanticDb db)
{
    /// <summary>The last connections of a proxy user that ended, the latest first. Open ones are not among them.</summary>
    public async Task<Result<IReadOnlyList<LoggedConnectionSummary>>> LastAsync(
        Scope scope, long proxyUserId, ConnectionFilter filter, CancellationToken cancellation)
    {
        if (filter.Last is < 1 or > ConnectionFilter.MaxLast)
            return new Error(ErrorKind.Invalid, "connections.last", $"Ask for 1 to {ConnectionFilter.MaxLast} connections.",
                nameof(filter.Last));
        if (!await db.ProxyUsers.VisibleTo(scope).AnyAsync(user => user.Id == proxyUserId, cancellation))
            return ProxyUserQueries.NoSuchProxyUser;

        var connections = db.LoggedConnections.Where(c => c.ProxyUserId == proxyUserId);
        if (filter.RefusedOnly)
            connections = connections.Where(c => c.Refused);
        if (filter.Outcome?.ToString() is { } outcome)
            connections = connections.Where(c => c.Outcome == outcome);
        var last = await connections.OrderByDescending(c => c.EndedAt).ThenByDescending(c => c.Id).Take(filter.Last)
            .ToListAsync(cancellation);

        var providers = scope.CustomerId is null ? await ProvidersOfAsync(last, cancellation) : [];
        return Result.Of<IReadOnlyList<LoggedConnectionSummary>>(last.ConvertAll(c => new LoggedConnectionSummary(
            c.EndedAt.AddMilliseconds(-c.DurationMs), c.DurationMs, c.ClientAddress.ToString(), c.Host, c.Port, c.Outcome,
            c.Refused, ReasonOf(c.Outcome), c.Detail,
            providers.GetValueOrDefault(c.ProviderId), c.Country, c.BytesUp, c.BytesDown)));
    }

    private async Task<Dictionary<long, string>> ProvidersOfAsync(
        IEnumerable<LoggedConnection> connections, CancellationToken cancellation)
    {
        long[] ids = [.. connections.Select(c => c.ProviderId).Distinct()];
        return await db.AllProviders.Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, cancellation);
    }

    // A row may be older than this version of the product, and its outcome unknown to it.
    internal static string ReasonOf(string outcome) => Enum.TryParse<ConnectionOutcome>(outcome, out var known)
        ? known.Sentence()
        : outcome;
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Engine.Diagnostics;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ConnectionLog;

/// <summary>What became of a connection, roughly.</summary>
public enum ConnectionFate
{
    /// <summary>Turned away.</summary>
    Refused,

    /// <summary>Served, then cut or broken off.</summary>
    Failed,

    /// <summary>Served until one side had enough.</summary>
    Completed,
}

/// <summary>Which connections of a customer. Null does not narrow.</summary>
/// <param name="Outcome">Its exact ending, as it is stored.</param>
/// <param name="Host">Part of the destination's name, any case.</param>
/// <param name="Country">That was asked for.</param>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
public sealed record ActivityFilter(
    ConnectionFate? Fate = null, string? Outcome = null, long? ProxyUserId = null, string? Host = null, string? Country = null,
    DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>After which row a page begins: the last one of the page before.</summary>
public sealed record ActivityCursor(DateTimeOffset EndedAt, long Id);

/// <summary>One connection, as its customer sees it.</summary>
/// <param name="Id">Together with <paramref name="EndedAt"/> it is unique.</param>
/// <param name="DurationMs">From the request to its end, dialling included.</param>
/// <param name="ConnectMs">To an exit that was ready; null when none was reached, or one was open already.</param>
/// <param name="Host">Empty when there was none, or destinations are not kept; the port is 0 then.</param>
/// <param name="Outcome">The code of docs/reference.md.</param>
/// <param name="Reason">What the outcome means, in a sentence.</param>
/// <param name="Country">ISO 3166-1 alpha-2 that was asked for, lower case; empty for any.</param>
public sealed record ActivityRow(
    long Id, DateTimeOffset EndedAt, long DurationMs, int? ConnectMs, long ProxyUserId, string ProxyUser, string ClientAddress,
    string Host, int Port, string Outcome, bool Refused, string Reason, string? Detail, string Country, long BytesUp,
    long BytesDown);

/// <summary>Reads the connection log across a customer's proxy users.</summary>
public sealed class ActivityQueries(AtlanticDb db)
{
    /// <summary>Rows of one answer at most: those of a file.</summary>
    public const int MaxRows = 10_000;

    /// <summary>Endings of what was served that are nobody's failure. An index of failures leaves out the same.</summary>
    private static readonly string[] Fine = [nameof(ConnectionOutcome.Completed), nameof(ConnectionOutcome.ClientReset)];

    /// <summary>The latest first. None out of scope.</summary>
    /// <param name="after">Null for the latest of all.</param>
    public async Task<IReadOnlyList<ActivityRow>> ListAsync(
        Scope scope, long customerId, ActivityFilter filter, ActivityCursor? after, int count, CancellationToken cancellation)
    {
        if (scope.CustomerId is { } only && only != customerId)
            return [];
        count = Math.Clamp(count, 1, MaxRows);
        var connections = Narrow(db.LoggedConnections, filter);
        if (after is { } last)
            connections = connections.Where(c =>
                c.EndedAt <= last.EndedAt && (c.EndedAt < last.EndedAt || c.Id < last.Id));
        var users = db.AllProxyUsers.Where(user => user.CustomerId == customerId);
        if (filter.ProxyUserId is { } proxyUser)
            users = users.Where(user => user.Id == proxyUser);
        // The last of each proxy user by its index, then the last of these: never a sort of all that there is.
        var rows = await (
            from user in users
            from c in connections.Where(c => c.ProxyUserId == user.Id)
                .OrderByDescending(c => c.EndedAt).ThenByDescending(c => c.Id).Take(count)
            orderby c.EndedAt descending, c.Id descending
            select new { Connection = c, user.Name }).Take(count).ToListAsync(cancellation);
        return rows.ConvertAll(row => RowOf(row.Connection, row.Name));
    }

    private static IQueryable<LoggedConnection> Narrow(IQueryable<LoggedConnection> connections, ActivityFilter filter)
    {
        connections = filter.Fate switch
        {
            ConnectionFate.Refused => connections.Where(c => c.Refused),
            ConnectionFate.Failed => connections.Where(c => !c.Refused && !Fine.Contains(c.Outcome)),
            ConnectionFate.Completed => connections.Where(c => !c.Refused && Fine.Contains(c.Outcome)),
            null => connections,
        };
        if (filter.Outcome is { } outcome)
            connections = connections.Where(c => c.Outcome == outcome);
        if (filter.Country is { } country)
            connections = connections.Where(c => c.Country == country);
        if (filter.Host?.ToLowerInvariant() is { } host) // as they are stored
            connections = connections.Where(c => c.Host.Contains(host));
        if (filter.From is { } from)
            connections = connections.Where(c => c.EndedAt >= from);
        if (filter.To is { } to)
            connections = connections.Where(c => c.EndedAt < to);
        return connections;
    }

    private static ActivityRow RowOf(LoggedConnection c, string proxyUser) => new(
        c.Id, c.EndedAt, c.DurationMs, c.ConnectMs, c.ProxyUserId, proxyUser, c.ClientAddress.ToString(), c.Host, c.Port,
        c.Outcome, c.Refused, ConnectionQueries.ReasonOf(c.Outcome), c.Detail, c.Country, c.BytesUp, c.BytesDown);
}

using Npgsql;

namespace AtlanticProxy.ControlPlane.ConnectionLog;

/// <summary>Makes the partitions of the next days and drops those whose time is over. Any number of nodes may do so at once.</summary>
internal sealed class ConnectionLogRetention(NpgsqlDataSource database, ConnectionLogOptions options, TimeProvider time)
{
    /// <summary>Partitions are there this long before their day begins; a batch makes its own if need be.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(3);

    /// <summary>Dropping waits for readers of the table, and whoever comes after waits behind it: rather try again later. Milliseconds.</summary>
    private const int LockTimeout = 3_000;

    /// <summary>Partitions dropped.</summary>
    public async Task<int> TendAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var tend = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"set lock_timeout = {LockTimeout}"),
                new("select ensure_connection_log_partitions($1, $2)") { Parameters = { new() { Value = now }, new() { Value = now + Ahead } } },
                new("select drop_connection_log_partitions($1)") { Parameters = { new() { Value = now.AddDays(-options.RetentionDays) } } },
            },
        };
        await using var answers = await tend.ExecuteReaderAsync(cancellation);
        await answers.NextResultAsync(cancellation);
        await answers.ReadAsync(cancellation);
        return answers.GetInt32(0);
    }
}

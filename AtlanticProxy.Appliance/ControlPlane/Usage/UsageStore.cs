using Npgsql;
using NpgsqlTypes;

namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>Writes batches into PostgreSQL, each once however often it is sent. Keeps one connection, for its staging table.</summary>
internal sealed class UsageStore(NpgsqlDataSource database) : IAsyncDisposable
{
    /// <summary>A temporary table is nobody else's and writes no WAL; it lives as long as the connection.</summary>
    private const string Staging = """
        create temporary table usage_staging (
            proxy_user_id bigint, hour timestamptz, provider_id bigint, country text, bytes_up bigint, bytes_down bigint, connections bigint
        ) on commit delete rows
        """;

    /// <summary>In key order, so that two nodes lock rows in the same order and cannot deadlock.</summary>
    private const string Count = """
        insert into usage_hourly as u (proxy_user_id, hour, provider_id, country, bytes_up, bytes_down, connections)
        select proxy_user_id, hour, provider_id, country, bytes_up, bytes_down, connections from usage_staging
        order by proxy_user_id, hour, provider_id, country
        on conflict (proxy_user_id, hour, provider_id, country) do update set
            bytes_up = u.bytes_up + excluded.bytes_up,
            bytes_down = u.bytes_down + excluded.bytes_down,
            connections = u.connections + excluded.connections
        """;

    /// <summary>Longer than any batch can be in doubt: a node's runs end, and with them their batches.</summary>
    private const string Forget = "delete from usage_batches where accepted_at < now() - interval '7 days'";

    /// <summary>About once an hour, at one batch a second, and with the first.</summary>
    private const int ForgetEvery = 3600;

    private NpgsqlConnection? _connection;

    /// <summary>True when the batch counted now, false when it had been counted before. After any exception the outcome is unknown: send it again.</summary>
    public async Task<bool> WriteAsync(UsageBatch batch, CancellationToken cancellation)
    {
        try
        {
            var connection = _connection ??= await ConnectAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            if (!await ClaimAsync(connection, batch, cancellation))
                return false;
            await StageAsync(connection, batch, cancellation);
            await ExecuteAsync(connection, Count, cancellation);
            if (batch.Sequence % ForgetEvery == 1)
                await ExecuteAsync(connection, Forget, cancellation);
            await transaction.CommitAsync(cancellation);
            return true;
        }
        catch
        {
            await DisposeAsync(); // whatever state it is in
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not { } connection)
            return;
        _connection = null;
        await connection.DisposeAsync();
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            await ExecuteAsync(connection, Staging, cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The primary key decides. If an earlier sending of the same batch is still in progress, this waits for its outcome.</summary>
    private static async Task<bool> ClaimAsync(NpgsqlConnection connection, UsageBatch batch, CancellationToken cancellation)
    {
        await using var claim = new NpgsqlCommand("insert into usage_batches (node, sequence) values ($1, $2) on conflict do nothing", connection)
        {
            Parameters = { new() { Value = batch.Node }, new() { Value = batch.Sequence } },
        };
        return await claim.ExecuteNonQueryAsync(cancellation) == 1;
    }

    private static async Task StageAsync(NpgsqlConnection connection, UsageBatch batch, CancellationToken cancellation)
    {
        await using var copy = await connection.BeginBinaryImportAsync("copy usage_staging from stdin (format binary)", cancellation);
        foreach (var (key, up, down, connections) in batch.Rows)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(key.ProxyUserId, NpgsqlDbType.Bigint, cancellation);
            await copy.WriteAsync(DateTimeOffset.FromUnixTimeSeconds(key.HourUtc), NpgsqlDbType.TimestampTz, cancellation);
            await copy.WriteAsync(key.ProviderId, NpgsqlDbType.Bigint, cancellation);
            await copy.WriteAsync(key.Country, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(up, NpgsqlDbType.Bigint, cancellation);
            await copy.WriteAsync(down, NpgsqlDbType.Bigint, cancellation);
            await copy.WriteAsync(connections, NpgsqlDbType.Bigint, cancellation);
        }
        await copy.CompleteAsync(cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

using AtlanticProxy.ControlPlane.Partitions;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace AtlanticProxy.ControlPlane.ConnectionLog;

/// <summary>Writes endings into PostgreSQL.</summary>
internal sealed class ConnectionStore(NpgsqlDataSource database, ConnectionLogOptions options)
{
    /// <summary>Characters of a detail that are kept: a username's token with its hint is far shorter.</summary>
    private const int MaxDetail = 300;

    private const string Copy = """
        copy connection_log (proxy_user_id, ended_at, duration_ms, outcome, refused, detail, client_address, host, port,
            provider_id, country, connect_ms, bytes_up, bytes_down)
        from stdin (format binary)
        """;

    private const string AddUp = """
        insert into connection_hours as h
            (proxy_user_id, hour, country, outcome, connect_bucket, refused, connections)
        select * from unnest($1, $2, $3, $4, $5, $6, $7)
        on conflict (proxy_user_id, hour, country, outcome, connect_bucket)
            do update set connections = h.connections + excluded.connections
        """;

    /// <summary>All of them, or none; an exception leaves it open which.</summary>
    public async Task WriteAsync(IReadOnlyList<ConnectionRecord> records, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await PartitionKeeping.EnsureAsync(connection, [PartitionedTable.Connections, PartitionedTable.ConnectionHours],
            records.Min(record => record.EndedAt), records.Max(record => record.EndedAt), cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var copy = await connection.BeginBinaryImportAsync(Copy, cancellation))
        {
            foreach (var record in records)
                await WriteAsync(copy, record, cancellation);
            await copy.CompleteAsync(cancellation);
        }
        await AddUpAsync(connection, ConnectionHour.Of(records), cancellation);
        await RuleHits.AddAsync(connection, RuleHits.Of(records), cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static async Task AddUpAsync(
        NpgsqlConnection connection, IReadOnlyList<ConnectionHour> hours, CancellationToken cancellation)
    {
        await using var add = new NpgsqlCommand(AddUp, connection)
        {
            Parameters =
            {
                new() { Value = hours.Select(hour => hour.ProxyUserId).ToArray() },
                new() { Value = hours.Select(hour => hour.Hour).ToArray() },
                new() { Value = hours.Select(hour => hour.Country).ToArray() },
                new() { Value = hours.Select(hour => hour.Outcome).ToArray() },
                new() { Value = hours.Select(hour => hour.ConnectBucket).ToArray() },
                new() { Value = hours.Select(hour => hour.Refused).ToArray() },
                new() { Value = hours.Select(hour => hour.Connections).ToArray() },
            },
        };
        await add.ExecuteNonQueryAsync(cancellation);
    }

    private async Task WriteAsync(NpgsqlBinaryImporter copy, ConnectionRecord record, CancellationToken cancellation)
    {
        await copy.StartRowAsync(cancellation);
        await copy.WriteAsync(record.ProxyUserId, NpgsqlDbType.Bigint, cancellation);
        await copy.WriteAsync(record.EndedAt, NpgsqlDbType.TimestampTz, cancellation);
        await copy.WriteAsync((long)record.Duration.TotalMilliseconds, NpgsqlDbType.Bigint, cancellation);
        await copy.WriteAsync(record.Outcome.ToString(), NpgsqlDbType.Text, cancellation);
        await copy.WriteAsync(record.Outcome.IsRefusal(), NpgsqlDbType.Boolean, cancellation);
        if (DetailOf(record) is { } detail)
            await copy.WriteAsync(detail, NpgsqlDbType.Text, cancellation);
        else
            await copy.WriteNullAsync(cancellation);
        await copy.WriteAsync(record.ClientAddress, NpgsqlDbType.Inet, cancellation);
        await copy.WriteAsync(options.Destinations ? record.Host : "", NpgsqlDbType.Text, cancellation);
        await copy.WriteAsync(options.Destinations ? record.Port : 0, NpgsqlDbType.Integer, cancellation);
        await copy.WriteAsync(record.ProviderId, NpgsqlDbType.Bigint, cancellation);
        await copy.WriteAsync(record.Country, NpgsqlDbType.Text, cancellation);
        if (record.ConnectMs is { } connect)
            await copy.WriteAsync((int)Math.Min(connect, int.MaxValue), NpgsqlDbType.Integer, cancellation);
        else
            await copy.WriteNullAsync(cancellation);
        await copy.WriteAsync(record.BytesUp, NpgsqlDbType.Bigint, cancellation);
        await copy.WriteAsync(record.BytesDown, NpgsqlDbType.Bigint, cancellation);
    }

    // The rule that forbids a destination names it.
    private string? DetailOf(in ConnectionRecord record) =>
        record.Detail is not { } detail || (!options.Destinations && record.Outcome == ConnectionOutcome.DestinationForbidden)
            ? null
            : (detail.Length > MaxDetail ? detail[..MaxDetail] : detail).Replace('\0', ' '); // PostgreSQL refuses it
}

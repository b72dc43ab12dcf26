using System.Runtime.InteropServices;
using AtlanticProxy.ControlPlane.Partitions;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Journal;
using Npgsql;
using NpgsqlTypes;

namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>
/// Writes batches into PostgreSQL, each once however often it is sent. Keeps one connection, for its staging table.
/// </summary>
internal sealed class UsageStore(NpgsqlDataSource database) : IAsyncDisposable
{
    /// <summary>
    /// A temporary table is nobody else's and writes no WAL; it lives as long as the connection. Its rows come sorted: sorting
    /// them again, in memory, and adding up neighbours costs a third of hashing them and spilling to disk (measured with 50,000).
    /// </summary>
    private const string Staging = """
        set work_mem = '32MB';
        set enable_hashagg = off;
        create temporary table usage_staging (
            proxy_user_id bigint, slot timestamptz, provider_id bigint, country text, bytes_up bigint, bytes_down bigint,
                connections bigint
        ) on commit delete rows
        """;

    /// <summary>
    /// The same rows by each grain. Always in this order, and within each in key order, so that two nodes lock rows in the same
    /// order and cannot deadlock.
    /// </summary>
    private static readonly string CountSlots =
        CountAll("sum(bytes_up)::bigint, sum(bytes_down)::bigint, sum(connections)::bigint", "group by 1, 2, 3, 4");

    /// <summary>When all are of one slot, as nearly always: no two rows have one key by any grain.</summary>
    private static readonly string CountSlot = CountAll("bytes_up, bytes_down, connections", "");

    private NpgsqlConnection? _connection;

    /// <summary>
    /// Days since 1970 that have partitions. Forgotten with the connection: a failed try may be for the lack of one that was
    /// dropped.
    /// </summary>
    private readonly HashSet<long> _knownDays = [];

    /// <summary>In one transaction. After any exception the outcome is unknown: send them again.</summary>
    /// <param name="batches">Of one node.</param>
    /// <returns>How many counted now; the others had been counted before.</returns>
    public async Task<int> WriteAsync(IReadOnlyList<UsageBatch> batches, CancellationToken cancellation)
    {
        try
        {
            var connection = _connection ??= await ConnectAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            var claimed = await ClaimAsync(connection, batches, cancellation);
            var rows = AddUp(batches.Where(batch => claimed.Contains(batch.Sequence)));
            if (rows.Length > 0)
            {
                var newDays = rows.Select(row => row.Key.SlotUtc / SecondsPerDay).Where(day => !_knownDays.Contains(day))
                    .ToHashSet();
                foreach (var day in newDays.Select(day => DateTimeOffset.FromUnixTimeSeconds(day * SecondsPerDay)))
                    await PartitionKeeping.EnsureAsync(connection, PartitionedTable.Usage, day, day, cancellation);
                await StageAsync(connection, rows, cancellation);
                await ExecuteAsync(connection,
                    Array.TrueForAll(rows, row => row.Key.SlotUtc == rows[0].Key.SlotUtc) ? CountSlot : CountSlots, cancellation);
                await ConsumptionBook.AddStagedAsync(connection, batches[0].Node, cancellation);
                await ExecuteAsync(connection, CountProviderDays, cancellation);
                await transaction.CommitAsync(cancellation);
                _knownDays.UnionWith(newDays);
            }
            else
                await transaction.CommitAsync(cancellation);
            return claimed.Count;
        }
        catch
        {
            await DisposeAsync(); // whatever state it is in
            throw;
        }
    }

    /// <summary>Forgets that these were counted: nobody has them any more, so nobody will send them again.</summary>
    public async Task ForgetAsync(RetiredBatches retired, CancellationToken cancellation)
    {
        await using var forget = database.CreateCommand("delete from usage_batches where node = $1 and sequence <= $2");
        forget.Parameters.AddWithValue(retired.Node);
        forget.Parameters.AddWithValue(retired.LastSequence);
        await forget.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Gives back what runs that have ended hold of leases. Only after all that they counted is written.</summary>
    /// <returns>Bytes.</returns>
    public async Task<long> ReleaseLeasesAsync(IReadOnlyList<string> runs, CancellationToken cancellation)
    {
        await using var release = database.CreateCommand("select lease_release($1)");
        release.Parameters.AddWithValue(runs.ToArray());
        return (long)(await release.ExecuteScalarAsync(cancellation))!;
    }

    public async ValueTask DisposeAsync()
    {
        _knownDays.Clear();
        if (_connection is not { } connection)
            return;
        _connection = null;
        await connection.DisposeAsync();
    }

    private const long SecondsPerDay = 24 * 60 * 60;

    private static string CountAll(string counts, string grouping)
    {
        return string.Join(';', By("usage_recent", "slot", "slot"), By("usage_hourly", "hour", StartOf("1 hour")),
            By("usage_daily", "day", StartOf("1 day")));

        string By(string table, string column, string time) => $"""
            insert into {table} as u (proxy_user_id, {column}, provider_id, country, bytes_up, bytes_down, connections)
            select proxy_user_id, {time}, provider_id, country, {counts} from usage_staging {grouping} order by 1, 2, 3, 4
            on conflict (proxy_user_id, {column}, provider_id, country) do update set
                bytes_up = u.bytes_up + excluded.bytes_up,
                bytes_down = u.bytes_down + excluded.bytes_down,
                connections = u.connections + excluded.connections
            """;
    }

    /// <summary>
    /// The running totals that caps are looked up in. The transaction's last statement: these few rows are every node's, so none
    /// may wait for anything while it has them locked.
    /// </summary>
    private const string CountProviderDays = """
        insert into provider_days as d (provider_id, day, bytes)
        select provider_id, (slot at time zone 'UTC')::date, sum(bytes_up + bytes_down)::bigint from usage_staging group by 1, 2
            order by 1, 2
        on conflict (provider_id, day) do update set bytes = d.bytes + excluded.bytes
        """;

    // date_bin and not date_trunc: no time zone of the session has a say in it.
    private static string StartOf(string unit) => $"date_bin('{unit}', slot, 'epoch')";

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

    /// <summary>
    /// The primary key decides. If an earlier sending of the same batch is still in progress, this waits for its outcome.
    /// </summary>
    private static async Task<HashSet<long>> ClaimAsync(
        NpgsqlConnection connection, IReadOnlyList<UsageBatch> batches, CancellationToken cancellation)
    {
        await using var claim = new NpgsqlCommand(
            "insert into usage_batches (node, sequence) select $1, unnest($2) on conflict do nothing returning sequence",
            connection)
        {
            Parameters = { new() { Value = batches[0].Node },
                new() { Value = batches.Select(batch => batch.Sequence).ToArray() } },
        };
        var claimed = new HashSet<long>();
        await using var rows = await claim.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            claimed.Add(rows.GetInt64(0));
        return claimed;
    }

    // Here and not by the database: of many batches of busy users little is left to send.
    private static UsageDelta[] AddUp(IEnumerable<UsageBatch> batches)
    {
        var sums = new Dictionary<UsageKey, UsageDelta>();
        foreach (var batch in batches)
            foreach (var row in batch.Rows)
            {
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, row.Key, out bool known);
                sum = known ? sum.Plus(row) : row;
            }
        UsageDelta[] rows = [.. sums.Values];
        Array.Sort(rows, InKeyOrder);
        return rows;
    }

    // As the database sorts, which then finds it done.
    private static int InKeyOrder(UsageDelta one, UsageDelta other)
    {
        var (a, b) = (one.Key, other.Key);
        int order = a.ProxyUserId.CompareTo(b.ProxyUserId);
        if (order == 0)
            order = a.SlotUtc.CompareTo(b.SlotUtc);
        if (order == 0)
            order = a.ProviderId.CompareTo(b.ProviderId);
        return order == 0 ? string.CompareOrdinal(a.Country, b.Country) : order;
    }

    private static async Task StageAsync(NpgsqlConnection connection, UsageDelta[] rows, CancellationToken cancellation)
    {
        await using var copy = await connection.BeginBinaryImportAsync("copy usage_staging from stdin (format binary)",
            cancellation);
        foreach (var (key, up, down, connections) in rows)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(key.ProxyUserId, NpgsqlDbType.Bigint, cancellation);
            await copy.WriteAsync(DateTimeOffset.FromUnixTimeSeconds(key.SlotUtc), NpgsqlDbType.TimestampTz, cancellation);
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

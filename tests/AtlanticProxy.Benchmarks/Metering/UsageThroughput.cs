using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Journal;
using AtlanticProxy.Host.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.Benchmarks.Metering;

/// <summary>
/// Increments a second from the meter's hands into PostgreSQL: through the journal on disk with its syncs, COPY, and the three
/// tables, with the embedded server as it ships (fsync on), and into the quotas of the customers whose bytes they are. Journal,
/// flusher and server share the machine's cores; nothing else is in the way.
/// </summary>
internal static class UsageThroughput
{
    /// <summary>Counters that move in every 250 ms: as many busy (proxy user, provider, country) on one node.</summary>
    private const int Keys = 50_000;

    /// <summary>Customers that the proxy users belong to, each with a quota that their bytes are taken off.</summary>
    private const int Customers = 1_000;

    private const long BytesUp = 1_000, BytesDown = 20_000;

    /// <summary>Increments of a run: each key this often. 100 is 25 s of such a node.</summary>
    private const int Rounds = 100;

    /// <summary>
    /// The meter waits when so much is not delivered: what is measured is what reaches the database, not how fast a disk fills.
    /// Bytes.
    /// </summary>
    private const long MostWaiting = 64 << 20;

    private const int SizeRows = 1_000_000, RowsInBatch = 50_000;

    private const double LeastRate = 200_000, Megabyte = 1e6;

    public static async Task<List<Row>> RunAsync(string folder)
    {
        await using var server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { Directory = Path.Combine(folder, "usage-postgres") }, TimeProvider.System,
            NullLoggerFactory.Instance, CancellationToken.None);
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await new Migrator(database, NullLogger<Migrator>.Instance).MigrateAsync(CancellationToken.None);
        await AddCustomersAsync(database);
        double rate = await RateAsync(folder, database);
        double perMillion = await SizeAsync(database);
        return
        [
            new Row(Row.Usage, $"usage increments into PostgreSQL, {Keys:N0} keys at work, {Customers:N0} quotas", "per s",
                Of(rate), [new Goal($">= {LeastRate:N0}", rate, rate >= LeastRate)]),
            new Row(Row.Usage, "a million rows of usage by hour on disk, with indexes", "MB", Of(perMillion), []),
        ];
    }

    private static async Task<double> RateAsync(string folder, NpgsqlDataSource database)
    {
        var options = new UsageJournalOptions { Directory = Path.Combine(folder, "usage-journal") };
        using var journal = UsageJournal.Open(options, "bench", NullLogger<UsageJournal>.Instance);
        var flusher = new UsageFlusher(journal, new UsageStore(database), TimeProvider.System, NullLogger<UsageFlusher>.Instance);
        var deltas = Deltas(Keys, firstUser: 1);
        journal.Accept(deltas); // the rows are there, and the code is compiled
        await flusher.FlushAsync(CancellationToken.None);

        long start = TimeProvider.System.GetTimestamp();
        var metering = Task.Run(async () =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                while (journal.Status.WaitingBytes > MostWaiting)
                    await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
                journal.Accept(deltas);
            }
        });
        while (!metering.IsCompleted || journal.Status.WaitingBytes > 0)
            await flusher.FlushAsync(CancellationToken.None);
        await metering;
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;

        await CheckAsync(database, (Rounds + 1L) * Keys);
        return Rounds * (double)Keys / seconds;
    }

    private static async Task AddCustomersAsync(NpgsqlDataSource database)
    {
        await using var add = database.CreateCommand($"""
            insert into customers (id, email, name) select i, i || '@bench.example', 'bench' from generate_series(1,
                {Customers}) i;
            insert into proxy_users (id, customer_id, name, secret_kind, secret_hash, secret_sealed)
            select i, i % {Customers} + 1, 'bench' || i, 'generated', sha256(''), '' from generate_series(1, {Keys}) i;
            insert into quota_accounts (customer_id, measure, source, limit_amount, period_unit, period_length,
                anchor_at, period_start, period_end)
            select id, 'bytes', 'grants', 1e15, 'month', 1, now(), now(), now() + interval '1 month' from customers;
            insert into grants (customer_id, measure, amount, origin, priority, valid_from, valid_until)
            select id, 'bytes', 1e15, 'period', 20, now(), now() + interval '1 month' from customers;
            """);
        await add.ExecuteNonQueryAsync();
    }

    private static async Task CheckAsync(NpgsqlDataSource database, long increments)
    {
        await using var counted = database.CreateCommand("""
            select array[(select sum(connections) from usage_recent), (select sum(connections) from usage_hourly),
                (select sum(connections) from usage_daily),
                (select sum(consumed) / $1 from quota_accounts)]::bigint[]
            """);
        counted.Parameters.AddWithValue(BytesUp + BytesDown);
        if (await counted.ExecuteScalarAsync() is not long[] sums || sums.Any(sum => sum != increments))
            throw new InvalidOperationException("PostgreSQL does not have what was counted.");
    }

    private static async Task<double> SizeAsync(NpgsqlDataSource database)
    {
        await using var store = new UsageStore(database);
        for (int i = 0; i < SizeRows / RowsInBatch; i++)
            await store.WriteAsync([new UsageBatch("size", i + 1, Deltas(RowsInBatch, firstUser: (i + 2) * RowsInBatch))],
                CancellationToken.None);
        await using var size = database.CreateCommand("""
            select sum(pg_total_relation_size(inhrelid))::float8 / (select count(*) from usage_hourly) from pg_inherits
                where inhparent = 'usage_hourly'::regclass
            """);
        return (double)(await size.ExecuteScalarAsync())! * SizeRows / Megabyte;
    }

    private static UsageDelta[] Deltas(int count, int firstUser)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        long slot = now - now % UsageMeter.SlotSeconds;
        return [.. Enumerable.Range(firstUser, count)
            .Select(user =>
                new UsageDelta(new UsageKey(user, user % 5 + 1, user % 2 == 0 ? "us" : "de", slot), BytesUp, BytesDown, 1))];
    }

    private static Dictionary<string, double> Of(double figure) => new() { ["atlanticproxy"] = figure };
}

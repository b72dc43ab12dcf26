using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Journal;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Usage;

[TestClass]
public sealed class UsageFlusherTests
{
    private const long Slot = 1_795_353_300; // 2026-11-22 13:15 UTC

    private const string Totals =
        "select coalesce(sum(bytes_up), 0) || '/' || coalesce(sum(bytes_down), 0) || '/' || coalesce(sum(connections), 0) from ";

    private static readonly string[] Grains = ["usage_recent", "usage_hourly", "usage_daily"];

    private static UsageDelta Delta(
        long up, long down = 0, long connections = 0, long user = 1, string country = "us", long slot = Slot) =>
        new(new UsageKey(user, 7, country, slot), up, down, connections);

    private static async Task<TestDatabase> DatabaseAsync() => await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    private static UsageFlusher Flusher(NpgsqlDataSource database, UsageJournal journal) =>
        new(journal, new UsageStore(database), TimeProvider.System, NullLogger<UsageFlusher>.Instance);

    private static async Task AssertTotalAsync(string expected, TestDatabase database)
    {
        foreach (string grain in Grains)
            Assert.AreEqual(expected, await database.ScalarAsync<string>(Totals + grain), grain);
    }

    [TestMethod]
    public async Task Flush_SeveralBatches_AddUpByKeyInEveryGrain()
    {
        await using var database = await DatabaseAsync();
        using var temporary = new TemporaryJournal();
        var flusher = Flusher(database.Source, temporary.Journal);

        temporary.Journal.Accept([Delta(10, 100, 1), Delta(5, 0, 0), Delta(1, 1, 1, user: 2)]);
        await flusher.FlushAsync(default);
        temporary.Journal.Accept([Delta(1, 2, 3), Delta(7, country: "")]);
        temporary.Journal.Accept([Delta(100, slot: Slot + 5 * 60), Delta(1000, slot: Slot + 60 * 60)]);
        await flusher.FlushAsync(default);

        await AssertTotalAsync("1124/103/5", database);
        Assert.AreEqual("116/102/4",
            await database.ScalarAsync<string>(
                $"{Totals} usage_hourly where proxy_user_id = 1 and country = 'us' and hour = '2026-11-22 13:00Z'"));
        Assert.AreEqual("16/102/4",
            await database.ScalarAsync<string>(
                $"{Totals} usage_recent where proxy_user_id = 1 and country = 'us' and slot = '2026-11-22 13:15Z'"));
        Assert.AreEqual("2026-11-22 00:00:00",
            await database.ScalarAsync<string>("select distinct (day at time zone 'utc')::text from usage_daily"));
        Assert.AreEqual(0, temporary.Journal.Status.WaitingBytes);
        Assert.IsFalse(flusher.Status.Failing);
        Assert.IsNotNull(flusher.Status.LastFlushed);
    }

    [TestMethod]
    public async Task Write_SameBatchAThousandTimes_CountsOnce()
    {
        await using var database = await DatabaseAsync();
        var batch = new UsageBatch("n", 1, [Delta(10), Delta(1, user: 2)]);
        await using var store = new UsageStore(database.Source);

        Assert.AreEqual(1, await store.WriteAsync([batch], default));
        for (int i = 1; i < 1_000; i++)
            Assert.AreEqual(0, await store.WriteAsync([batch], default));

        await AssertTotalAsync("11/0/0", database);
    }

    [TestMethod]
    public async Task Write_SameBatchOnManyConnectionsAtOnce_CountsOnce()
    {
        await using var database = await DatabaseAsync();
        var batch = new UsageBatch("n", 1, [.. Enumerable.Range(1, 500).Select(user => Delta(1, user: user))]);

        var counted = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using var store = new UsageStore(database.Source);
            return await store.WriteAsync([batch], default);
        }));

        Assert.AreEqual(1, counted.Sum());
        await AssertTotalAsync("500/0/0", database);
    }

    [TestMethod]
    public async Task Write_SomeBatchesKnownAndSomeNew_CountsTheNewOnes()
    {
        await using var database = await DatabaseAsync();
        await using var store = new UsageStore(database.Source);
        await store.WriteAsync([new UsageBatch("a", 1, [Delta(1)]), new UsageBatch("a", 2, [Delta(10)])], default);

        int counted = await store.WriteAsync([new UsageBatch("a", 2, [Delta(10)]), new UsageBatch("a", 3, [Delta(100)])],
            default);

        Assert.AreEqual(1, counted);
        await AssertTotalAsync("111/0/0", database);
    }

    [TestMethod]
    public async Task Write_SameSequenceOfAnotherNode_CountsToo()
    {
        await using var database = await DatabaseAsync();
        await using var store = new UsageStore(database.Source);

        await store.WriteAsync([new UsageBatch("a", 1, [Delta(1)])], default);
        await store.WriteAsync([new UsageBatch("b", 1, [Delta(1)])], default);

        await AssertTotalAsync("2/0/0", database);
    }

    [TestMethod]
    public async Task Write_TimesWithoutPartitions_MakesThem()
    {
        await using var database = await DatabaseAsync();
        await using var store = new UsageStore(database.Source);
        const long LongAgo = 1_000_000_000, FarAhead = 2_500_000_200;

        await store.WriteAsync([new UsageBatch("a", 1, [Delta(1, slot: LongAgo), Delta(2, slot: FarAhead), Delta(4)])], default);
        // Dropped by retention while the store believes that it is there: one try fails, the next makes it anew.
        await database.ExecuteAsync("drop table usage_recent_20010909");
        await Assert.ThrowsExactlyAsync<PostgresException>(() =>
            store.WriteAsync([new UsageBatch("a", 2, [Delta(8, slot: LongAgo)])], default));
        await store.WriteAsync([new UsageBatch("a", 2, [Delta(8, slot: LongAgo)])], default);

        Assert.AreEqual("15/0/0", await database.ScalarAsync<string>(Totals + "usage_hourly"));
        Assert.AreEqual("15/0/0", await database.ScalarAsync<string>(Totals + "usage_daily"));
    }

    [TestMethod]
    public async Task Flush_CommittedButAnswerLost_IsNotCountedAgain()
    {
        const int Thefts = 20;
        await using var database = await DatabaseAsync();
        await using var thief = new CommitThief(database.ConnectionString, Thefts);
        using var temporary = new TemporaryJournal();
        var flusher = Flusher(thief.Source, temporary.Journal);
        int lost = 0, expected = 0;

        while (thief.Left > 0)
        {
            temporary.Journal.Accept([Delta(1, 2, 3), Delta(10, user: 2)]);
            expected++;
            try
            {
                await flusher.FlushAsync(default);
            }
            catch (NpgsqlException)
            {
                lost++;
            }
        }
        await flusher.FlushAsync(default);

        Assert.AreEqual(Thefts, lost, "every theft was felt");
        await AssertTotalAsync($"{11 * expected}/{2 * expected}/{3 * expected}", database);
    }

    [TestMethod]
    public async Task Flush_NodeDiedAfterTheCommit_NextRunDoesNotCountAgain()
    {
        await using var database = await DatabaseAsync();
        using var temporary = new TemporaryJournal();
        temporary.Journal.Accept([Delta(10)]);
        await using (var store = new UsageStore(database.Source))
            await store.WriteAsync(temporary.Journal.Read(100), default);

        temporary.Restart();
        temporary.Journal.Accept([Delta(3)]);
        await Flusher(database.Source, temporary.Journal).FlushAsync(default);

        await AssertTotalAsync("13/0/0", database);
    }

    [TestMethod]
    public async Task Flush_SegmentsRemoved_LeaveNoMarksBehind()
    {
        await using var database = await DatabaseAsync();
        using var temporary = new TemporaryJournal();
        temporary.Journal.Accept([Delta(10)]);
        temporary.Restart(); // so that its segment is closed
        Assert.AreEqual(1, temporary.Journal.Status.Segments);

        await Flusher(database.Source, temporary.Journal).FlushAsync(default);

        Assert.AreEqual(0, temporary.Journal.Status.Segments);
        Assert.AreEqual(0, await database.ScalarAsync<long>("select count(*) from usage_batches"));
        await AssertTotalAsync("10/0/0", database);
    }

    [TestMethod]
    public async Task Flush_ConnectionKilledInTheMiddle_CountsOnceAfterwards()
    {
        await using var database = await DatabaseAsync();
        using var temporary = new TemporaryJournal();
        var flusher = Flusher(database.Source, temporary.Journal);
        temporary.Journal.Accept([Delta(1)]);
        await flusher.FlushAsync(default);

        // The table is locked, so the next flush hangs in the middle of its transaction, and is killed there.
        await using (var locker = await database.Source.OpenConnectionAsync())
        {
            await using var transaction = await locker.BeginTransactionAsync();
            await new NpgsqlCommand("lock table usage_hourly in exclusive mode", locker).ExecuteNonQueryAsync();
            temporary.Journal.Accept([Delta(10)]);
            var flush = flusher.FlushAsync(default);
            await Poll.UntilAsync(async () => await database.ScalarAsync<long>(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and "
                    + "wait_event_type = 'Lock'") == 1);
            await Assert.ThrowsAsync<NpgsqlException>(() => flush);
        }
        Assert.IsTrue(flusher.Status.Failing);
        Assert.IsGreaterThan(0, temporary.Journal.Status.WaitingBytes);
        await AssertTotalAsync("1/0/0", database);

        await flusher.FlushAsync(default);

        await AssertTotalAsync("11/0/0", database);
        Assert.IsFalse(flusher.Status.Failing);
    }

    [TestMethod]
    public async Task Write_WhileAnotherNodeWaitsForACustomersQuota_IsNotHeldUpByTheProviderTheyShare()
    {
        await using var database = await DatabaseAsync();
        await database.ExecuteAsync("""
            with plan as (insert into plans (name, kind, price, currency, included_bytes) values ('Gold', 'subscription', 1,
                'USD', 1000) returning id)
            insert into customers (email, name, plan_id) select 'ann@example.com', 'ann', id from plan;
            insert into proxy_users (id, customer_id, name, secret_kind, secret_hash, secret_sealed)
            select 1, id, 'alice', 'generated', sha256(''), 'x' from customers;
            select ensure_partitions('{usage_recent,usage_hourly,usage_daily}', '2026-11-22Z', '2026-11-22Z')
            """);
        await using var one = new UsageStore(database.Source);
        await using var other = new UsageStore(database.Source);
        Task<int> waiting;
        await using (var holder = await database.Source.OpenConnectionAsync())
        {
            await using var transaction = await holder.BeginTransactionAsync();
            await new NpgsqlCommand("select 1 from quota_accounts for update", holder).ExecuteNonQueryAsync();
            waiting = one.WriteAsync([new UsageBatch("one", 1, [Delta(10)])], default);
            await Poll.UntilAsync(async () => await database.ScalarAsync<long>(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 1);

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            Assert.AreEqual(1, await other.WriteAsync([new UsageBatch("other", 1, [Delta(5, user: 2)])], patience.Token));
        }
        Assert.AreEqual(1, await waiting);
        Assert.AreEqual(15, await database.ScalarAsync<long>("select bytes from provider_days where provider_id = 7"));
    }

    [TestMethod]
    public async Task Flush_AfterAFailure_SendsLessAtATime()
    {
        const int Batch = 8_192, Batches = 9;
        await using var database = await DatabaseAsync();
        using var temporary = new TemporaryJournal();
        var flusher = Flusher(database.Source, temporary.Journal);
        for (int i = 0; i < Batches; i++)
            temporary.Journal.Accept([.. Enumerable.Range(1, Batch).Select(user => Delta(1, user: user))]);

        await database.ExecuteAsync("alter table usage_daily rename to elsewhere");
        await Assert.ThrowsExactlyAsync<PostgresException>(() => flusher.FlushAsync(default));
        await database.ExecuteAsync("alter table elsewhere rename to usage_daily");
        await flusher.FlushAsync(default);

        Assert.AreEqual("7 2", await database.ScalarAsync<string>(
            "select string_agg(batches::text, ' ' order by accepted_at) from (select accepted_at, count(*) as batches from "
                + "usage_batches group by 1) transactions"));
        await AssertTotalAsync($"{Batches * Batch}/0/0", database);
    }

    [TestMethod]
    public async Task Run_ServerCrashesUnderTraffic_EveryByteIsThereOnceAfterwards()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var database = await server.CreateDatabaseAsync();
        using var temporary = new TemporaryJournal();
        var journal = temporary.Journal;
        var flusher = Flusher(database.Source, journal);
        using var stop = new CancellationTokenSource();
        var running = flusher.RunAsync(stop.Token);
        journal.Accept([Delta(1)]);
        await Poll.UntilAsync(() => journal.Status.WaitingBytes == 0 && flusher.Status.LastFlushed is not null);

        System.Diagnostics.Process.GetProcessById(server.Embedded.ProcessId).Kill();
        for (int i = 0; i < 1_000; i++)
            journal.Accept([Delta(1, user: i % 10)]);
        await Poll.UntilAsync(() => flusher.Status.Failing);
        for (int i = 0; i < 1_000; i++)
            journal.Accept([Delta(1, user: i % 10)]);
        await Poll.UntilAsync(() => journal.Status.WaitingBytes == 0 && !flusher.Status.Failing, TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await running;

        await AssertTotalAsync("2001/0/0", database);
    }

    [TestMethod]
    public async Task Run_Stopped_FlushesTheLastBytes()
    {
        await using var database = await DatabaseAsync();
        using var temporary = new TemporaryJournal();
        var flusher = Flusher(database.Source, temporary.Journal);
        using var stop = new CancellationTokenSource();
        var running = flusher.RunAsync(stop.Token);
        temporary.Journal.Accept([Delta(10)]);
        await stop.CancelAsync();

        await running;

        await AssertTotalAsync("10/0/0", database);
    }

    [TestMethod]
    public async Task Flush_CountryThatIsNone_DoesNotHoldUpTheBatch()
    {
        await using var database = await DatabaseAsync();
        using var temporary = new TemporaryJournal();

        temporary.Journal.Accept([Delta(1, country: "u\0"), Delta(2, country: "U$"), Delta(4), Delta(8, country: "\u0175s")]);
        await Flusher(database.Source, temporary.Journal).FlushAsync(default);

        Assert.AreEqual("11/0/0", await database.ScalarAsync<string>($"{Totals} usage_hourly where country = ''"));
        await AssertTotalAsync("15/0/0", database);
    }
}

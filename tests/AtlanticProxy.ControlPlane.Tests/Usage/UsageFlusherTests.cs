using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Usage;

[TestClass]
public sealed class UsageFlusherTests
{
    private const long Hour = 1_795_352_400; // 2026-11-22 13:00 UTC

    private const string Totals = "select coalesce(sum(bytes_up), 0) || '/' || coalesce(sum(bytes_down), 0) || '/' || coalesce(sum(connections), 0) from usage_hourly";

    private static UsageDelta Delta(long up, long down = 0, long connections = 0, long user = 1, string country = "us") =>
        new(new UsageKey(user, 7, country, Hour), up, down, connections);

    private static async Task<TestDatabase> DatabaseAsync() => await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    private static UsageFlusher Flusher(NpgsqlDataSource database, UsageBuffer buffer) =>
        new(buffer, new UsageStore(database), TimeProvider.System, NullLogger<UsageFlusher>.Instance);

    [TestMethod]
    public async Task Flush_SeveralBatches_AddUpByKey()
    {
        await using var database = await DatabaseAsync();
        var flusher = Flusher(database.Source, new UsageBuffer("n"));

        flusher.Accept([Delta(10, 100, 1), Delta(5, 0, 0), Delta(1, 1, 1, user: 2)]);
        await flusher.FlushAsync(default);
        flusher.Accept([Delta(1, 2, 3), Delta(7, country: "")]);
        await flusher.FlushAsync(default);

        Assert.AreEqual("24/103/5", await database.ScalarAsync<string>(Totals));
        Assert.AreEqual("16/102/4", await database.ScalarAsync<string>($"{Totals} where proxy_user_id = 1 and country = 'us'"));
        Assert.AreEqual("2026-11-22 13:00:00", await database.ScalarAsync<string>("select distinct (hour at time zone 'utc')::text from usage_hourly"));
        Assert.AreEqual(0, flusher.Status.WaitingKeys);
        Assert.IsFalse(flusher.Status.Failing);
        Assert.IsNotNull(flusher.Status.LastFlushed);
    }

    [TestMethod]
    public async Task Write_SameBatchAThousandTimes_CountsOnce()
    {
        await using var database = await DatabaseAsync();
        var batch = new UsageBatch("n", 1, [Delta(10), Delta(1, user: 2)]);
        await using var store = new UsageStore(database.Source);

        Assert.IsTrue(await store.WriteAsync(batch, default));
        for (int i = 1; i < 1_000; i++)
            Assert.IsFalse(await store.WriteAsync(batch, default));

        Assert.AreEqual("11/0/0", await database.ScalarAsync<string>(Totals));
    }

    [TestMethod]
    public async Task Write_SameBatchOnManyConnectionsAtOnce_CountsOnce()
    {
        await using var database = await DatabaseAsync();
        var batch = new UsageBatch("n", 1, [.. Enumerable.Range(1, 500).Select(user => Delta(1, user: user))]);

        var counted = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using var store = new UsageStore(database.Source);
            return await store.WriteAsync(batch, default);
        }));

        Assert.AreEqual(1, counted.Count(first => first));
        Assert.AreEqual("500/0/0", await database.ScalarAsync<string>(Totals));
    }

    [TestMethod]
    public async Task Write_SameSequenceOfAnotherNode_CountsToo()
    {
        await using var database = await DatabaseAsync();
        await using var store = new UsageStore(database.Source);

        await store.WriteAsync(new UsageBatch("a", 1, [Delta(1)]), default);
        await store.WriteAsync(new UsageBatch("b", 1, [Delta(1)]), default);

        Assert.AreEqual("2/0/0", await database.ScalarAsync<string>(Totals));
    }

    [TestMethod]
    public async Task Write_CommittedButAnswerLost_IsNotCountedAgain()
    {
        await using var database = await DatabaseAsync();
        var buffer = new UsageBuffer("n");
        buffer.Add([Delta(10)]);
        // The commit happened, but the sender never heard of it: the batch is still out.
        await using (var first = new UsageStore(database.Source))
            await first.WriteAsync(buffer.Take()!, default);
        buffer.Add([Delta(3)]);

        var flusher = Flusher(database.Source, buffer);
        await flusher.FlushAsync(default);

        Assert.AreEqual("13/0/0", await database.ScalarAsync<string>(Totals));
        Assert.AreEqual(2, await database.ScalarAsync<long>("select count(*) from usage_batches"));
    }

    [TestMethod]
    public async Task Flush_ConnectionKilledInTheMiddle_CountsOnceAfterwards()
    {
        await using var database = await DatabaseAsync();
        var buffer = new UsageBuffer("n");
        var flusher = Flusher(database.Source, buffer);
        flusher.Accept([Delta(1)]);
        await flusher.FlushAsync(default);

        // The table is locked, so the next flush hangs in the middle of its transaction, and is killed there.
        await using (var locker = await database.Source.OpenConnectionAsync())
        {
            await using var transaction = await locker.BeginTransactionAsync();
            await new NpgsqlCommand("lock table usage_hourly in exclusive mode", locker).ExecuteNonQueryAsync();
            flusher.Accept([Delta(10)]);
            var flush = flusher.FlushAsync(default);
            await Poll.UntilAsync(async () => await database.ScalarAsync<long>(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 1);
            await Assert.ThrowsAsync<NpgsqlException>(() => flush);
        }
        Assert.IsTrue(flusher.Status.Failing);
        Assert.AreEqual(1, flusher.Status.WaitingKeys);
        Assert.AreEqual("1/0/0", await database.ScalarAsync<string>(Totals));

        await flusher.FlushAsync(default);

        Assert.AreEqual("11/0/0", await database.ScalarAsync<string>(Totals));
        Assert.IsFalse(flusher.Status.Failing);
    }

    [TestMethod]
    public async Task Run_ServerCrashesUnderTraffic_EveryByteIsThereOnceAfterwards()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var database = await server.CreateDatabaseAsync();
        var flusher = Flusher(database.Source, new UsageBuffer("n"));
        using var stop = new CancellationTokenSource();
        var running = flusher.RunAsync(stop.Token);
        flusher.Accept([Delta(1)]);
        await Poll.UntilAsync(() => flusher.Status is { WaitingKeys: 0, LastFlushed: not null });

        System.Diagnostics.Process.GetProcessById(server.Embedded.ProcessId).Kill();
        for (int i = 0; i < 1_000; i++)
            flusher.Accept([Delta(1, user: i % 10)]);
        await Poll.UntilAsync(() => flusher.Status.Failing);
        for (int i = 0; i < 1_000; i++)
            flusher.Accept([Delta(1, user: i % 10)]);
        Assert.IsLessThanOrEqualTo(20, flusher.Status.WaitingKeys, "memory goes by keys, not by time");
        await Poll.UntilAsync(() => flusher.Status is { WaitingKeys: 0, Failing: false }, TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await running;

        Assert.AreEqual("2001/0/0", await database.ScalarAsync<string>(Totals));
    }

    [TestMethod]
    public async Task Run_Stopped_FlushesTheLastBytes()
    {
        await using var database = await DatabaseAsync();
        var flusher = Flusher(database.Source, new UsageBuffer("n"));
        using var stop = new CancellationTokenSource();
        var running = flusher.RunAsync(stop.Token);
        flusher.Accept([Delta(10)]);
        await stop.CancelAsync();

        await running;

        Assert.AreEqual("10/0/0", await database.ScalarAsync<string>(Totals));
    }

    [TestMethod]
    public void Buffer_BatchThatIsOut_StaysTheSameUntilAccepted()
    {
        var buffer = new UsageBuffer("n");
        Assert.IsNull(buffer.Take());
        buffer.Add([Delta(1)]);
        var batch = buffer.Take()!;
        buffer.Add([Delta(2)]);

        Assert.AreSame(batch, buffer.Take());
        Assert.AreEqual(1, batch.Rows.Single().BytesUp);
        buffer.Accepted(batch);
        var next = buffer.Take()!;
        Assert.AreEqual((2, 2), (next.Sequence, next.Rows.Single().BytesUp));
        Assert.ThrowsExactly<InvalidOperationException>(() => buffer.Accepted(batch));
    }

    [TestMethod]
    public async Task Flush_CountryThatIsNone_DoesNotHoldUpTheBatch()
    {
        await using var database = await DatabaseAsync();
        var flusher = Flusher(database.Source, new UsageBuffer("n"));

        flusher.Accept([Delta(1, country: "u\0"), Delta(2, country: "U$"), Delta(4)]);
        await flusher.FlushAsync(default);

        Assert.AreEqual("3/0/0", await database.ScalarAsync<string>($"{Totals} where country = ''"));
        Assert.AreEqual("7/0/0", await database.ScalarAsync<string>(Totals));
    }
}

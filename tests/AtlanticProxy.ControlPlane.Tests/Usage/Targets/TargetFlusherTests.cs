using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Usage.Targets;

[TestClass]
public sealed class TargetFlusherTests
{
    private const string Rows =
        "select coalesce(string_agg(host || ' ' || bytes || '+' || error || ' ' || connections, ' | ' order by bytes desc, "
            + "host), "
            + "'') from usage_targets";

    private static readonly DateTimeOffset Today = new(2026, 11, 22, 13, 30, 0, TimeSpan.Zero);

    private static TargetDelta Delta(string host, long bytes, long user = 1) => new(user, host, bytes, 1);

    private static async Task<TestDatabase> DatabaseAsync() => await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    private static (TargetBook Book, TargetFlusher Flusher) Node(TestDatabase database, TimeProvider? time = null)
    {
        var book = new TargetBook(time ?? new FakeTimeProvider(Today));
        return (book,
            new TargetFlusher(book, new TargetStore(database.Source), TimeProvider.System, NullLogger<TargetFlusher>.Instance));
    }

    [TestMethod]
    public async Task Flush_FewHosts_AddUpByUserAndDay()
    {
        await using var database = await DatabaseAsync();
        var time = new FakeTimeProvider(Today);
        var (book, flusher) = Node(database, time);

        book.Accept([Delta("a.example", 10), Delta("b.example", 3), Delta("a.example", 1), Delta("a.example", 100, user: 2)]);
        await flusher.FlushAsync(default);
        book.Accept([Delta("a.example", 7), Delta("c.example", 4)]);
        await flusher.FlushAsync(default);
        await flusher.FlushAsync(default);
        time.Advance(TimeSpan.FromDays(1));
        book.Accept([Delta("a.example", 5)]);
        await flusher.FlushAsync(default);

        Assert.AreEqual("a.example 18+0 3 | c.example 4+0 1 | b.example 3+0 1",
            await database.ScalarAsync<string>($"{Rows} where proxy_user_id = 1 and day = '2026-11-22Z'"));
        Assert.AreEqual("a.example 5+0 1",
            await database.ScalarAsync<string>($"{Rows} where proxy_user_id = 1 and day = '2026-11-23Z'"));
        Assert.AreEqual("a.example 100+0 1", await database.ScalarAsync<string>($"{Rows} where proxy_user_id = 2"));
    }

    [TestMethod]
    public async Task Flush_ThousandsOfHostsFromTwoNodes_AHundredRowsWhoseBoundsHold()
    {
        await using var database = await DatabaseAsync();
        var nodes = new[] { Node(database), Node(database) };
        var truth = new Dictionary<string, long>();
        var visits = TargetSketchTests.Visits(40_000, 20_000, seed: 1);
        foreach (var (part, i) in visits.Chunk(2_000).Select((part, i) => (part, i)))
        {
            foreach (var (host, bytes) in part)
                truth[host] = truth.GetValueOrDefault(host) + bytes;
            var (book, flusher) = nodes[i % 2];
            book.Accept([.. part.Select(visit => Delta(visit.Host, visit.Bytes))]);
            await flusher.FlushAsync(default);
        }

        var kept = new Dictionary<string, TargetCount>();
        await using var command = database.Source.CreateCommand("select host, bytes, error, connections from usage_targets");
        await using (var rows = await command.ExecuteReaderAsync())
            while (await rows.ReadAsync())
                kept.Add(rows.GetString(0), new TargetCount(rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3)));
        Assert.HasCount(TargetStore.HostsOfDay, kept);
        foreach (var (host, count) in kept)
            Assert.IsTrue(count.Bytes <= truth[host] && truth[host] <= count.Most, $"{host}: {truth[host]} is not in {count}");
        var top = truth.OrderByDescending(host => host.Value).Take(20).Select(host => host.Key).ToList();
        CollectionAssert.IsSubsetOf(top, kept.Keys.ToList(), "the most visited hosts are kept");
        Assert.IsLessThanOrEqualTo(truth[top[0]] / 100, kept[top[0]].Error, "and the first is known well");
    }

    [TestMethod]
    public async Task Flush_TwoNodesAtOnce_LosesNothing()
    {
        await using var database = await DatabaseAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var (book, flusher) = Node(database);
            for (int i = 0; i < 10; i++)
            {
                book.Accept([Delta("a.example", 1), Delta("b.example", 2), Delta("a.example", 3, user: 2)]);
                await flusher.FlushAsync(default);
            }
        }));

        Assert.AreEqual("a.example 120+0 40 | b.example 80+0 40 | a.example 40+0 40", await database.ScalarAsync<string>(Rows));
    }

    [TestMethod]
    public async Task Flush_DatabaseRefuses_WaitsForTheNextTry()
    {
        await using var database = await DatabaseAsync();
        var (book, flusher) = Node(database);
        book.Accept([Delta("a.example", 1)]);
        await database.ExecuteAsync("alter table usage_targets rename to away");
        await Assert.ThrowsExactlyAsync<PostgresException>(() => flusher.FlushAsync(default));
        book.Accept([Delta("a.example", 10)]);
        await database.ExecuteAsync("alter table away rename to usage_targets");

        await flusher.FlushAsync(default);
        await flusher.FlushAsync(default);

        Assert.AreEqual("a.example 11+0 2", await database.ScalarAsync<string>(Rows));
    }

    [TestMethod]
    public async Task Run_Stopped_WritesTheLast()
    {
        await using var database = await DatabaseAsync();
        var (book, flusher) = Node(database);
        using var stop = new CancellationTokenSource();
        var running = flusher.RunAsync(stop.Token);
        book.Accept([Delta("a.example", 1)]);
        await stop.CancelAsync();

        await running;

        Assert.AreEqual("a.example 1+0 1", await database.ScalarAsync<string>(Rows));
    }

    [TestMethod]
    public async Task Run_StoppedWhileItWrites_WritesWhatHasComeSince()
    {
        await using var database = await DatabaseAsync();
        var time = new FakeTimeProvider(Today);
        var book = new TargetBook(time);
        var flusher = new TargetFlusher(book, new TargetStore(database.Source), time, NullLogger<TargetFlusher>.Instance);
        using var stop = new CancellationTokenSource();
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("lock table usage_targets in share mode", connection))
            await hold.ExecuteNonQueryAsync();
        book.Accept([Delta("a.example", 1)]);
        var running = flusher.RunAsync(stop.Token);
        time.Advance(TimeSpan.FromSeconds(30)); // once: the time that the write has stands still
        await Poll.UntilAsync(database.SomebodyWaitsAsync);
        book.Accept([Delta("b.example", 2)]);
        await stop.CancelAsync();
        await transaction.CommitAsync();
        await running;

        Assert.AreEqual("b.example 2+0 1 | a.example 1+0 1", await database.ScalarAsync<string>(Rows));
    }

    [TestMethod]
    public void Book_MoreUsersAndHostsThanItsBound_StaysWithinIt()
    {
        var book = new TargetBook(new FakeTimeProvider(Today));
        for (int user = 1; user <= TargetBook.MostHosts / TargetBook.HostsOfUser + 100; user++)
            book.Accept([.. Enumerable.Range(0, TargetBook.HostsOfUser + 10)
                .Select(host => Delta($"host{host}.example", 1, user))]);

        var pages = book.Take();
        Assert.AreEqual(TargetBook.MostHosts, pages.Sum(page => page.Sketch.Hosts.Count));
        Assert.AreEqual(TargetBook.HostsOfUser, pages.Max(page => page.Sketch.Hosts.Count));
        Assert.IsEmpty(book.Take());
        book.Accept([Delta("a.example", 1, user: 1_000_000)]);
        Assert.HasCount(1, book.Take(), "there is room again");
    }
}

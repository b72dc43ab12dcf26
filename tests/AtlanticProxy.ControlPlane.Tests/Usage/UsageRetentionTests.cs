using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Partitions;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.ControlPlane.Tests.Usage;

[TestClass]
public sealed class UsageRetentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 13, 30, 0, TimeSpan.Zero);

    private static PartitionKeeping Retention(TestDatabase database, UsageOptions options, DateTimeOffset now) =>
        new(new AtlanticDb(AtlanticDb.OptionsFor(database.Source)), options, new ConnectionLogOptions { RetentionDays = 366 },
            new FakeTimeProvider(now));

    private static Task<string> PartitionsAsync(TestDatabase database, string parent) => database.ScalarAsync<string>(
        $"select coalesce(string_agg(right(inhrelid::regclass::text, 8), ' ' order by inhrelid::regclass::text), '') from "
            + $"pg_inherits where inhparent = '{parent}'::regclass");

    private static async Task<TestDatabase> WithoutPartitionsAsync()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        foreach (var table in PartitionedTable.All)
            await database.ScalarAsync<int>($"select drop_partitions('{table.Name}', '2100-01-01Z')");
        return database;
    }

    [TestMethod]
    public async Task Tend_EmptyDatabase_MakesTheNextDays()
    {
        await using var database = await WithoutPartitionsAsync();

        Assert.AreEqual(0, await Retention(database, new(), Now).TendAsync(default));
        Assert.AreEqual(0, await Retention(database, new(), Now).TendAsync(default), "a second time changes nothing");

        Assert.AreEqual("20261122 20261123 20261124 20261125", await PartitionsAsync(database, "usage_recent"));
        Assert.AreEqual("20261122 20261123 20261124 20261125", await PartitionsAsync(database, "usage_hourly"));
        Assert.AreEqual("20261101", await PartitionsAsync(database, "usage_daily"));
        Assert.AreEqual("20261101", await PartitionsAsync(database, "usage_targets"));
    }

    [TestMethod]
    public async Task PartitionedTables_AreTheDatabasesOwn_AndNewDatabasesHaveTodaysPartitions()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

        string present = await database.ScalarAsync<string>(
            "select string_agg(relname, ' ' order by relname) from pg_partitioned_table join pg_class on oid = partrelid");

        Assert.AreEqual(string.Join(' ', PartitionedTable.All.Select(table => table.Name).Order(StringComparer.Ordinal)),
            present);
        foreach (var table in PartitionedTable.All)
        {
            Assert.AreNotEqual("", await PartitionsAsync(database, table.Name), table.Name);
            Assert.IsTrue(await database.ScalarAsync<bool>($"select partition_unit('{table.Name}') is not null"), table.Name);
        }
    }

    [TestMethod]
    public async Task Tend_TimeOver_DropsWholePartitionsAndNothingElse()
    {
        await using var database = await WithoutPartitionsAsync();
        await database.ScalarAsync<object>(
            "select ensure_partitions(array['usage_recent', 'usage_hourly', 'usage_daily', 'usage_targets'], '2026-10-20Z', "
                + "'2026-11-22Z')");
        var options = new UsageOptions { RecentDays = 2, HourlyDays = 31, DailyDays = 31 };

        // 31 days before is 22 October, half past one.
        Assert.AreEqual(31 + 2, await Retention(database, options, Now).TendAsync(default));

        Assert.AreEqual("20261120 20261121 20261122 20261123 20261124 20261125", await PartitionsAsync(database, "usage_recent"));
        StringAssert.StartsWith(await PartitionsAsync(database, "usage_hourly"), "20261022 20261023 ");
        Assert.AreEqual("20261001 20261101", await PartitionsAsync(database, "usage_daily"));
        Assert.AreEqual(6 + 10 + 2, await Retention(database, options, Now.AddDays(10)).TendAsync(default),
            "October is more than 31 days over");
        StringAssert.StartsWith(await PartitionsAsync(database, "usage_daily"), "20261101");
    }

    [TestMethod]
    public async Task Tend_SeveralNodesAtOnce_DoNotHinderEachOther()
    {
        await using var database = await WithoutPartitionsAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Retention(database, new(), Now).TendAsync(default)));

        Assert.AreEqual("20261122 20261123 20261124 20261125", await PartitionsAsync(database, "usage_recent"));
    }

    [TestMethod]
    public async Task Tend_DatabaseInAnyTimeZone_PartitionsBeginAtMidnightUtc()
    {
        await using var database = await WithoutPartitionsAsync();
        await database.ExecuteAsync($"alter database {database.Name} set timezone = 'Asia/Kathmandu'");

        await database.ScalarAsync<object>(
            "select ensure_partitions(array['usage_recent', 'usage_hourly', 'usage_daily', 'usage_targets'], '2026-11-22 "
                + "23:59Z', '2026-11-22 23:59Z')");

        Assert.AreEqual("20261122", await PartitionsAsync(database, "usage_recent"));
        Assert.AreEqual(1,
            await database.ExecuteAsync("insert into usage_recent values (1, '2026-11-22 00:00Z', 1, '', 1, 1, 1)"));
        Assert.AreEqual(1,
            await database.ExecuteAsync("insert into usage_daily values (1, '2026-11-01 00:00Z', 1, '', 1, 1, 1)"));
    }

    [TestMethod]
    public async Task Tend_TargetsNotToBeKept_DeletesThoseThatWere()
    {
        await using var database = await WithoutPartitionsAsync();
        await Retention(database, new(), Now).TendAsync(default);
        await database.ExecuteAsync("insert into usage_targets values (1, '2026-11-22Z', 'shop.example', 1, 0, 1)");

        await Retention(database, new(), Now).TendAsync(default);
        Assert.AreEqual(1, await database.ScalarAsync<long>("select count(*) from usage_targets"));
        await Retention(database, new() { TargetDomains = false }, Now).TendAsync(default);
        Assert.AreEqual(0, await database.ScalarAsync<long>("select count(*) from usage_targets"));
    }

    [TestMethod]
    [DataRow("2026-11-25Z", "drop_partitions('usage_hourly', '2026-11-20Z')")]
    [DataRow("2026-11-22Z",
        "ensure_partitions(array['usage_recent', 'usage_hourly', 'usage_daily', 'usage_targets'], '2026-11-20Z', '2026-11-25Z')")]
    public async Task Tend_WhileAnotherNodeDoesTheSame_FindsItDone(string madeUntil, string other)
    {
        await using var database = await WithoutPartitionsAsync();
        await database.ScalarAsync<object>(
            $"select ensure_partitions(array['usage_recent', 'usage_hourly', 'usage_daily', 'usage_targets'], '2026-11-19Z', "
                + $"'{madeUntil}')");

        await database.MeetAsync($"select {other}", () => Retention(database, new() { HourlyDays = 2 }, Now).TendAsync(default));

        Assert.AreEqual("20261120 20261121 20261122 20261123 20261124 20261125", await PartitionsAsync(database, "usage_hourly"));
    }
}

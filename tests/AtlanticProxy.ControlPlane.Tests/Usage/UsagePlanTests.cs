using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Tests.Database;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.Testing;
using LinqToDB;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.ControlPlane.Tests.Usage;

/// <summary>
/// What PostgreSQL makes of the queries of usage where there is much of it: it looks up what they ask for, and does not read
/// everybody's.
/// </summary>
[TestClass]
public sealed class UsagePlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 13, 30, 0, TimeSpan.Zero);

    /// <summary>
    /// A thousand proxy users of a hundred customers, each through two of a hundred providers and countries: 48 000 + 76 000 +
    /// 104 000 + 120 000 rows.
    /// </summary>
    private const string Fill = """
        insert into customers (id, email, name) select c, c || '@example.com', 'c' from generate_series(1, 100) c;
        insert into proxy_users (id, customer_id, name, secret_kind, secret_hash, secret_sealed)
            select u, 1 + u % 100, 'user' || u, 'generated', sha256('x'), 'x' from generate_series(1, 1000) u;
        select ensure_partitions(array['usage_recent', 'usage_hourly', 'usage_daily', 'usage_targets'], '2026-10-01Z',
            '2026-11-22Z');
        insert into usage_recent select u, t, 1 + (u + p) % 100, 'c' || (u + p) % 100, 1, 1, 1
            from generate_series('2026-11-22 11:30Z'::timestamptz, '2026-11-22 13:25Z', interval '5 minutes') t,
                generate_series(1, 1000) u, generate_series(0, 1) p;
        insert into usage_hourly select u, t, 1 + (u + p) % 100, 'c' || (u + p) % 100, 1, 1, 1
            from generate_series('2026-11-21 00:00Z'::timestamptz, '2026-11-22 13:00Z', interval '1 hour') t, generate_series(1,
                1000) u, generate_series(0, 1) p;
        insert into usage_daily select u, t, 1 + (u + p) % 100, 'c' || (u + p) % 100, 1, 1, 1
            from generate_series('2026-10-02 00:00Z'::timestamptz, '2026-11-22 00:00Z', interval '1 day') t, generate_series(1,
                1000) u, generate_series(0, 1) p;
        insert into usage_targets select u, t, 'host' || h || '.example', h, 0, 1
            from generate_series('2026-10-24 00:00Z'::timestamptz, '2026-11-22 00:00Z', interval '1 day') t, generate_series(1,
                1000) u, generate_series(1, 4) h;
        analyze
        """;

    private static TestDatabase s_database = null!;

    [ClassInitialize]
    public static async Task FillAsync(TestContext _)
    {
        s_database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await s_database.ExecuteAsync(Fill);
    }

    [ClassCleanup]
    public static async Task DropAsync() => await s_database.DisposeAsync();

    public static IEnumerable<(string What, UsageFilter Filter)> Filters =>
    [
        ("customer as staff sees it", new(Scope.Staff, CustomerId: 7)),
        ("customer as it sees itself", new(Scope.Of(7))),
        ("proxy user", new(Scope.Staff, ProxyUserId: 77)),
        ("proxy user of a customer", new(Scope.Of(7), ProxyUserId: 106)),
        ("provider", new(Scope.Staff, ProviderId: 7)),
        ("country", new(Scope.Staff, Country: "c7")),
    ];

    [TestMethod]
    [DynamicData(nameof(Filters))]
    public async Task NarrowedQueries_OfEachPeriod_ReadNoWholePartition(string what, UsageFilter filter)
    {
        foreach (var period in Enum.GetValues<UsagePeriod>())
        {
            AssertLooksUp($"series of {what}, {period}",
                await PlansAsync((usage, _) => usage.SeriesAsync(filter, period, default)));
            foreach (var by in Enum.GetValues<UsageDimension>())
                AssertLooksUp($"{by} of {what}, {period}",
                    await PlansAsync((usage, _) => usage.SharesAsync(filter, period, by, 10, default)));
        }
        AssertLooksUp($"today of {what}", await PlansAsync((usage, _) => usage.TodayAsync(filter, default)));
        AssertLooksUp($"rows of {what}", await PlansAsync((usage, _) => usage.RowsAsync(filter, Now.AddDays(-1), Now, default)));
    }

    [TestMethod]
    public async Task EverybodysLastHour_ReadsNoWholeDay()
    {
        AssertLooksUp("last hour",
            await PlansAsync((usage, _) => usage.SeriesAsync(new(Scope.Staff), UsagePeriod.LastHour, default)));
        foreach (var by in Enum.GetValues<UsageDimension>())
            AssertLooksUp($"last hour by {by}",
                await PlansAsync((usage, _) => usage.SharesAsync(new(Scope.Staff), UsagePeriod.LastHour, by, 10, default)));
    }

    [TestMethod]
    public async Task Destinations_OfCustomerAndProxyUser_ReadNoWholePartition()
    {
        foreach (var filter in new UsageFilter[] { new(Scope.Of(7)), new(Scope.Staff, CustomerId: 7),
            new(Scope.Staff, ProxyUserId: 77) })
            AssertLooksUp($"destinations of {filter}",
                await PlansAsync((_, targets) => targets.TopOf30DaysAsync(filter, 10, default)));
    }

    [TestMethod]
    public async Task Check_WithoutIndexes_Fails()
    {
        var plans = await PlansAsync((usage, _) =>
            usage.SeriesAsync(new(Scope.Staff, Country: "c7"), UsagePeriod.LastDay, default),
            "set enable_indexscan = off; set enable_bitmapscan = off");

        StringAssert.Contains(string.Concat(plans), "Seq Scan on usage_hourly_20261121");
    }

    private static void AssertLooksUp(string query, IReadOnlyList<string> plans)
    {
        Assert.HasCount(1, plans, query);
        StringAssert.Contains(plans[0], "usage_", query);
        Assert.IsFalse(plans[0].Contains("Seq Scan on usage_", StringComparison.Ordinal), $"{query}:\n{plans[0]}");
    }

    private static async Task<IReadOnlyList<string>> PlansAsync<T>(
        Func<UsageQueries, TargetQueries, Task<T>> ask, string settings = "select 1")
    {
        var explained = new ExplainedQueries(s_database, settings: settings);
        await using var context = new AtlanticDb(AtlanticDb.OptionsFor(s_database.Source));
        context.AddInterceptor(explained);
        var time = new FakeTimeProvider(Now);
        await ask(new UsageQueries(context, time), new TargetQueries(context, new UsageOptions(), time));
        return explained.Plans;
    }
}

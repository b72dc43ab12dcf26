using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Tests.Database;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Testing;
using LinqToDB;

namespace AtlanticProxy.ControlPlane.Tests.ConnectionLog;

/// <summary>
/// What PostgreSQL makes of the queries of activity where the log is full: it looks up a page's rows, and reads nobody else's.
/// </summary>
[TestClass]
public sealed class ActivityPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 13, 30, 0, TimeSpan.Zero);

    /// <summary>Of a thousand proxy users of a hundred customers; one in a hundred is refused, half as many failed.</summary>
    private const int Rows = 200_000;

    private static readonly string Fill = string.Create(CultureInfo.InvariantCulture, $"""
        insert into customers (id, email, name) select c, c || '@example.com', 'c' from generate_series(1, 100) c;
        insert into proxy_users (id, customer_id, name, secret_kind, secret_hash, secret_sealed)
            select u, 1 + u % 100, 'user' || u, 'generated', sha256('x'), 'x' from generate_series(1, 1000) u;
        select ensure_partitions(array['connection_log', 'connection_hours'], '2026-11-15Z', '2026-11-22Z');
        insert into connection_log (proxy_user_id, ended_at, duration_ms, outcome, refused, client_address, host, port,
            provider_id, country, bytes_up, bytes_down)
        select 1 + i % 1000, '2026-11-22 13:30Z'::timestamptz - i * interval '3 s', 100,
            case when i / 1000 % 100 = 0 then 'NoExit' when i / 1000 % 200 = 1 then 'UpstreamReset' else 'Completed' end,
            i / 1000 % 100 = 0, '203.0.113.7', 'host' || i % 50 || '.example', 443, 1, 'us', 1, 1
        from generate_series(1, {Rows}) i;
        insert into connection_hours (proxy_user_id, hour, country, outcome, connect_bucket, refused, connections)
        select u, h, 'us', 'Completed', 30 + u % 5, false, 120 from generate_series(1, 1000) u,
            generate_series('2026-11-16Z'::timestamptz, '2026-11-22 13:00Z', '1 hour') h;
        analyze
        """);

    private static TestDatabase s_database = null!;

    [ClassInitialize]
    public static async Task FillAsync(TestContext _)
    {
        s_database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await s_database.ExecuteAsync(Fill);
    }

    [ClassCleanup]
    public static async Task DropAsync() => await s_database.DisposeAsync();

    public static IEnumerable<(string What, ActivityFilter Filter, ActivityCursor? After, int Rows)> Pages =>
    [
        ("the latest", new(), null, 50),
        ("those after a row", new(), new(Now.AddDays(-3), 1_000), 50),
        ("refused", new(ConnectionFate.Refused), null, 20),
        ("failed", new(ConnectionFate.Failed), null, 10),
        ("completed", new(ConnectionFate.Completed), null, 50),
        ("of a proxy user", new(ProxyUserId: 106), null, 50),
        ("of a host", new(Host: "host5."), null, 50),
        ("of a day", new(From: Now.AddDays(-2), To: Now.AddDays(-1)), null, 50),
    ];

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public async Task Page_OfAFullLog_IsLookedUp(string what, ActivityFilter filter, ActivityCursor? after, int count)
    {
        var explained = new ExplainedQueries(s_database);
        await using var context = new AtlanticDb(AtlanticDb.OptionsFor(s_database.Source));
        context.AddInterceptor(explained);

        var rows = await new ActivityQueries(context).ListAsync(Scope.Of(7), 7, filter, after, 50, default);

        Assert.HasCount(count, rows, what);
        Assert.HasCount(1, explained.Plans, what);
        AssertLooksUp(explained.Plans[0]);
    }

    [TestMethod]
    public async Task Hours_OfACustomer_AreLookedUp()
    {
        var explained = new ExplainedQueries(s_database);
        await using var context = new AtlanticDb(AtlanticDb.OptionsFor(s_database.Source));
        context.AddInterceptor(explained);

        var report = await new EndingQueries(context).TotalAsync(
            new UsageFilter(Scope.Of(7)), new UsageSpan(Now.AddDays(-5), Now, UsageGrain.Day), default);

        Assert.HasCount(1, report.Endings);
        AssertLooksUp(explained.Plans[0]);
    }

    // Partitions of the days of now are there too, and empty: those may be read whole.
    private static void AssertLooksUp(string plan)
    {
        Assert.Contains("connection_", plan);
        Assert.DoesNotMatchRegex(@"Seq Scan on connection_\w+_202611(1[5-9]|2[0-2])", plan);
    }
}

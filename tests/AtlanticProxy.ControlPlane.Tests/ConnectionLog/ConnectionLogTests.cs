using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Partitions;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.ControlPlane.Tests.ConnectionLog;

[TestClass]
public sealed class ConnectionLogTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 13, 30, 0, TimeSpan.Zero);

    private static ConnectionRecord Record(
        long proxyUserId, ConnectionOutcome outcome = ConnectionOutcome.Completed, DateTimeOffset? endedAt = null) => new()
    {
        ProxyUserId = proxyUserId, Outcome = outcome, EndedAt = endedAt ?? Now, Duration = TimeSpan.FromMilliseconds(1_500),
        ClientAddress = IPAddress.Parse("203.0.113.7"),
        Host = "example.com", Port = 443, Country = "us", BytesUp = 10, BytesDown = 2_000,
    };

    private static ConnectionLogWriter Writer(
        ControlPlaneTest test, ConnectionBacklog backlog, ConnectionLogOptions? options = null) => new(
        backlog, new ConnectionStore(test.Database.Source, options ?? new()), test.Time,
        NullLogger<ConnectionLogWriter>.Instance);

    private static async Task WriteAsync(ControlPlaneTest test, ConnectionLogOptions? options, params ConnectionRecord[] records)
    {
        var backlog = new ConnectionBacklog();
        foreach (var record in records)
            backlog.Accept(record);
        await Writer(test, backlog, options).WriteAsync(default);
    }

    private static Task<Result<IReadOnlyList<LoggedConnectionSummary>>> LastAsync(
        ControlPlaneTest test, long proxyUserId, Scope scope, ConnectionFilter? filter = null) =>
        test.AskAsync((ConnectionQueries queries) => queries.LastAsync(scope, proxyUserId, filter ?? new(), default));

    [TestMethod]
    public async Task Written_IsReadBackWhole_TheLatestFirst()
    {
        await using var test = await ControlPlaneTest.StartAsync();
        long provider = (await test.ProviderAsync("acme")).Id;
        long alice = (await test.ProxyUserAsync((await test.CustomerAsync()).Id)).ProxyUserId;
        await WriteAsync(test, null,
            Record(alice) with { ProviderId = provider },
            Record(alice, ConnectionOutcome.UnknownTarget, Now.AddSeconds(1)) with { Detail = "countri: did\0you mean country?",
                ClientAddress = IPAddress.Parse("2001:db8::1"), Host = "", Port = 0, Country = "" },
            Record(alice + 1));

        var rows = (await LastAsync(test, alice, Scope.Staff)).Value;

        Assert.HasCount(2, rows);
        Assert.AreEqual(("UnknownTarget", true, "countri: did you mean country?", "2001:db8::1", "", null),
            (rows[0].Outcome, rows[0].Refused, rows[0].Detail, rows[0].ClientAddress, rows[0].Host, rows[0].Provider));
        StringAssert.Contains(rows[0].Reason, "targeting token");
        Assert.AreEqual(
            new LoggedConnectionSummary(Now.AddMilliseconds(-1_500), 1_500, "203.0.113.7", "example.com", 443, "Completed", false,
                "Completed.", null, "acme", "us", 10, 2_000), rows[1]);
    }

    [TestMethod]
    public async Task Last_Filtered_GivesOnlyThose()
    {
        await using var test = await ControlPlaneTest.StartAsync();
        long alice = (await test.ProxyUserAsync((await test.CustomerAsync()).Id)).ProxyUserId;
        var outcomes = new[] { ConnectionOutcome.Completed, ConnectionOutcome.NoExit, ConnectionOutcome.ClientReset,
            ConnectionOutcome.CredentialsWrong };
        await WriteAsync(test, null, [.. outcomes.Select((outcome, i) => Record(alice, outcome, Now.AddSeconds(i)))]);
        async Task<string> OutcomesAsync(ConnectionFilter filter) =>
            string.Join(' ', (await LastAsync(test, alice, Scope.Staff, filter)).Value.Select(row => row.Outcome));

        Assert.AreEqual("CredentialsWrong ClientReset", await OutcomesAsync(new(Last: 2)));
        Assert.AreEqual("CredentialsWrong NoExit", await OutcomesAsync(new(RefusedOnly: true)));
        Assert.AreEqual("NoExit", await OutcomesAsync(new(Outcome: ConnectionOutcome.NoExit)));
        Assert.AreEqual("connections.last@Last", (await LastAsync(test, alice, Scope.Staff, new(Last: 0))).Codes());
    }

    [TestMethod]
    public async Task Last_OfACustomer_IsItsOwnAndKeepsTheProviderToOurselves()
    {
        await using var test = await ControlPlaneTest.StartAsync();
        long provider = (await test.ProviderAsync("acme")).Id;
        var (ann, bob) = (await test.CustomerAsync(), await test.CustomerAsync("bob@example.com"));
        long alice = (await test.ProxyUserAsync(ann.Id)).ProxyUserId;
        await WriteAsync(test, null, Record(alice) with { ProviderId = provider });

        Assert.IsNull((await LastAsync(test, alice, Scope.Of(ann.Id))).Value[0].Provider);
        Assert.AreEqual("proxy_user.not_found", (await LastAsync(test, alice, Scope.Of(bob.Id))).Codes());
        Assert.AreEqual("proxy_user.not_found", (await LastAsync(test, alice, default)).Codes());
    }

    [TestMethod]
    public async Task Destinations_NotKept_AreNowhereInTheTable()
    {
        await using var test = await ControlPlaneTest.StartAsync();
        long alice = (await test.ProxyUserAsync((await test.CustomerAsync()).Id)).ProxyUserId;
        await WriteAsync(test, new() { Destinations = false },
            Record(alice), Record(alice, ConnectionOutcome.DestinationForbidden) with { Detail = "suffix example.com" },
            Record(alice, ConnectionOutcome.UnknownTarget) with { Detail = "planet: unknown" });

        Assert.AreEqual("",
            await test.Database.ScalarAsync<string>(
                "select coalesce(string_agg(c::text, ' '), '') from connection_log c where c::text like '%example.com%' or "
                    + "port <> 0"));
        Assert.AreEqual("planet: unknown",
            await test.Database.ScalarAsync<string>("select string_agg(detail, ' ') from connection_log"));
    }

    [TestMethod]
    public async Task Backlog_WithoutRoom_DropsTheOldestAndCounts()
    {
        await using var test = await ControlPlaneTest.StartAsync();
        long alice = (await test.ProxyUserAsync((await test.CustomerAsync()).Id)).ProxyUserId;
        var backlog = new ConnectionBacklog();
        for (int i = 0; i < ConnectionBacklog.MaxRecords + 3; i++)
            backlog.Accept(Record(alice) with { BytesUp = i });

        await Writer(test, backlog).WriteAsync(default);

        Assert.AreEqual(3, backlog.Dropped);
        Assert.AreEqual(ConnectionBacklog.MaxRecords,
            await test.Database.ScalarAsync<long>("select count(*) from connection_log"));
        Assert.AreEqual(3, await test.Database.ScalarAsync<long>("select min(bytes_up) from connection_log"));
    }

    [TestMethod]
    public async Task Write_ThatFailed_IsMadeUpForOnce()
    {
        await using var test = await ControlPlaneTest.StartAsync();
        long alice = (await test.ProxyUserAsync((await test.CustomerAsync()).Id)).ProxyUserId;
        var backlog = new ConnectionBacklog();
        var writer = Writer(test, backlog);
        await test.Database.ExecuteAsync("alter table connection_log rename to away");
        backlog.Accept(Record(alice));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => writer.WriteAsync(default));
        backlog.Accept(Record(alice));
        await test.Database.ExecuteAsync("alter table away rename to connection_log");

        await writer.WriteAsync(default);
        await writer.WriteAsync(default);

        Assert.HasCount(2, (await LastAsync(test, alice, Scope.Staff)).Value);
    }

    [TestMethod]
    public async Task Tend_TimeOver_DropsWholeDaysAndMakesTheNext()
    {
        await using var test = await ControlPlaneTest.StartAsync();
        await test.Database.ScalarAsync<int>("select drop_partitions('connection_log', '2100-01-01Z')");
        long alice = (await test.ProxyUserAsync((await test.CustomerAsync()).Id)).ProxyUserId;
        await WriteAsync(test, null, [.. Enumerable.Range(0, 10).Select(days => Record(alice, endedAt: Now.AddDays(-days)))]);
        var retention = new PartitionKeeping(new AtlanticDb(AtlanticDb.OptionsFor(test.Database.Source)), new UsageOptions(),
            new() { RetentionDays = 7 }, test.Time);

        // Seven days before is the 15th, half past one.
        Assert.AreEqual(2, await retention.TendAsync(default));
        Assert.AreEqual(0, await retention.TendAsync(default));

        Assert.HasCount(8, (await LastAsync(test, alice, Scope.Staff)).Value);
        Assert.AreEqual("20261115 20261125", await test.Database.ScalarAsync<string>(
            "select min(right(inhrelid::regclass::text, 8)) || ' ' || max(right(inhrelid::regclass::text, 8)) from pg_inherits "
                + "where inhparent = 'connection_log'::regclass"));
    }

    [TestMethod]
    public async Task Writer_Stopped_WritesWhatIsLeft()
    {
        await using var test = await ControlPlaneTest.StartAsync();
        long alice = (await test.ProxyUserAsync((await test.CustomerAsync()).Id)).ProxyUserId;
        test.Services.GetRequiredService<ConnectionBacklog>().Accept(Record(alice));

        await test.Services.GetRequiredService<ConnectionLogWriter>().RunAsync(new CancellationToken(canceled: true));

        Assert.HasCount(1, (await LastAsync(test, alice, Scope.Staff)).Value);
    }

    [TestMethod]
    [DataRow(0, false), DataRow(1, true), DataRow(366, true), DataRow(367, false)]
    public void RetentionDays_OutOfRange_AreRefused(int days, bool valid) =>
        Assert.AreEqual(valid, !new ConnectionLogOptions { RetentionDays = days }.Validate().Any());

    [TestMethod]
    [DataRow("2026-11-25Z", "drop_partitions('connection_log', '2026-11-15Z')")]
    [DataRow("2026-11-22Z", "ensure_partitions(array['connection_log'], '2026-11-15Z', '2026-11-25Z')")]
    public async Task Retention_WhileAnotherNodeDoesTheSame_FindsItDone(string madeUntil, string other)
    {
        await using var test = await ControlPlaneTest.StartAsync();
        await test.Database.ScalarAsync<object>("select drop_partitions('connection_log', '2100-01-01Z')");
        await test.Database.ScalarAsync<object>(
            $"select ensure_partitions(array['connection_log'], '2026-11-14Z', '{madeUntil}')");
        var retention = new PartitionKeeping(new AtlanticDb(AtlanticDb.OptionsFor(test.Database.Source)), new UsageOptions(),
            new() { RetentionDays = 7 }, test.Time);

        await test.Database.MeetAsync($"select {other}", () => retention.TendAsync(default));

        Assert.AreEqual("20261115 20261125", await test.Database.ScalarAsync<string>(
            "select min(right(inhrelid::regclass::text, 8)) || ' ' || max(right(inhrelid::regclass::text, 8)) from pg_inherits "
                + "where inhparent = 'connection_log'::regclass"));
    }
}

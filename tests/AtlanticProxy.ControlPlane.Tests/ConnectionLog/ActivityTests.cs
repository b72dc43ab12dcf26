using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Diagnostics;

namespace AtlanticProxy.ControlPlane.Tests.ConnectionLog;

/// <summary>What a customer reads of all its connections: one by one, and added up.</summary>
[TestClass]
public sealed class ActivityTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 13, 30, 0, TimeSpan.Zero);
    private static readonly UsageSpan Today = new(Now.AddHours(-13.5), Now.AddHours(0.5), UsageGrain.Hour);

    private static ConnectionRecord Record(
        long proxyUser, ConnectionOutcome outcome = ConnectionOutcome.Completed, int second = 0, string host = "example.com",
        string country = "us", long? connect = null) => new()
    {
        ProxyUserId = proxyUser, Outcome = outcome, EndedAt = Now.AddSeconds(second), Duration = TimeSpan.FromSeconds(2),
        ClientAddress = IPAddress.Parse("203.0.113.7"), Host = host, Port = 443, Country = country, ConnectMs = connect,
        BytesUp = 10, BytesDown = 2_000,
    };

    private static Task WriteAsync(ControlPlaneTest test, params ConnectionRecord[] records) =>
        new ConnectionStore(test.Database.Source, new()).WriteAsync(records, default);

    private static Task<IReadOnlyList<ActivityRow>> ListAsync(
        ControlPlaneTest test, long customer, ActivityFilter? filter = null, ActivityCursor? after = null, int count = 50,
        Scope? scope = null) => test.AskAsync((ActivityQueries queries) =>
        queries.ListAsync(scope ?? Scope.Of(customer), customer, filter ?? new(), after, count, default));

    private static async Task<(ControlPlaneTest Test, long Ann, long Alice, long Bert)> StartAsync()
    {
        var test = await ControlPlaneTest.StartAsync();
        var ann = await test.CustomerAsync();
        return (test, ann.Id, (await test.ProxyUserAsync(ann.Id)).ProxyUserId,
            (await test.ProxyUserAsync(ann.Id, "bert")).ProxyUserId);
    }

    [TestMethod]
    public async Task List_OfACustomer_IsThatOfAllItsProxyUsers_TheLatestFirst_AndNobodyElses()
    {
        var (test, ann, alice, bert) = await StartAsync();
        await using var _ = test;
        var ben = await test.CustomerAsync("ben@example.com");
        long other = (await test.ProxyUserAsync(ben.Id, "other")).ProxyUserId;
        await WriteAsync(test, Record(alice, second: 1, connect: 212), Record(bert, ConnectionOutcome.NoExit, second: 3),
            Record(alice, second: 2), Record(other, second: 4));

        var rows = await ListAsync(test, ann);

        Assert.AreEqual("bert alice alice", string.Join(' ', rows.Select(row => row.ProxyUser)));
        Assert.AreEqual((true, "NoExit", "us", 443), (rows[0].Refused, rows[0].Outcome, rows[0].Country, rows[0].Port));
        Assert.AreEqual((212, 2_000L), (rows[2].ConnectMs, rows[2].DurationMs));
        Assert.IsEmpty(await ListAsync(test, ben.Id, scope: Scope.Of(ann)));
        Assert.IsEmpty(await ListAsync(test, ann, scope: default(Scope)));
        Assert.IsEmpty(await ListAsync(test, ann, new ActivityFilter(ProxyUserId: other)));
        Assert.HasCount(1, await ListAsync(test, ben.Id, scope: Scope.Staff));
    }

    [TestMethod]
    public async Task List_Filtered_GivesOnlyThose()
    {
        var (test, ann, alice, bert) = await StartAsync();
        await using var _ = test;
        await WriteAsync(test, Record(alice, second: 1, host: "shop.example"),
            Record(alice, ConnectionOutcome.ClientReset, second: 2), Record(bert, ConnectionOutcome.UpstreamReset, second: 3),
            Record(bert, ConnectionOutcome.LeaseExhausted, second: 4, country: "de"),
            Record(alice, ConnectionOutcome.CredentialsWrong, second: 5, host: "100%_.example", country: ""));
        async Task<string> EndingsAsync(ActivityFilter filter) =>
            string.Join(' ', (await ListAsync(test, ann, filter)).Select(row => row.Outcome));

        Assert.AreEqual("CredentialsWrong", await EndingsAsync(new(ConnectionFate.Refused)));
        Assert.AreEqual("LeaseExhausted UpstreamReset", await EndingsAsync(new(ConnectionFate.Failed)));
        Assert.AreEqual("ClientReset Completed", await EndingsAsync(new(ConnectionFate.Completed)));
        Assert.AreEqual("UpstreamReset", await EndingsAsync(new(Outcome: "UpstreamReset")));
        Assert.AreEqual("LeaseExhausted UpstreamReset", await EndingsAsync(new(ProxyUserId: bert)));
        Assert.AreEqual("LeaseExhausted", await EndingsAsync(new(Country: "de")));
        Assert.AreEqual("Completed", await EndingsAsync(new(Host: "SHOP")));
        Assert.AreEqual("CredentialsWrong", await EndingsAsync(new(Host: "%_")), "what LIKE takes for a pattern is text here");
        Assert.AreEqual("UpstreamReset ClientReset",
            await EndingsAsync(new(From: Now.AddSeconds(2), To: Now.AddSeconds(4))));
    }

    [TestMethod]
    public async Task List_PageByPage_HasEachRowOnce()
    {
        var (test, ann, alice, bert) = await StartAsync();
        await using var _ = test;
        // Several end at the same instant.
        await WriteAsync(test, [.. Enumerable.Range(0, 20).Select(i => Record(i % 2 == 0 ? alice : bert, second: i / 5))]);

        var seen = new List<ActivityRow>();
        IReadOnlyList<ActivityRow> page;
        do
        {
            page = await ListAsync(test, ann, after: seen.Count == 0 ? null : new(seen[^1].EndedAt, seen[^1].Id), count: 3);
            seen.AddRange(page);
        }
        while (page.Count > 0);

        Assert.HasCount(20, seen.DistinctBy(row => row.Id).ToList());
        Assert.HasCount(20, seen);
        CollectionAssert.AreEqual(seen.OrderByDescending(row => row.EndedAt).ThenByDescending(row => row.Id).ToList(), seen);
    }

    [TestMethod]
    public async Task Hours_OfWhatIsLogged_AddUpByEndingAndCountry()
    {
        var (test, ann, alice, bert) = await StartAsync();
        await using var _ = test;
        long other = (await test.ProxyUserAsync((await test.CustomerAsync("ben@example.com")).Id, "other")).ProxyUserId;
        await WriteAsync(test, Record(alice, connect: 200), Record(alice, connect: 200), Record(bert, connect: 90_000),
            Record(other, connect: 1));
        await WriteAsync(test, Record(alice, ConnectionOutcome.NoExit), Record(alice, ConnectionOutcome.QuotaExhausted),
            Record(bert, country: "de"), Record(alice, connect: 200, second: -60 * 60 * 24));
        Task<T> AskAsync<T>(Func<EndingQueries, Task<T>> ask) => test.AskAsync(ask);

        var all = await AskAsync(q => q.TotalAsync(new(Scope.Of(ann)), Today, default));
        var bertsOwn = await AskAsync(q => q.TotalAsync(new(Scope.Of(ann), ProxyUserId: bert), Today, default));
        var byCountry = await AskAsync(q => q.ByCountryAsync(new(Scope.Of(ann)), Today, default));
        var byUser = await AskAsync(q => q.ByProxyUserAsync(new(Scope.Of(ann)), Today, default));

        Assert.AreEqual("Completed 4, NoExit 1, QuotaExhausted 1",
            string.Join(", ", all.Endings.Select(ending => $"{ending.Outcome} {ending.Connections}")));
        Assert.AreEqual((2L, 1L), (all.Refused, all.RefusedByExits), "a quota is not the exits' fault");
        Assert.AreEqual(200, all.MedianConnectMs!.Value, 20);
        Assert.AreEqual(90_000, bertsOwn.MedianConnectMs!.Value, 9_000);
        Assert.IsNull(byCountry["de"].MedianConnectMs);
        Assert.AreEqual("de us", string.Join(' ', byCountry.Keys.Order()));
        CollectionAssert.AreEquivalent(new[] { alice, bert }, byUser.Keys.ToList());
        Assert.IsEmpty((await AskAsync(q => q.TotalAsync(new(default), Today, default))).Endings);
        Assert.IsEmpty((await AskAsync(q => q.TotalAsync(new(Scope.Of(ann), ProxyUserId: other), Today, default))).Endings);
    }

    [TestMethod]
    [DataRow(0L), DataRow(1L), DataRow(2L), DataRow(37L), DataRow(212L), DataRow(4_800L), DataRow(59_999L)]
    public void ConnectTime_OfOneMeasurement_IsToldToATenth(long milliseconds)
    {
        long? median = ConnectTime.MedianOf([(ConnectTime.BucketOf(milliseconds), 3), (ConnectTime.NotMeasured, 100)]);

        Assert.AreEqual(milliseconds, median!.Value, Math.Max(1, milliseconds * 0.1));
    }

    [TestMethod]
    public void EndingSide_IsKnownOfEachEnding()
    {
        foreach (var outcome in Enum.GetValues<ConnectionOutcome>())
            Assert.AreEqual(outcome == ConnectionOutcome.Completed, EndingSides.Of(outcome) == EndingSide.None, $"{outcome}");
        Assert.AreEqual(EndingSide.None, EndingSides.Of("OfALaterVersion"));
    }
}

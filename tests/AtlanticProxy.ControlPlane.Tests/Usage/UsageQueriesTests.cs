using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Journal;

namespace AtlanticProxy.ControlPlane.Tests.Usage;

[TestClass]
public sealed class UsageQueriesTests
{
    private static Task<T> AskAsync<T>(ControlPlaneTest plane, Func<UsageQueries, Task<T>> ask) => plane.AskAsync(ask);

    private static async Task BookAsync(ControlPlaneTest plane, long user, long provider, int hoursAgo, long up, long down,
        string country = "us", TimeSpan into = default)
    {
        var hour = new DateTimeOffset(2026, 11, 22, 13, 0, 0, TimeSpan.Zero).AddHours(-hoursAgo);
        await using var store = new UsageStore(plane.Database.Source);
        var delta = new UsageDelta(new UsageKey(user, provider, country, (hour + into).ToUnixTimeSeconds()), up, down, 1);
        await store.WriteAsync([new UsageBatch(Guid.CreateVersion7().ToString(), 1, [delta])], default);
    }

    [TestMethod]
    public async Task Today_CountsFromMidnightUtc_AndOnlyWhatTheFilterSays()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var ben = await plane.CustomerAsync("ben@example.com");
        var alice = await plane.ProxyUserAsync(ann.Id);
        var bob = await plane.ProxyUserAsync(ben.Id, "bob");
        await BookAsync(plane, alice.ProxyUserId, 1, hoursAgo: 0, up: 1, down: 10);
        await BookAsync(plane, alice.ProxyUserId, 2, hoursAgo: 13, up: 2, down: 20);
        await BookAsync(plane, alice.ProxyUserId, 1, hoursAgo: 14, up: 4, down: 40); // yesterday, 23:00
        await BookAsync(plane, bob.ProxyUserId, 1, hoursAgo: 0, up: 100, down: 1000);

        Assert.AreEqual(new UsageTotal(103, 1030, 3), await AskAsync(plane, q => q.TodayAsync(new(Scope.Staff), default)));
        Assert.AreEqual(new UsageTotal(3, 30, 2), await AskAsync(plane, q => q.TodayAsync(new(Scope.Of(ann.Id)), default)));
        Assert.AreEqual(new UsageTotal(3, 30, 2),
            await AskAsync(plane, q => q.TodayAsync(new(Scope.Staff, CustomerId: ann.Id), default)));
        Assert.AreEqual(new UsageTotal(2, 20, 1),
            await AskAsync(plane, q => q.TodayAsync(new(Scope.Staff, ProviderId: 2), default)));
        Assert.AreEqual(new UsageTotal(0, 0, 0),
            await AskAsync(plane, q => q.TodayAsync(new(Scope.Of(ann.Id), ProxyUserId: bob.ProxyUserId), default)));
        Assert.AreEqual(new UsageTotal(0, 0, 0), await AskAsync(plane, q => q.TodayAsync(new(default), default)),
            "the default scope sees nothing");

        var byUser = await AskAsync(plane, q =>
            q.TodayByProxyUserAsync(Scope.Of(ann.Id), [alice.ProxyUserId, bob.ProxyUserId], default));
        Assert.AreEqual(33, byUser[alice.ProxyUserId].Bytes);
        Assert.HasCount(1, byUser);
    }

    [TestMethod]
    public async Task LastHours_EmptyHours_AreZeros()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);
        await BookAsync(plane, alice.ProxyUserId, 1, hoursAgo: 0, up: 1, down: 10);
        await BookAsync(plane, alice.ProxyUserId, 2, hoursAgo: 0, up: 1, down: 10);
        await BookAsync(plane, alice.ProxyUserId, 1, hoursAgo: 2, up: 5, down: 0);
        await BookAsync(plane, alice.ProxyUserId, 1, hoursAgo: 3, up: 9, down: 9);

        var points = await AskAsync(plane, q => q.LastHoursAsync(new(Scope.Staff), 3, default));

        CollectionAssert.AreEqual(new long[] { 5, 0, 22 }, points.Select(p => p.Bytes).ToList());
        CollectionAssert.AreEqual(new[] { 11, 12, 13 }, points.Select(p => p.From.Hour).ToList());
        await Assert.ThrowsExactlyAsync<ArgumentOutOfRangeException>(() =>
            AskAsync(plane, q => q.LastHoursAsync(new(Scope.Staff), 0, default)));
    }

    [TestMethod]
    public async Task Rows_DeletedProxyUserRemovedProviderAndUnknownIds_KeepTheirBytes()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);
        var acme = await plane.ProviderAsync();
        await BookAsync(plane, alice.ProxyUserId, acme.Id, hoursAgo: 1, up: 1, down: 10);
        await BookAsync(plane, 999, 998, hoursAgo: 0, up: 2, down: 20, country: "");
        await plane.AskAsync((DeleteProxyUser delete) => delete.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId), default));
        await plane.AskAsync((RemoveProvider remove) => remove.ExecuteAsync(new(acme.Id), default));

        var rows = await AskAsync(plane, q => q.RowsAsync(new(Scope.Staff), plane.Time.Now.AddDays(-1), plane.Time.Now, default));

        var hour = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
        Assert.AreEqual(new UsageRow("ann@example.com", "alice", "acme", "us", hour, hour.AddHours(1), 1, 10, 11, 1), rows[0]);
        Assert.AreEqual(new UsageRow("", "", "", "", hour.AddHours(1), hour.AddHours(2), 2, 20, 22, 1), rows[1]);
        Assert.HasCount(2, rows);
    }

    [TestMethod]
    public async Task Series_EachPeriod_HasItsGrainAndEndsNow()
    {
        await using var plane = await ControlPlaneTest.StartAsync(); // 22 November, half past one
        var alice = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);
        await BookAsync(plane, alice.ProxyUserId, 1, hoursAgo: 0, up: 1, down: 0, into: TimeSpan.FromMinutes(30));
        await BookAsync(plane, alice.ProxyUserId, 1, hoursAgo: 1, up: 2, down: 0, into: TimeSpan.FromMinutes(35));
        await BookAsync(plane, alice.ProxyUserId, 1, hoursAgo: 1, up: 4, down: 0, into: TimeSpan.FromMinutes(30));
        await BookAsync(plane, alice.ProxyUserId, 1, hoursAgo: 24, up: 8, down: 0);
        await BookAsync(plane, alice.ProxyUserId, 1, hoursAgo: 29 * 24, up: 16, down: 0);
        await BookAsync(plane, alice.ProxyUserId, 1, hoursAgo: 30 * 24, up: 32, down: 0);

        var hour = await AskAsync(plane, q => q.SeriesAsync(new(Scope.Staff), UsagePeriod.LastHour, default));
        var day = await AskAsync(plane, q => q.SeriesAsync(new(Scope.Staff), UsagePeriod.LastDay, default));
        var month = await AskAsync(plane, q => q.SeriesAsync(new(Scope.Staff), UsagePeriod.Last30Days, default));

        CollectionAssert.AreEqual(new long[] { 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, hour.Select(p => p.Bytes).ToList());
        Assert.AreEqual((24, 6L, 1L), (day.Count, day[^2].Bytes, day[^1].Bytes));
        Assert.AreEqual((30, 16L, 8L, 7L), (month.Count, month[0].Bytes, month[^2].Bytes, month[^1].Bytes));
        Assert.AreEqual(7, day.Sum(p => p.Bytes));
        Assert.AreEqual(31, month.Sum(p => p.Bytes));
    }

    [TestMethod]
    public async Task Shares_ByEachDimension_AreLargestFirstAndWithinTheScope()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var ben = await plane.CustomerAsync("ben@example.com");
        var alice = await plane.ProxyUserAsync(ann.Id);
        var bob = await plane.ProxyUserAsync(ben.Id, "bob");
        var acme = await plane.ProviderAsync();
        await BookAsync(plane, alice.ProxyUserId, acme.Id, hoursAgo: 0, up: 1, down: 10);
        await BookAsync(plane, alice.ProxyUserId, acme.Id, hoursAgo: 2, up: 1, down: 10, country: "de");
        await BookAsync(plane, bob.ProxyUserId, 998, hoursAgo: 0, up: 2, down: 20);
        await BookAsync(plane, bob.ProxyUserId, acme.Id, hoursAgo: 3 * 24, up: 100, down: 0, country: "");

        Assert.AreEqual("ben@example.com 122 | ann@example.com 22",
            await SharesAsync(UsagePeriod.Last30Days, UsageDimension.Customer, Scope.Staff));
        Assert.AreEqual("alice 22 | bob 22", await SharesAsync(UsagePeriod.LastDay, UsageDimension.ProxyUser, Scope.Staff));
        Assert.AreEqual("bob 22 | alice 11", await SharesAsync(UsagePeriod.LastHour, UsageDimension.ProxyUser, Scope.Staff));
        Assert.AreEqual("acme 122 |  22", await SharesAsync(UsagePeriod.Last30Days, UsageDimension.Provider, Scope.Staff));
        Assert.AreEqual(" 100 | us 33 | de 11", await SharesAsync(UsagePeriod.Last30Days, UsageDimension.Country, Scope.Staff));
        Assert.AreEqual("de 11 | us 11", await SharesAsync(UsagePeriod.Last30Days, UsageDimension.Country, Scope.Of(ann.Id)));
        Assert.AreEqual("", await SharesAsync(UsagePeriod.Last30Days, UsageDimension.Customer, default));
        Assert.AreEqual("ben@example.com 122",
            await SharesAsync(UsagePeriod.Last30Days, UsageDimension.Customer, Scope.Staff, top: 1));

        async Task<string> SharesAsync(UsagePeriod period, UsageDimension by, Scope scope, int top = 10)
        {
            var shares = await AskAsync(plane, q => q.SharesAsync(new(scope), period, by, top, default));
            return string.Join(" | ", shares.Select(share => $"{share.Name} {share.Bytes}"));
        }
    }
}

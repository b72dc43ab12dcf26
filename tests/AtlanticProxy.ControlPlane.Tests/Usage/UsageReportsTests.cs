using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Journal;

namespace AtlanticProxy.ControlPlane.Tests.Usage;

[TestClass]
public sealed class UsageReportsTests
{
    // It is 22 November 2026, 13:30, in these tests.
    private static readonly DateTimeOffset Hour = new(2026, 11, 22, 13, 0, 0, TimeSpan.Zero);

    private static async Task BookAsync(
        ControlPlaneTest plane, long user, DateTimeOffset at, long bytes, string country = "us", long provider = 1)
    {
        await using var store = new UsageStore(plane.Database.Source);
        var delta = new UsageDelta(new UsageKey(user, provider, country, at.ToUnixTimeSeconds()), bytes, 0, 1);
        await store.WriteAsync([new UsageBatch(Guid.CreateVersion7().ToString(), 1, [delta])], default);
    }

    private static Task<T> AskAsync<T>(ControlPlaneTest plane, Func<UsageReports, Task<T>> ask) => plane.AskAsync(ask);

    [TestMethod]
    [DataRow(UsageGrain.Hour, 25, "4 0 1"), DataRow(UsageGrain.Day, 2, "4 3"), DataRow(UsageGrain.Month, 1, "7")]
    public async Task Series_InEachGrain_HasAllThatTheSpanHas_EmptyPointsToo(UsageGrain grain, int points, string amounts)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        long alice = (await plane.ProxyUserAsync(ann.Id)).ProxyUserId;
        await BookAsync(plane, alice, Hour, 1);
        await BookAsync(plane, alice, Hour.AddHours(-2), 2, provider: 2);
        await BookAsync(plane, alice, Hour.AddHours(-24), 4);
        await BookAsync(plane, alice, Hour.AddHours(-25), 100);
        var span = new UsageSpan(Hour.AddHours(-24), Hour.AddHours(1), grain);

        var series = await AskAsync(plane, q => q.SeriesAsync(new(Scope.Of(ann.Id)), span, default));

        Assert.HasCount(points, series);
        Assert.AreEqual(7, series.Sum(point => point.Bytes));
        string found = grain == UsageGrain.Hour
            ? $"{series[0].Bytes} {series[1].Bytes} {series[^1].Bytes}"
            : string.Join(' ', series.Select(point => point.Bytes));
        Assert.AreEqual(amounts, found);
        Assert.AreEqual(new UsageTotal(7, 0, 3), await AskAsync(plane, q => q.TotalAsync(new(Scope.Of(ann.Id)), span, default)));
    }

    [TestMethod]
    public async Task Everything_OfAnotherCustomer_StaysOut()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var ben = await plane.CustomerAsync("ben@example.com");
        long bob = (await plane.ProxyUserAsync(ben.Id, "bob")).ProxyUserId;
        await BookAsync(plane, bob, Hour, 5);
        var span = new UsageSpan(Hour, Hour.AddHours(1), UsageGrain.Hour);
        var filter = new UsageFilter(Scope.Of(ann.Id), ProxyUserId: bob);

        Assert.AreEqual(0, (await AskAsync(plane, q => q.TotalAsync(filter, span, default))).Bytes);
        Assert.AreEqual(0, (await AskAsync(plane, q => q.SeriesAsync(filter, span, default))).Sum(point => point.Bytes));
        Assert.IsEmpty(await AskAsync(plane, q => q.SharesAsync(filter, span, UsageDimension.ProxyUser, 9, default)));
        Assert.IsEmpty(await AskAsync(plane, q => q.RowsAsync(filter, span, 9, default)));
        Assert.AreEqual(5, (await AskAsync(plane, q => q.TotalAsync(new(Scope.Of(ben.Id)), span, default))).Bytes);
    }

    [TestMethod]
    public async Task Layers_OfTheLargest_AndTheRest_MakeUpTheWhole()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        long alice = (await plane.ProxyUserAsync(ann.Id)).ProxyUserId;
        await BookAsync(plane, alice, Hour, 10, "us");
        await BookAsync(plane, alice, Hour, 4, "de");
        await BookAsync(plane, alice, Hour.AddHours(-1), 1, "fr");
        var filter = new UsageFilter(Scope.Of(ann.Id));
        var span = new UsageSpan(Hour.AddHours(-1), Hour.AddHours(1), UsageGrain.Hour);

        var shares = await AskAsync(plane, q => q.SharesAsync(filter, span, UsageDimension.Country, 2, default));
        var all = await AskAsync(plane, q => q.SeriesAsync(filter, span, default));
        var layers = await AskAsync(plane, q => q.LayersAsync(filter, span, UsageDimension.Country, shares, all, default));

        Assert.AreEqual("us 0,10 | de 0,4 | rest 1,0", string.Join(" | ",
            layers.Select(layer => $"{layer.Share?.Name ?? "rest"} {string.Join(',', layer.Bytes)}")));
    }

    [TestMethod]
    public async Task Rows_ForAFile_AddProvidersUpAndNameProxyUsers()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        long alice = (await plane.ProxyUserAsync(ann.Id)).ProxyUserId;
        await BookAsync(plane, alice, Hour, 10, provider: 1);
        await BookAsync(plane, alice, Hour, 10, provider: 2);
        await BookAsync(plane, alice, Hour, 1, "de");
        var span = new UsageSpan(Hour.AddHours(-13), Hour.AddHours(1), UsageGrain.Day);

        var rows = await AskAsync(plane, q => q.RowsAsync(new(Scope.Of(ann.Id)), span, 9, default));

        var day = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);
        Assert.AreEqual(new UsageRow("", "alice", "", "de", day, day.AddDays(1), 1, 0, 1, 1), rows[0]);
        Assert.AreEqual(new UsageRow("", "alice", "", "us", day, day.AddDays(1), 20, 0, 20, 2), rows[1]);
        Assert.HasCount(2, rows);
    }

    [TestMethod]
    public async Task Span_FromBeforeThereAreHours_IsReadByDays()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        long alice = (await plane.ProxyUserAsync(ann.Id)).ProxyUserId;
        await BookAsync(plane, alice, Hour.AddDays(-200), 7);
        await plane.Database.ExecuteAsync("delete from usage_hourly");
        var span = new UsageSpan(Hour.AddDays(-201), Hour, UsageGrain.Month);

        Assert.AreEqual(7, (await AskAsync(plane, q => q.TotalAsync(new(Scope.Of(ann.Id)), span, default))).Bytes);
    }
}

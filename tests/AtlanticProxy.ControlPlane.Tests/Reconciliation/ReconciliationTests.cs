using System.Globalization;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Reconciliation;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Tests.Quotas;

namespace AtlanticProxy.ControlPlane.Tests.Reconciliation;

[TestClass]
public sealed class ReconciliationTests
{
    private const long Gb = 1_000_000_000;

    /// <summary>Over on the 22nd, where <see cref="SetTime"/> stands.</summary>
    private static readonly DateOnly s_from = new(2026, 11, 1), s_to = new(2026, 11, 20);

    [TestMethod]
    public async Task Days_HoldOurBytesAgainstTheirs()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (acme, globex, user) = await SetUpAsync(plane);
        await UseAsync(plane, user, acme, s_to, 10 * Gb);
        await UseAsync(plane, user, globex, s_to, 4 * Gb);
        Assert.AreEqual("", (await EnterAsync(plane, acme, s_to, 10 * Gb)).Codes());
        Assert.AreEqual("", (await EnterAsync(plane, acme, s_to.AddDays(-1), 5)).Codes());

        var days = await plane.AskAsync((ReconciliationQueries q) => q.DaysAsync(s_from, s_to, default));

        CollectionAssert.AreEqual(
            new[]
            {
                new ReconciledDay(acme, "acme", s_to, 10 * Gb, 10 * Gb, EnterProviderBill.ByHand, 3000),
                new ReconciledDay(globex, "globex", s_to, 4 * Gb, null, null, 400),
                new ReconciledDay(acme, "acme", s_to.AddDays(-1), 0, 5, EnterProviderBill.ByHand, 0),
            },
            days.ToArray());
        CollectionAssert.AreEqual(new double?[] { 0, null, 100 }, days.Select(day => day.DriftPercent).ToArray());
    }

    [TestMethod]
    [DataRow(98, 100, 2.0)]
    [DataRow(100, 98, -2.0)]
    [DataRow(0, 0, 0.0)]
    [DataRow(7, 0, -100.0)]
    public void Drift_IsOfTheLargerCount(long ours, long theirs, double percent)
    {
        var day = new ReconciledDay(1, "acme", s_to, ours, theirs, "", 0);

        Assert.AreEqual(percent, day.DriftPercent);
        Assert.IsFalse(day.DriftsBy(Math.Abs(percent)), "at the threshold is not above it");
        Assert.AreEqual(percent != 0, day.DriftsBy(Math.Max(0, Math.Abs(percent) - 0.1)));
    }

    [TestMethod]
    public async Task Alarm_AboveTheThreshold_IsRaisedOnceForEachCount()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (acme, globex, user) = await SetUpAsync(plane);
        await UseAsync(plane, user, acme, s_to, 97 * Gb);
        await UseAsync(plane, user, globex, s_to, 99 * Gb);
        await EnterAsync(plane, acme, s_to, 100 * Gb);
        await EnterAsync(plane, globex, s_to, 100 * Gb);
        Task<IReadOnlyList<ReconciledDay>?> FoundAsync() => plane.AskAsync((DriftAlarm alarm) => alarm.FoundAsync(default));
        Task LookAsync() => plane.AskAsync((DriftAlarm alarm) => alarm.ExecuteAsync(default));

        for (int i = 0; i < 3; i++)
            await LookAsync();
        Assert.AreEqual("acme", (await FoundAsync())!.Single().Provider);
        Assert.AreEqual(1, await EventsAsync(plane));
        StringAssert.Contains(await plane.Database.ScalarAsync<string>("select payload::text from events"),
            "\"provider\": \"acme\"");

        await EnterAsync(plane, acme, s_to, 101 * Gb); // another count, another alarm
        await LookAsync();
        Assert.AreEqual(2, await EventsAsync(plane));

        await EnterAsync(plane, acme, s_to, 97 * Gb);
        await LookAsync();
        Assert.IsEmpty((await FoundAsync())!);
        Assert.AreEqual(2, await EventsAsync(plane));
    }

    [TestMethod]
    public async Task Bill_ThatCannotBe_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (acme, _, _) = await SetUpAsync(plane);

        Assert.AreEqual("bill.bytes_invalid@Bytes", (await EnterAsync(plane, acme, s_to, -1)).Codes());
        Assert.AreEqual("bill.day_invalid@Day", (await EnterAsync(plane, acme, new(2026, 11, 23), 1)).Codes());
        Assert.AreEqual("provider.not_found", (await EnterAsync(plane, 999, s_to, 1)).Codes());
        Assert.AreEqual("bill.source_invalid@Source",
            (await plane.AskAsync((EnterProviderBill enter) => enter.ExecuteAsync(new(acme, s_to, 1, " "), default))).Codes());
    }

    [TestMethod]
    public async Task Margins_OfEveryKindOfPlan_AreSharedByBytes()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (acme, globex, _) = await SetUpAsync(plane);
        var perGb = await Metered.StartAsync(plane, new("Per GB", PlanKind.PerGb, 500, "USD"), "ann");
        var weekly = await Metered.StartAsync(plane,
            new("Weekly", PlanKind.Subscription, 700, "USD", 100 * Gb, Limits: new(PeriodUnit.Week)), "bob");
        var naira = await Metered.StartAsync(plane, new("Lagos", PlanKind.PerGb, 1000, "NGN"), "chi");
        var idle = await Metered.StartAsync(plane,
            new("Idle", PlanKind.Subscription, 70, "USD", Gb, Limits: new(PeriodUnit.Week)), "dan");
        var hourly = await Metered.StartAsync(plane, new("Hourly", PlanKind.Hourly, 120, "USD"), "eve");
        // Subscriptions since the 7th: two weeks until the end of the 20th.
        await plane.Database.ExecuteAsync("update quota_accounts set anchor_at = '2026-11-07T00:00Z'");
        await plane.Database.ExecuteAsync(
            $"insert into quota_days values ({hourly.AccountId}, '2026-11-20', 90), ({hourly.AccountId}, '2026-11-21', 1000)");
        await UseAsync(plane, perGb.ProxyUserId, acme, s_to, 3 * Gb);
        await UseAsync(plane, perGb.ProxyUserId, acme, s_to.AddDays(1), 50 * Gb); // beyond the range
        await UseAsync(plane, weekly.ProxyUserId, acme, s_to, 3 * Gb);
        await UseAsync(plane, weekly.ProxyUserId, globex, s_to, 1 * Gb);
        await UseAsync(plane, naira.ProxyUserId, globex, s_to, 2 * Gb);
        await UseAsync(plane, hourly.ProxyUserId, globex, s_to, 1 * Gb);

        CollectionAssert.AreEqual(
            new[]
            {
                new MarginRow("chi@example.com", "NGN", 2 * Gb, 2000, 200, null),
                new MarginRow("ann@example.com", "USD", 3 * Gb, 1500, 900, 600),
                new MarginRow("bob@example.com", "USD", 4 * Gb, 1400, 1000, 400),
                new MarginRow("eve@example.com", "USD", 1 * Gb, 180, 100, 80),
                new MarginRow("dan@example.com", "USD", 0, 140, 0, 140),
            },
            (await MarginsAsync(plane, MarginOf.Customer)).ToArray());
        CollectionAssert.AreEqual(
            new[]
            {
                new MarginRow("acme", "USD", 6 * Gb, 1500 + 1050, 1800, 750),
                new MarginRow("globex", "NGN", 2 * Gb, 2000, 200, null),
                new MarginRow("globex", "USD", 2 * Gb, 350 + 180, 200, 330),
                new MarginRow("", "USD", 0, 140, 0, 140),
            },
            (await MarginsAsync(plane, MarginOf.Provider)).ToArray());
        CollectionAssert.AreEqual(
            new[] { "Lagos", "Per GB", "Weekly", "Hourly", "Idle" },
            (await MarginsAsync(plane, MarginOf.Plan)).Select(row => row.Name).ToArray());
    }

    private static async Task<(long Acme, long Globex, long User)> SetUpAsync(ControlPlaneTest plane)
    {
        long acme = (await plane.ProviderAsync()).Id, globex = (await plane.ProviderAsync("globex")).Id;
        await plane.Database.ExecuteAsync("update providers set cost_per_gb = case name when 'acme' then 300 else 100 end");
        await plane.Database.ExecuteAsync(
            "select ensure_partitions(array['usage_recent', 'usage_hourly', 'usage_daily', 'usage_targets'], '2026-11-01', "
                + "'2026-11-22')");
        return (acme, globex, (await plane.ProxyUserAsync((await plane.CustomerAsync("zoe@example.com")).Id, "zoe")).ProxyUserId);
    }

    private static Task<int> UseAsync(ControlPlaneTest plane, long user, long provider, DateOnly day, long bytes) =>
        plane.Database.ExecuteAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"insert into usage_daily values ({user}, '{day:yyyy-MM-dd}T00:00Z', {provider}, 'us', {bytes / 4}, "
            + $"{bytes - bytes / 4}, 1)"));

    private static Task<Result> EnterAsync(ControlPlaneTest plane, long provider, DateOnly day, long bytes) =>
        plane.AskAsync((EnterProviderBill enter) => enter.ExecuteAsync(new(provider, day, bytes), default));

    private static Task<IReadOnlyList<MarginRow>> MarginsAsync(ControlPlaneTest plane, MarginOf of) =>
        plane.AskAsync((ReconciliationQueries q) => q.MarginsAsync(s_from, s_to, of, default));

    private static Task<long> EventsAsync(ControlPlaneTest plane) =>
        plane.Database.ScalarAsync<long>("select count(*) from events where kind = 'provider_drift'");
}

using AtlanticProxy.ControlPlane.Tests.Snapshots;
using AtlanticProxy.ControlPlane.Tests.Usage;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Leases;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.ControlPlane.Tests.Quotas;

[TestClass]
public sealed class LeaseReleaseTests
{
    private const long Quota = 10_000_000, Counted = 300_000;

    private const long Slot = 1_795_353_300; // 2026-11-22 13:15 UTC

    private static UsageFlusher Flusher(ControlPlaneTest plane, TemporaryJournal temporary) =>
        new(temporary.Journal, new UsageStore(plane.Database.Source), TimeProvider.System, NullLogger<UsageFlusher>.Instance);

    /// <summary>All that the node can have.</summary>
    private static async Task<long> TakeAllAsync(Metered user, string node)
    {
        long taken = 0;
        while (await user.TakeAsync(node, long.MaxValue) is { State: LeaseState.Granted } grant)
            taken += grant.Bytes;
        return taken;
    }

    [TestMethod]
    public async Task Run_ThatEndedWithoutGivingBack_IsReleasedByTheNextOnceItsUseIsBooked()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(Quota));
        await using var engine = await FollowedEngine.StartAsync(plane);
        using var temporary = new TemporaryJournal();
        string first = temporary.Journal.Node;
        Assert.AreEqual(Quota, await TakeAllAsync(alice, first));
        temporary.Journal.Accept([new UsageDelta(new UsageKey(alice.ProxyUserId, 7, "us", Slot), 0, Counted, 1)]);

        temporary.Restart();
        CollectionAssert.AreEqual(new[] { first }, temporary.Journal.EarlierRuns.ToArray());
        Assert.AreEqual(0L, await TakeAllAsync(alice, temporary.Journal.Node), "nothing is free before the journal is booked");
        await Flusher(plane, temporary).FlushAsync(default);

        Assert.AreEqual(Quota - Counted, await TakeAllAsync(alice, temporary.Journal.Node), "to the byte");
        Assert.AreEqual(Counted, await alice.ColumnAsync("consumed"));
        Assert.IsEmpty(temporary.Journal.EarlierRuns);
        await engine.UntilAsync(_ =>
            engine.Deltas.Any(delta => delta.RefilledAccounts.Contains(alice.AccountId)), "who was refused asks again");
        temporary.Restart();
        Assert.HasCount(1, temporary.Journal.EarlierRuns, "the one before is forgotten");
    }

    [TestMethod]
    public async Task Runs_ThatNeverReachedTheDatabase_AreAllReleasedInTheEnd()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(Quota));
        using var temporary = new TemporaryJournal();
        await TakeAllAsync(alice, temporary.Journal.Node);
        temporary.Restart();
        temporary.Restart();
        Assert.HasCount(2, temporary.Journal.EarlierRuns);

        await Flusher(plane, temporary).FlushAsync(default);

        Assert.AreEqual(Quota, await TakeAllAsync(alice, temporary.Journal.Node));
    }

    [TestMethod]
    public async Task Lease_OfAnotherMachineOfTheSameName_IsLeftAlone()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(Quota));
        using var here = new TemporaryJournal("atlantic");
        using var there = new TemporaryJournal("atlantic");
        await TakeAllAsync(alice, there.Journal.Node);

        here.Restart();
        await Flusher(plane, here).FlushAsync(default);

        Assert.AreEqual(0L, await TakeAllAsync(alice, here.Journal.Node));
    }
}

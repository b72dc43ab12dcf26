using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Tests.Quotas;
using AtlanticProxy.ControlPlane.Tests.Snapshots;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Usage.Leases;
using AtlanticProxy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Customers;

[TestClass]
public sealed class PlanEndTests
{
    private static Task<Result<bool>> EndAsync(ControlPlaneTest plane, long customer, DateTimeOffset? at) =>
        plane.AskAsync((SetPlanEnd set) => set.ExecuteAsync(new(customer, at), default));

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task PlanEnd_SetToNowAndCleared_ReachesTheEngineWithoutAnyKeeping(bool metered)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, metered
            ? Metered.Subscription(1_000_000)
            : new("Flat", PlanKind.Subscription, 999, "USD"));
        await using var engine = await FollowedEngine.StartAsync(plane);

        Assert.IsTrue((await EndAsync(plane, alice.Customer.Id, plane.Time.Now)).Value);
        await engine.UntilAsync(s => s.FindUser("alice")!.State == ProxyUserState.PlanEnded, "ended");
        Assert.IsFalse((await EndAsync(plane, alice.Customer.Id, plane.Time.Now)).Value, "nothing changed");
        Assert.IsTrue((await EndAsync(plane, alice.Customer.Id, null)).Value);
        await engine.UntilAsync(s => s.FindUser("alice")!.State == ProxyUserState.Active, "goes on");

        if (metered)
            Assert.IsTrue(engine.Deltas.Any(delta => delta.RefilledAccounts.Contains(alice.AccountId)),
                "who was refused a lease asks again at once");
    }

    [TestMethod]
    public async Task PlanEnd_WhoseTimeComes_IsKeptByWhoeverLooks()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));
        var keeping = plane.Services.GetRequiredService<QuotaKeeping>();
        await EndAsync(plane, alice.Customer.Id, plane.Time.Now.AddSeconds(3));
        await using var engine = await FollowedEngine.StartAsync(plane);

        Assert.AreEqual(TimeSpan.FromMilliseconds(3001), await keeping.EndPlansAsync(default));
        Assert.AreEqual(ProxyUserState.Active, engine.Snapshot.FindUser("alice")!.State);
        plane.Time.Advance(TimeSpan.FromMilliseconds(3001));
        Assert.IsNull(await keeping.EndPlansAsync(default));

        await engine.UntilAsync(s => s.FindUser("alice")!.State == ProxyUserState.PlanEnded, "its time has come");
    }

    [TestMethod]
    public async Task PlanEnd_Past_GivesNoLeases()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));

        await plane.Database.ExecuteAsync("update customers set plan_ends_at = now() - interval '1 minute', plan_ended = true");
        Assert.AreEqual(LeaseState.SubscriptionEnded, (await alice.TakeAsync("n", 1000)).State);
        await EndAsync(plane, alice.Customer.Id, null);
        Assert.AreEqual(LeaseState.Granted, (await alice.TakeAsync("n", 1000)).State);
    }

    [TestMethod]
    public async Task Plan_GivenAgain_HasNoEnd()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));
        await EndAsync(plane, alice.Customer.Id, plane.Time.Now);

        await plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(alice.Customer.Id, alice.Plan.Id), default));

        var found = (await plane.AskAsync((CustomerQueries q) => q.FindAsync(Scope.Staff, alice.Customer.Id, default))).Value;
        Assert.AreEqual((null, false), (found.PlanEndsAt, found.PlanEnded));
        Assert.AreEqual(LeaseState.Granted, (await alice.TakeAsync("n", 1000)).State);
    }

    [TestMethod]
    public async Task PlanEnd_ThroughADay_IsTheMidnightAfterIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));
        var last = new DateOnly(2026, 12, 31);

        await plane.AskAsync((SetPlanEnd set) => set.ExecuteAsync(SetPlanEnd.Request.Through(alice.Customer.Id, last), default));

        var found = (await plane.AskAsync((CustomerQueries q) => q.FindAsync(Scope.Staff, alice.Customer.Id, default))).Value;
        Assert.AreEqual((new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), last, false),
            (found.PlanEndsAt, found.PlanLastDay, found.PlanEnded));
    }

    [TestMethod]
    public async Task PlanEnd_OfNobodyNoPlanOrNoYear_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();

        Assert.AreEqual("customer.not_found", (await EndAsync(plane, 999, plane.Time.Now)).Codes());
        Assert.AreEqual("customer.no_plan_to_end@EndsAt", (await EndAsync(plane, ann.Id, plane.Time.Now)).Codes());
        Assert.AreEqual("customer.plan_end_invalid@EndsAt",
            (await plane.AskAsync((SetPlanEnd s) =>
                s.ExecuteAsync(SetPlanEnd.Request.Through(ann.Id, DateOnly.MaxValue), default))).Codes());
        Assert.IsFalse((await EndAsync(plane, ann.Id, null)).Value);
    }

    [TestMethod]
    public async Task PlanEnd_PutOffInTheMomentThatItComes_IsPutOff()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));
        var (end, later) = (plane.Time.Now.AddSeconds(3), plane.Time.Now.AddDays(30));
        await EndAsync(plane, alice.Customer.Id, end);

        var set = await plane.Database.MeetAsync($"select end_plans('{end:O}')", () => EndAsync(plane, alice.Customer.Id, later));

        Assert.IsTrue(set.Single().Value);
        var found = (await plane.AskAsync((CustomerQueries q) => q.FindAsync(Scope.Staff, alice.Customer.Id, default))).Value;
        Assert.AreEqual((later, false), (found.PlanEndsAt!.Value, found.PlanEnded));
    }
}

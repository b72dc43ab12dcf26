using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.ControlPlane.Tests.Subscriptions;

/// <summary>Other plans, pauses, and what is bought once.</summary>
[TestClass]
public sealed class ChangeTests
{
    // Business case 12.
    [TestMethod]
    public async Task Upgrades_WithinOnePeriodAndBack_CreditWhatWasNotUsedToTheSecond()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var thirty = await Subscriber.PlanAsync(plane, "Thirty", 3000, null);
        var forty = await Subscriber.PlanAsync(plane, "Forty", 4000, null);
        var fifty = await Subscriber.PlanAsync(plane, "Fifty", 5000, null);
        var first = await ann.BuyAsync(thirty, credit: 20_000);
        long balance = await ann.BalanceAsync();

        foreach (var next in new[] { forty, fifty, forty, thirty })
        {
            var running = (await ann.RunningAsync())!;
            plane.Time.Advance(TimeSpan.FromSeconds(123_457));
            long seconds = (long)(running.PeriodEnd - running.PeriodStart).TotalSeconds;
            long credit = Proration.Part(running.Price, seconds - 123_457, seconds);
            var preview = (await plane.AskAsync((ChangeSubscription change) =>
                change.PreviewAsync(new(ann.Scope, first.Id, next.Id, Now: true), default))).Value;

            var changed = (await ChangeAsync(plane, ann.Scope, first.Id, next, now: true)).Value;

            balance += credit - next.Price;
            Assert.AreEqual((credit, next.Price, 0L), (preview.Credit, preview.Price, preview.Missing));
            Assert.AreEqual(balance, await ann.BalanceAsync());
            Assert.AreEqual((next.Name, plane.Time.Now), (changed.Plan, changed.PeriodStart), "the anchor moves");
        }
        Assert.AreEqual(balance, 20_000 - await plane.Database.ScalarAsync<long>("select sum(total)::bigint from invoices"),
            "what the invoices and credit notes say is what is gone");
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Upgrade_AfterTheTrafficIsUsed_CreditsNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var subscription = await ann.BuyAsync(await Subscriber.PlanAsync(plane, gb: 50), credit: 2900 + 9900);
        var team = await Subscriber.PlanAsync(plane, "Team", 9900, 500);
        await ann.UseAsync(50);
        plane.Time.Advance(TimeSpan.FromHours(1));

        Assert.IsTrue((await ChangeAsync(plane, ann.Scope, subscription.Id, team, now: true)).IsSuccess);

        Assert.AreEqual(0L, await ann.BalanceAsync());
        Assert.AreEqual("period 50/50 2026-11-22 2026-11-22, period 0/500 2026-11-22 2026-12-22", await ann.GrantsAsync());
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Upgrade_ThatTheWalletCannotPay_ChangesNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var subscription = await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 2900);
        var team = await Subscriber.PlanAsync(plane, "Team", 9900, 500);

        Assert.AreEqual("subscription.not_paid", (await ChangeAsync(plane, ann.Scope, subscription.Id, team, now: true)).Codes());
        Assert.AreEqual(7000L, (await plane.AskAsync((ChangeSubscription change) =>
            change.PreviewAsync(new(ann.Scope, subscription.Id, team.Id, Now: true), default))).Value.Missing);

        Assert.AreEqual(("Personal", "period 0/50 2026-11-22 2026-12-22", 0L),
            ((await ann.RunningAsync())!.Plan, await ann.GrantsAsync(), await ann.BalanceAsync()));
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Downgrade_AtTheEnd_HoldsFromTheNextPeriodAndCanBeTakenBack()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var team = await Subscriber.PlanAsync(plane, "Team", 9900, 500);
        var personal = await Subscriber.PlanAsync(plane);
        var subscription = await ann.BuyAsync(team, credit: 9900 + 2900);

        Assert.AreEqual("Personal", (await ChangeAsync(plane, ann.Scope, subscription.Id, personal, now: false)).Value.NextPlan);
        Assert.IsNull((await ChangeAsync(plane, ann.Scope, subscription.Id, team, now: false)).Value.NextPlan);
        await ChangeAsync(plane, ann.Scope, subscription.Id, personal, now: false);
        Assert.AreEqual((0L, subscription.PeriodEnd), ((await PreviewAsync(plane, ann.Scope, subscription.Id, personal)).Missing,
            (await PreviewAsync(plane, ann.Scope, subscription.Id, personal)).From));
        plane.Time.AdjustTime(subscription.PeriodEnd);
        await ann.RenewAsync();

        Assert.AreEqual(("Personal", 0L), ((await ann.RunningAsync())!.Plan, await ann.BalanceAsync()));
        StringAssert.EndsWith(await ann.GrantsAsync(), "period 0/50 2026-12-22 2027-01-22");
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Plan_ThatIsChanged_IsKeptAsBoughtUntilItsOwnerMovesIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var plan = await Subscriber.PlanAsync(plane);
        var subscription = await ann.BuyAsync(plan, credit: 2900 + 2900 + 3900);
        await plane.AskAsync((ChangePlan change) =>
            change.ExecuteAsync(new(plan.Id, 3900, 60 * Subscriber.Gb, PlanLimits.None), default));

        plane.Time.AdjustTime(subscription.PeriodEnd);
        await ann.RenewAsync();
        Assert.AreEqual(3900L, await ann.BalanceAsync());
        await ChangeAsync(plane, ann.Scope, subscription.Id, plan, now: false);
        plane.Time.AdjustTime((await ann.RunningAsync())!.PeriodEnd);
        await ann.RenewAsync();

        Assert.AreEqual((0L, 3900L), (await ann.BalanceAsync(), (await ann.RunningAsync())!.Price));
        StringAssert.EndsWith(await ann.GrantsAsync(), "period 0/60 2027-01-22 2027-02-22");
    }

    [TestMethod]
    public async Task Change_OfWhatIsNotTheirsNotSoldOrNotRunning_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var other = await Subscriber.StartAsync(plane, "other@example.com");
        var plan = await Subscriber.PlanAsync(plane, offer: new PlanOffer(TrialDays: 1, TrialBytes: 1));
        var request = await Subscriber.PlanAsync(plane, "Enterprise", 0, null, new PlanOffer(OnRequest: true));
        var trial = (await ann.OrderAsync(OrderKind.Trial, plan.Id)).Value;
        Assert.AreEqual(OrderState.Paid, trial.State);
        var subscription = (await ann.RunningAsync())!;

        Assert.AreEqual("subscription.not_found", (await ChangeAsync(plane, other.Scope, subscription.Id, plan, true)).Codes());
        Assert.AreEqual("subscription.not_active", (await ChangeAsync(plane, ann.Scope, subscription.Id, plan, true)).Codes());
        Assert.AreEqual("order.plan_not_sold@PlanId", (await ChangeAsync(plane, ann.Scope, subscription.Id, request, false))
            .Codes());
        Assert.IsTrue((await ChangeAsync(plane, Scope.Staff, subscription.Id, request, false)).IsSuccess);
        Assert.AreEqual("order.plan_not_sold@PlanId", (await other.OrderAsync(OrderKind.Subscription, request.Id)).Codes());
        Assert.AreEqual("subscription.not_found", (await plane.AskAsync((SubscriptionQueries q) =>
            q.FindAsync(other.Scope, subscription.Id, default))).Codes());
    }

    [TestMethod]
    public async Task Pause_StopsTheClockAndGoesOnWhereItStood()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var subscription = await ann.BuyAsync(await Subscriber.PlanAsync(plane, offer: new PlanOffer(Pausable: true)), 2900);
        Assert.AreEqual("subscription.not_paused", (await PauseAsync(plane, ann, subscription.Id, resume: true)).Codes());
        plane.Time.Advance(TimeSpan.FromDays(10));

        Assert.AreEqual(SubscriptionState.Paused, (await PauseAsync(plane, ann, subscription.Id)).Value.State);
        Assert.AreEqual("period 0/50 2026-11-22 2026-12-02", await ann.GrantsAsync());
        Assert.AreEqual("subscription.not_active", (await PauseAsync(plane, ann, subscription.Id)).Codes());
        plane.Time.Advance(TimeSpan.FromDays(40));
        Assert.AreEqual("0 renewed or ended, 0 resumed", (await ann.RenewAsync()).Done);
        var resumed = (await PauseAsync(plane, ann, subscription.Id, resume: true)).Value;

        Assert.AreEqual((SubscriptionState.Active, subscription.PeriodEnd.AddDays(40)), (resumed.State, resumed.PeriodEnd));
        Assert.AreEqual("period 0/50 2026-11-22 2027-01-31", await ann.GrantsAsync());
        await PauseAsync(plane, ann, subscription.Id);
        plane.Time.Advance(TimeSpan.FromDays(50));
        Assert.AreEqual("0 renewed or ended, 1 resumed", (await ann.RenewAsync()).Done, "90 days of a year, and no more");
        Assert.AreEqual("subscription.paused_enough", (await PauseAsync(plane, ann, subscription.Id)).Codes());
    }

    [TestMethod]
    public async Task Pause_OfAPlanWithoutPauses_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var subscription = await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 2900);

        Assert.AreEqual("subscription.not_pausable", (await PauseAsync(plane, ann, subscription.Id)).Codes());
        Assert.AreEqual("subscription.not_found", (await PauseAsync(plane, ann, 0)).Codes());
    }

    [TestMethod]
    public async Task EndedByStaff_CreditsWhatIsUnusedIfAsked()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var subscription = await ann.BuyAsync(await Subscriber.PlanAsync(plane, gb: null), credit: 2900);
        plane.Time.Advance((subscription.PeriodEnd - subscription.PeriodStart) / 2);

        Assert.AreEqual(1450L, (await plane.AskAsync((CancelSubscription cancel) =>
            cancel.EndNowAsync(subscription.Id, credit: true, default))).Value);

        Assert.AreEqual(1450L, await ann.BalanceAsync());
        foreach (var (id, code) in new[] { (subscription.Id, "subscription.ended"), (0L, "subscription.not_found") })
            Assert.AreEqual(code, (await plane.AskAsync((CancelSubscription cancel) =>
                cancel.EndNowAsync(id, credit: false, default))).Codes());
        Assert.HasCount(1, (await plane.AskAsync((SubscriptionQueries q) =>
            q.ListAsync(Scope.Staff, SubscriptionState.Ended, new PageRequest(search: "ann"), default))).Items);
        await Subscriber.ProveAsync(plane);
    }

    /// <summary>Credit and what stays are what was paid, for any amount, time and traffic.</summary>
    [TestMethod]
    public void Proration_OfAnything_NeverLosesNorMakesAMinorUnit()
    {
        var gen = from paid in Gen.Choose(0, int.MaxValue)
                  from seconds in Gen.Choose(1, 366 * 86_400)
                  from left in Gen.Choose(0, seconds)
                  select (paid, seconds, left);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(gen.ToArbitrary(), each =>
        {
            long credit = Proration.Unused(each.paid, each.left, each.seconds);
            decimal exact = (decimal)each.paid * each.left / each.seconds;
            return credit >= 0 && credit <= each.paid && Math.Abs(credit - exact) <= 0.5m
                && Proration.Unused(each.paid, each.seconds, each.seconds) == each.paid
                && Proration.Unused(each.paid, each.left, each.seconds, 0, 10) == 0
                && Proration.Unused(each.paid, each.left, each.seconds, 10, 10) == credit;
        }));
    }

    private static Task<Result<SubscriptionSummary>> ChangeAsync(
        ControlPlaneTest plane, Scope scope, long id, PlanSummary to, bool now) =>
        plane.AskAsync((ChangeSubscription change) => change.ExecuteAsync(new(scope, id, to.Id, now), default));

    private static async Task<PlanChangePreview> PreviewAsync(ControlPlaneTest plane, Scope scope, long id, PlanSummary to) =>
        (await plane.AskAsync((ChangeSubscription change) => change.PreviewAsync(new(scope, id, to.Id, Now: false), default)))
            .Value;

    private static Task<Result<SubscriptionSummary>> PauseAsync(
        ControlPlaneTest plane, Subscriber of, long id, bool resume = false) =>
        plane.AskAsync((PauseSubscription pause) => pause.ExecuteAsync(new(of.Scope, id, resume), default));
}

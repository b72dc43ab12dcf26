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
        Assert.AreEqual("order.plan_not_sold@PlanId", (await ChangeAsync(plane, ann.Scope, subscription.Id, request, false)).Codes());
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
    public async Task TopUp_OfASubscription_OutlivesItsPeriod()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane, offer: new PlanOffer(TopUpPrice: 75)), credit: 5800 + 750);

        Assert.AreEqual(750L, (await ann.OrderAsync(OrderKind.TopUp, amount: 10 * Subscriber.Gb)).Value.Total);
        plane.Time.AdjustTime((await ann.RunningAsync())!.PeriodEnd);
        await ann.RenewAsync();

        Assert.AreEqual("period 0/50 2026-11-22 2026-12-22, top_up 0/10 2026-11-22 -, period 0/50 2026-12-22 2027-01-22",
            await ann.GrantsAsync());
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Packages_OfPayAsYouGo_AreGoodForEver()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var hours = await Subscriber.PlanAsync(plane, "Hours", 120, null, new PlanOffer
        {
            Packages = [new(600, 1200), new(1500, 2700)],
        }, kind: PlanKind.Hourly);
        var gigabytes = await Subscriber.PlanAsync(plane, "GB", 300, null, new PlanOffer
        {
            Tiers = [new(10 * Subscriber.Gb, 250), new(100 * Subscriber.Gb, 200)],
        }, kind: PlanKind.PerGb);
        await ann.CreditAsync(100_000);

        Assert.AreEqual("order.amount_invalid@Amount", (await ann.OrderAsync(OrderKind.Package, hours.Id, 601)).Codes());
        Assert.AreEqual((1200L, OrderState.Paid), Of((await ann.OrderAsync(OrderKind.Package, hours.Id, 600)).Value));
        Assert.AreEqual((600L, OrderState.Paid), Of((await ann.OrderAsync(OrderKind.Package, gigabytes.Id, 2 * Subscriber.Gb)).Value));
        Assert.AreEqual(5000L, (await ann.OrderAsync(OrderKind.Package, gigabytes.Id, 20 * Subscriber.Gb)).Value.Total);
        Assert.AreEqual(20_000L, (await ann.OrderAsync(OrderKind.Package, gigabytes.Id, 100 * Subscriber.Gb)).Value.Total);
        foreach (var (kind, plan, code) in new (OrderKind, long?, string)[]
        {
            (OrderKind.TopUp, null, "order.no_subscription"), (OrderKind.Seats, null, "order.no_subscription"),
            (OrderKind.Package, 0, "order.plan_not_sold@PlanId"), (OrderKind.Trial, hours.Id, "order.plan_not_sold@PlanId"),
            (OrderKind.Subscription, hours.Id, "order.plan_not_sold@PlanId"),
        })
            Assert.AreEqual(code, (await ann.OrderAsync(kind, plan, 1)).Codes());
        Assert.AreEqual("minutes 600, bytes 122000000000", await plane.Database.ScalarAsync<string>(
            "select string_agg(measure || ' ' || total, ', ' order by measure desc) from (select measure, sum(amount) as total "
                + "from grants where valid_until is null group by 1) g"));
        await Subscriber.ProveAsync(plane);

        static (long, OrderState) Of(OrderSummary order) => (order.Total, order.State);
    }

    [TestMethod]
    public async Task Seats_NotSoldOrNotRunning_AreRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane, offer: new PlanOffer(TrialDays: 1, TrialBytes: 1)), 2900);

        Assert.AreEqual("order.amount_invalid@Amount", (await ann.OrderAsync(OrderKind.Seats, amount: 1)).Codes());
        var bob = await Subscriber.StartAsync(plane, "bob@example.com");
        var team = await Subscriber.PlanAsync(plane, "Team", 1, 1, new PlanOffer(SeatPrice: 1, TrialDays: 1, TrialBytes: 1));
        await bob.OrderAsync(OrderKind.Trial, team.Id);
        Assert.AreEqual("subscription.not_active", (await bob.OrderAsync(OrderKind.Seats, amount: 1)).Codes());
        Assert.AreEqual("customer.not_found", (await plane.AskAsync((PlaceOrder place) =>
            place.ExecuteAsync(new(bob.Scope, ann.Id, OrderKind.TopUp, Amount: 1), default))).Codes());
        Assert.AreEqual("order.currency_differs@PlanId", await DifferentCurrencyAsync(plane));
    }

    [TestMethod]
    public async Task CancelledOrder_KeepsTheMoneyInTheWallet()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (ann, bob) = (await Subscriber.StartAsync(plane), await Subscriber.StartAsync(plane, "bob@example.com"));
        await ann.CreditAsync(100);
        var order = (await ann.OrderAsync(OrderKind.Subscription, (await Subscriber.PlanAsync(plane)).Id)).Value;

        Assert.AreEqual("order.not_found", (await CancelOrderAsync(plane, bob, order.Id)).Codes());
        Assert.IsTrue((await CancelOrderAsync(plane, ann, order.Id)).Value);
        Assert.IsFalse((await CancelOrderAsync(plane, ann, order.Id)).Value);

        Assert.AreEqual((100L, 0L), (await ann.BalanceAsync(), await plane.Database.ScalarAsync<long>("select count(*) from invoices")));
        Assert.HasCount(1, (await plane.AskAsync((SubscriptionQueries q) => q.OrdersAsync(ann.Scope, null, new(), default))).Items);
        Assert.IsEmpty((await plane.AskAsync((SubscriptionQueries q) =>
            q.OrdersAsync(Scope.Staff, null, new PageRequest(search: "bob"), default))).Items);
    }

    [TestMethod]
    public async Task Coupon_OfAnOrder_TakesOffAndGivesOnTopAndComesBackWithIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (ann, bob) = (await Subscriber.StartAsync(plane), await Subscriber.StartAsync(plane, "bob@example.com"));
        var plan = await Subscriber.PlanAsync(plane);
        foreach (var request in new CreateCoupon.Request[]
        {
            new("HALF", CouponKind.Percent, 5000, MaxRedemptions: 1), new("MORE", CouponKind.Traffic, 5 * Subscriber.Gb),
        })
            Assert.IsTrue((await plane.AskAsync((CreateCoupon create) => create.ExecuteAsync(request, default))).IsSuccess);

        var order = (await ann.OrderAsync(OrderKind.Subscription, plan.Id, coupon: "half")).Value;
        Assert.AreEqual(1450L, order.Total);
        Assert.AreEqual("coupon.used_up@Coupon", (await bob.OrderAsync(OrderKind.Subscription, plan.Id, coupon: "HALF")).Codes());
        await plane.AskAsync((CancelOrder cancel) => cancel.ExecuteAsync(new(ann.Scope, order.Id), default));
        await bob.CreditAsync(1450);
        Assert.AreEqual(OrderState.Paid, (await bob.OrderAsync(OrderKind.Subscription, plan.Id, coupon: "HALF")).Value.State);
        await ann.CreditAsync(2900);
        Assert.AreEqual(OrderState.Paid, (await ann.OrderAsync(OrderKind.Subscription, plan.Id, coupon: "MORE")).Value.State);

        StringAssert.EndsWith(await ann.GrantsAsync(), "coupon 0/5 2026-11-22 -");
        Assert.AreEqual("order.nothing_to_discount@Coupon", (await (await Subscriber.StartAsync(plane, "eve@example.com"))
            .OrderAsync(OrderKind.Trial, (await Subscriber.PlanAsync(plane, "T", offer: new PlanOffer(TrialDays: 1, TrialBytes: 1)))
            .Id, coupon: "MORE")).Codes());
        await Subscriber.ProveAsync(plane);
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

    private static async Task<string> DifferentCurrencyAsync(ControlPlaneTest plane)
    {
        var eve = await Subscriber.StartAsync(plane, "eve@example.com");
        await plane.Database.ExecuteAsync($"update customers set currency = 'EUR' where id = {eve.Id}");
        return (await eve.OrderAsync(OrderKind.Subscription,
            (await plane.AskAsync((PlanQueries q) => q.FindByNameAsync("Personal", default))).Value.Id)).Codes();
    }

    private static Task<Result<SubscriptionSummary>> ChangeAsync(
        ControlPlaneTest plane, Scope scope, long id, PlanSummary to, bool now) =>
        plane.AskAsync((ChangeSubscription change) => change.ExecuteAsync(new(scope, id, to.Id, now), default));

    private static async Task<PlanChangePreview> PreviewAsync(ControlPlaneTest plane, Scope scope, long id, PlanSummary to) =>
        (await plane.AskAsync((ChangeSubscription change) => change.PreviewAsync(new(scope, id, to.Id, Now: false), default))).Value;

    private static Task<Result<SubscriptionSummary>> PauseAsync(
        ControlPlaneTest plane, Subscriber of, long id, bool resume = false) =>
        plane.AskAsync((PauseSubscription pause) => pause.ExecuteAsync(new(of.Scope, id, resume), default));

    private static Task<Result<bool>> CancelOrderAsync(ControlPlaneTest plane, Subscriber of, long id) =>
        plane.AskAsync((CancelOrder cancel) => cancel.ExecuteAsync(new(of.Scope, id), default));
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;

namespace AtlanticProxy.ControlPlane.Tests.Subscriptions;

/// <summary>What is bought once: packages, top-ups, seats; and with coupons.</summary>
[TestClass]
public sealed class PurchaseTests
{
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
        Assert.AreEqual((600L, OrderState.Paid), Of((await ann.OrderAsync(OrderKind.Package, gigabytes.Id, 2 * Subscriber.Gb))
            .Value));
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

        Assert.AreEqual((100L, 0L),
            (await ann.BalanceAsync(), await plane.Database.ScalarAsync<long>("select count(*) from invoices")));
        Assert.HasCount(1, (await plane.AskAsync((SubscriptionQueries q) => q.OrdersAsync(ann.Scope, null, new(), default)))
            .Items);
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
            .OrderAsync(OrderKind.Trial, (await Subscriber.PlanAsync(plane, "T",
                offer: new PlanOffer(TrialDays: 1, TrialBytes: 1)))
            .Id, coupon: "MORE")).Codes());
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Seats_BoughtOnTop_AreChargedBySecondsAndRenewed()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var team = await Subscriber.PlanAsync(plane, "Team", 9900, 500, new PlanOffer(SeatPrice: 1000), new PlanLimits(Seats: 1));
        var subscription = await ann.BuyAsync(team, 9900 + 1000 + 11_900);
        await plane.ProxyUserAsync(ann.Id, "one");
        Assert.AreEqual("proxy_user.no_seat", (await plane.AskAsync((CreateProxyUser create) =>
            create.ExecuteAsync(new(ann.Scope, ann.Id, "two"), default))).Codes());
        plane.Time.Advance((subscription.PeriodEnd - subscription.PeriodStart) / 2);

        Assert.AreEqual(1000L, (await ann.OrderAsync(OrderKind.Seats, amount: 2)).Value.Total, "half of the period");
        await plane.ProxyUserAsync(ann.Id, "two");
        await plane.ProxyUserAsync(ann.Id, "three");
        plane.Time.AdjustTime(subscription.PeriodEnd);
        await ann.RenewAsync();

        Assert.AreEqual((0L, 2, SubscriptionState.Active), (await ann.BalanceAsync(), (await ann.RunningAsync())!.ExtraSeats,
            (await ann.RunningAsync())!.State));
        await Subscriber.ProveAsync(plane);
    }

    private static async Task<string> DifferentCurrencyAsync(ControlPlaneTest plane)
    {
        var eve = await Subscriber.StartAsync(plane, "eve@example.com");
        await plane.Database.ExecuteAsync($"update customers set currency = 'EUR' where id = {eve.Id}");
        return (await eve.OrderAsync(OrderKind.Subscription,
            (await plane.AskAsync((PlanQueries q) => q.FindByNameAsync("Personal", default))).Value.Id)).Codes();
    }

    private static Task<Result<bool>> CancelOrderAsync(ControlPlaneTest plane, Subscriber of, long id) =>
        plane.AskAsync((CancelOrder cancel) => cancel.ExecuteAsync(new(of.Scope, id), default));
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Subscriptions;

namespace AtlanticProxy.ControlPlane.Tests.Subscriptions;

/// <summary>The life of a subscription: each transition of docs/subscriptions.md. It is 22 November 2026.</summary>
[TestClass]
public sealed class SubscriptionTests
{
    [TestMethod]
    public async Task Order_ThatTheWalletPays_StartsAPeriodWithItsGrantAndItsInvoice()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var plan = await Subscriber.PlanAsync(plane);

        var subscription = await ann.BuyAsync(plan, credit: 3000);

        Assert.AreEqual((SubscriptionState.Active, "Personal", 2900L), (subscription.State, subscription.Plan,
            subscription.Price));
        Assert.AreEqual(plane.Time.Now.AddMonths(1), subscription.PeriodEnd);
        Assert.AreEqual("period 0/50 2026-11-22 2026-12-22", await ann.GrantsAsync());
        Assert.AreEqual(100L, await ann.BalanceAsync());
        Assert.AreEqual("paid 2900", await plane.Database.ScalarAsync<string>("select state || ' ' || total from invoices"));
        Assert.AreEqual("subscription_started", await ann.EventsAsync());
        Assert.AreEqual("order.subscribed", (await ann.OrderAsync(OrderKind.Subscription, plan.Id)).Codes());
        Assert.AreEqual("customer.subscribed@PlanId", (await plane.AskAsync((AssignPlan assign) =>
            assign.ExecuteAsync(new(ann.Id, plan.Id), default))).Codes());
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Order_WithoutMoney_WaitsAndIsDoneWhenItComesOrExpires()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var plan = await Subscriber.PlanAsync(plane);
        await ann.CreditAsync(900);

        var order = (await ann.OrderAsync(OrderKind.Subscription, plan.Id)).Value;
        Assert.AreEqual((OrderState.Open, 2900L, 2000L), (order.State, order.Total, order.Missing));
        Assert.AreEqual("0 orders paid, 0 expired", (await Subscriber.RunAsync<SettleOrders>(plane)).Done);
        var again = (await ann.OrderAsync(OrderKind.Subscription, plan.Id)).Value;
        Assert.AreEqual(OrderState.Cancelled, (await plane.AskAsync((SubscriptionQueries q) =>
            q.FindOrderAsync(ann.Scope, order.Id, default)))!.State, "one at a time");

        plane.Time.Advance(TimeSpan.FromHours(24));
        Assert.AreEqual("0 orders paid, 1 expired", (await Subscriber.RunAsync<SettleOrders>(plane)).Done);
        await ann.OrderAsync(OrderKind.Subscription, plan.Id);
        await ann.CreditAsync(2000);
        Assert.AreEqual("1 orders paid, 0 expired", (await Subscriber.RunAsync<SettleOrders>(plane)).Done);

        Assert.AreEqual(SubscriptionState.Active, (await ann.RunningAsync())!.State);
        Assert.AreEqual("1", await plane.Database.ScalarAsync<string>("select string_agg(number::text, ' ') from invoices"),
            "no number was used for what nobody paid");
        Assert.AreEqual(OrderState.Expired, (await plane.AskAsync((SubscriptionQueries q) =>
            q.FindOrderAsync(Scope.Staff, again.Id, default)))!.State);
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Period_ThatIsDueAndPaid_IsFollowedByTheNextOnceHoweverManyRenew()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 5800);
        await ann.RenewAsync();
        Assert.AreEqual(2900L, await ann.BalanceAsync(), "it is not due yet");

        plane.Time.Advance(TimeSpan.FromDays(30));
        await using var other = plane.AnotherNode();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ann.RenewAsync()));

        Assert.AreEqual(0L, await ann.BalanceAsync());
        Assert.AreEqual("period 0/50 2026-11-22 2026-12-22, period 0/50 2026-12-22 2027-01-22", await ann.GrantsAsync());
        Assert.AreEqual("subscription_started subscription_renewed", await ann.EventsAsync());
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Order_AtTheMomentOfARenewal_WaitsForItAndNeitherForTheOther()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane, offer: new PlanOffer(TopUpPrice: 75)), credit: 2900 + 75);
        plane.Time.AdjustTime((await ann.RunningAsync())!.PeriodEnd);

        var done = await plane.Database.MeetAsync($"select 1 from customers where id = {ann.Id} for update",
            async () => (await ann.RenewAsync()).Failures.Count == 0,
            async () => (await ann.OrderAsync(OrderKind.TopUp, amount: Subscriber.Gb)).IsSuccess);

        CollectionAssert.AreEqual(new[] { true, true }, done);
        Assert.AreEqual((SubscriptionState.PastDue, 0L), ((await ann.RunningAsync())!.State, await ann.BalanceAsync()));
        await Subscriber.ProveAsync(plane);
    }

    // Business case 10.
    [TestMethod]
    public async Task ThirtyFirstOfJanuary_FourteenPeriodsLong_IsClampedAndComesBack()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        plane.Time.AdjustTime(new DateTimeOffset(2027, 1, 31, 10, 0, 0, TimeSpan.Zero));
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 15 * 2900);
        var ends = new List<string>();
        for (int period = 0; period < 14; period++)
        {
            plane.Time.AdjustTime((await ann.RunningAsync())!.PeriodEnd);
            await ann.RenewAsync();
            ends.Add(plane.Time.Now.ToString("MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.AreEqual("02-28 03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31 01-31 02-29 03-31",
            string.Join(' ', ends.Select(end => end[..5])));
        Assert.IsTrue(ends.All(end => end.EndsWith("10:00", StringComparison.Ordinal)));
        Assert.AreEqual(0L, await ann.BalanceAsync());
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Periods_InTheCustomersZone_BeginAtItsClockThroughSummerTime()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        plane.Time.AdjustTime(new DateTimeOffset(2027, 2, 28, 1, 30, 0, TimeSpan.Zero)); // 02:30 in Berlin
        var ann = await Subscriber.StartAsync(plane);
        await plane.Database.ExecuteAsync("update customers set time_zone = 'Europe/Berlin'");
        await ann.BuyAsync(await Subscriber.PlanAsync(plane, limits: new PlanLimits(PeriodUnit.Day, 28)), credit: 4 * 2900);

        Assert.AreEqual("2027-03-28T01:00:00Z", $"{(await ann.RunningAsync())!.PeriodEnd.UtcDateTime:s}Z",
            "02:30 does not exist on that day: the next minute that does is 03:00");
        plane.Time.AdjustTime((await ann.RunningAsync())!.PeriodEnd);
        await ann.RenewAsync();
        Assert.AreEqual("2027-04-25T00:30:00Z", $"{(await ann.RunningAsync())!.PeriodEnd.UtcDateTime:s}Z");
    }

    // Business case 11.
    [TestMethod]
    public async Task ThreeDaysOff_AllThatFellDueIsDoneInOrderOnce()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var daily = await Subscriber.PlanAsync(plane, "Daily", 100, 1, limits: new PlanLimits(PeriodUnit.Day));
        await ann.BuyAsync(daily, credit: 1000);

        plane.Time.Advance(TimeSpan.FromDays(3));
        Assert.AreEqual("3 renewed or ended, 0 resumed", (await ann.RenewAsync()).Done);

        Assert.AreEqual(600L, await ann.BalanceAsync());
        Assert.AreEqual("2026-11-22 2026-11-23 2026-11-24 2026-11-25", await plane.Database.ScalarAsync<string>(
            "select string_agg(to_char(period_start, 'YYYY-MM-DD'), ' ' order by invoice_id) from subscription_periods"));
        Assert.AreEqual("0 renewed or ended, 0 resumed", (await ann.RenewAsync()).Done);
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Period_ThatNobodyPays_GoesOnForItsGraceThenIsSuspendedThenEnds()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 2900);
        var due = (await ann.RunningAsync())!.PeriodEnd;
        plane.Time.AdjustTime(due);
        await ann.RenewAsync();
        Assert.AreEqual((SubscriptionState.PastDue, 2900L), ((await ann.RunningAsync())!.State,
            (await ann.RunningAsync())!.Owed));
        StringAssert.EndsWith(await ann.GrantsAsync(), "period 0/50 2026-12-22 2026-12-25");
        Assert.AreEqual(due.AddDays(3), (await CustomerAsync(plane, ann)).PlanEndsAt, "grace");

        foreach (int day in new[] { 0, 1, 3, 5, 7 })
        {
            plane.Time.AdjustTime(due.AddDays(day));
            await ann.CollectAsync();
            await ann.CollectAsync(); // and again, which does nothing
        }
        Assert.AreEqual(SubscriptionState.Suspended, (await ann.RunningAsync())!.State);
        Assert.IsTrue((await CustomerAsync(plane, ann)).PlanEnded);
        Assert.AreEqual("subscription_started subscription_past_due renewal_failed renewal_failed renewal_failed renewal_failed "
            + "renewal_failed subscription_suspended", await ann.EventsAsync());

        plane.Time.Advance(TimeSpan.FromDays(30));
        await ann.CollectAsync();
        Assert.IsNull(await ann.RunningAsync());
        Assert.AreEqual("ended unpaid",
            await plane.Database.ScalarAsync<string>("select state || ' ' || end_reason from subscriptions"));
        StringAssert.EndsWith(await ann.EventsAsync(), " credit_note_issued subscription_ended");
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task PastDue_PaidWithinIts_PeriodCountsFromItsDueDate()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 2900);
        var due = (await ann.RunningAsync())!.PeriodEnd;
        plane.Time.AdjustTime(due.AddDays(2));
        await ann.RenewAsync();
        await ann.CreditAsync(2900);

        Assert.AreEqual("0 asked for, 1 recovered, 0 suspended, 0 ended", (await ann.CollectAsync()).Done);

        var now = (await ann.RunningAsync())!;
        Assert.AreEqual((SubscriptionState.Active, due, due.AddMonths(1), 0L),
            (now.State, now.PeriodStart, now.PeriodEnd, now.Owed));
        StringAssert.EndsWith(await ann.GrantsAsync(), "period 0/50 2026-12-22 2027-01-22");
        Assert.IsNull((await CustomerAsync(plane, ann)).PlanEndsAt);
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Suspended_AndTheTaxRoseMeanwhile_OwesTheNewTax()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.AskAsync((SetSeller set) => set.ExecuteAsync(
            new(new SellerSettings("Us", "1 Quay", "FR", "FR83404833048")), default));
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane), 3480);
        for (int days = 0; (await ann.RunningAsync())!.State != SubscriptionState.Suspended; days++)
        {
            Assert.IsLessThan(60, days);
            plane.Time.Advance(TimeSpan.FromDays(1));
            await ann.RenewAsync();
            await ann.CollectAsync();
        }
        await plane.AskAsync((SetTaxRate set) => set.ExecuteAsync(new("FR", 25), default));

        await ann.CreditAsync(3480);
        Assert.AreEqual("0 asked for, 0 recovered, 0 suspended, 0 ended", (await ann.CollectAsync()).Done);
        Assert.AreEqual("credited 3480, open 3625", await plane.Database.ScalarAsync<string>("""
            select string_agg(state || ' ' || total, ', ' order by id) from invoices
            where kind = 'invoice' and state <> 'paid'
            """));
        await ann.CollectAsync();
        Assert.AreEqual(SubscriptionState.Suspended, (await ann.RunningAsync())!.State);
        Assert.AreEqual("subscription_ended", await plane.Database.ScalarAsync<string>($"select customer_standing({ann.Id})"));
        plane.Time.Advance(TimeSpan.FromHours(1));
        await ann.CreditAsync(145);
        Assert.AreEqual("0 asked for, 1 recovered, 0 suspended, 0 ended", (await ann.CollectAsync()).Done);

        Assert.AreEqual((SubscriptionState.Active, 0L), ((await ann.RunningAsync())!.State, await ann.BalanceAsync()));
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Suspended_PaidWithinAMonth_BeginsANewPeriodFromThen()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 2900);
        plane.Time.AdjustTime((await ann.RunningAsync())!.PeriodEnd);
        await ann.RenewAsync();
        for (int day = 0; day <= 7; day++)
        {
            await ann.CollectAsync();
            plane.Time.Advance(TimeSpan.FromDays(1));
        }
        Assert.AreEqual(SubscriptionState.Suspended, (await ann.RunningAsync())!.State);
        plane.Time.Advance(TimeSpan.FromDays(10));
        await ann.CreditAsync(2900);

        await ann.CollectAsync();

        var now = (await ann.RunningAsync())!;
        Assert.AreEqual((SubscriptionState.Active, plane.Time.Now, 0L), (now.State, now.PeriodStart, now.Owed));
        Assert.IsFalse((await CustomerAsync(plane, ann)).PlanEnded);
        Assert.AreEqual((0L, "credited paid paid"), (await ann.BalanceAsync(), await plane.Database.ScalarAsync<string>(
            "select string_agg(state, ' ' order by state) from invoices where kind = 'invoice'")));
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Trial_WithADeposit_GoesOnWithItAsCreditOrGivesItBack()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var plan = await Subscriber.PlanAsync(plane, "Starter", 699, 10,
            new PlanOffer(TrialDays: 3, TrialBytes: Subscriber.Gb, Deposit: 100), new PlanLimits(PeriodUnit.Week));
        var (ann, bob) = (await Subscriber.StartAsync(plane), await Subscriber.StartAsync(plane, "bob@example.com"));
        foreach (var each in new[] { ann, bob })
        {
            await each.CreditAsync(100);
            Assert.AreEqual(OrderState.Paid, (await each.OrderAsync(OrderKind.Trial, plan.Id)).Value.State);
            Assert.AreEqual((SubscriptionState.Trialing, 0L), ((await each.RunningAsync())!.State, await each.BalanceAsync()));
            Assert.AreEqual("trial 0/1 2026-11-22 2026-11-25", await each.GrantsAsync());
        }
        await Subscriber.ProveAsync(plane);
        await ann.CreditAsync(599);
        var bobs = (await bob.RunningAsync())!;
        await plane.AskAsync((CancelSubscription cancel) =>
            cancel.ExecuteAsync(new(bob.Scope, bobs.Id), default));

        plane.Time.Advance(TimeSpan.FromDays(3));
        await ann.RenewAsync();

        Assert.AreEqual((SubscriptionState.Active, 0L), ((await ann.RunningAsync())!.State, await ann.BalanceAsync()));
        StringAssert.EndsWith(await ann.GrantsAsync(), "period 0/10 2026-11-25 2026-12-02");
        Assert.IsNull(await bob.RunningAsync());
        Assert.AreEqual("0 deposits returned", (await Subscriber.RunAsync<ReturnDeposits>(plane)).Done);
        plane.Time.Advance(TimeSpan.FromDays(5));
        Assert.AreEqual("1 deposits returned", (await Subscriber.RunAsync<ReturnDeposits>(plane)).Done);
        Assert.AreEqual(100L, await bob.BalanceAsync());
        Assert.AreEqual("order.trial_used", (await bob.OrderAsync(OrderKind.Trial, plan.Id)).Codes());
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Cancel_EndsWithThePeriodAndCanBeWithdrawnUntilThen()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var other = await Subscriber.StartAsync(plane, "other@example.com");
        var subscription = await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 5800);

        Assert.AreEqual("subscription.not_found", (await CancelAsync(plane, other.Scope, subscription.Id)).Codes());
        Assert.IsTrue((await CancelAsync(plane, ann.Scope, subscription.Id)).Value);
        Assert.IsFalse((await CancelAsync(plane, ann.Scope, subscription.Id)).Value);
        Assert.IsTrue((await CancelAsync(plane, ann.Scope, subscription.Id, withdraw: true)).Value);
        Assert.IsFalse((await ann.RunningAsync())!.CancelAtEnd);
        await CancelAsync(plane, ann.Scope, subscription.Id);
        plane.Time.AdjustTime(subscription.PeriodEnd);
        await ann.RenewAsync();

        Assert.IsNull(await ann.RunningAsync());
        Assert.AreEqual((2900L, true), (await ann.BalanceAsync(), (await CustomerAsync(plane, ann)).PlanEnded));
        Assert.AreEqual("subscription.ended", (await CancelAsync(plane, ann.Scope, subscription.Id)).Codes());
        var back = await ann.BuyAsync((await plane.AskAsync((PlanQueries q) => q.FindByNameAsync("Personal", default))).Value, 0);
        Assert.AreEqual((SubscriptionState.Active, false), (back.State, (await CustomerAsync(plane, ann)).PlanEnded), "won back");
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Cancel_OfAnUnpaidOne_EndsItAtOnceAndOwesNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var subscription = await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 2900);
        plane.Time.AdjustTime(subscription.PeriodEnd);
        await ann.RenewAsync();

        Assert.IsTrue((await CancelAsync(plane, ann.Scope, subscription.Id)).Value);

        Assert.IsNull(await ann.RunningAsync());
        Assert.AreEqual("credited paid", await plane.Database.ScalarAsync<string>(
            "select string_agg(state, ' ' order by state) from invoices where kind = 'invoice'"));
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Reminder_BeforeARenewal_ComesOnceForEach()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 5800);
        Assert.AreEqual("0 customers reminded", (await Subscriber.RunAsync<RemindOfRenewals>(plane)).Done);

        plane.Time.Advance(TimeSpan.FromDays(28));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Subscriber.RunAsync<RemindOfRenewals>(plane)));

        Assert.AreEqual("subscription_started renewal_due", await ann.EventsAsync());
    }

    [TestMethod]
    public async Task Rest_OfAPeriod_IsCarriedOverUpToThePlansCap()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane, offer: new PlanOffer(CarryOverBytes: 20 * Subscriber.Gb)), 5800);
        await ann.UseAsync(40);
        plane.Time.AdjustTime((await ann.RunningAsync())!.PeriodEnd);
        await ann.RenewAsync();

        StringAssert.EndsWith(await ann.GrantsAsync(),
            "period 0/50 2026-12-22 2027-01-22, carry_over 0/10 2026-12-22 2027-01-22");
    }

    private static Task<ControlPlane.Results.Result<bool>> CancelAsync(
        ControlPlaneTest plane, Scope scope, long id, bool withdraw = false) =>
        plane.AskAsync((CancelSubscription cancel) => cancel.ExecuteAsync(new(scope, id, withdraw), default));

    private static async Task<CustomerSummary> CustomerAsync(ControlPlaneTest plane, Subscriber of) =>
        (await plane.AskAsync((CustomerQueries queries) => queries.FindAsync(Scope.Staff, of.Id, default))).Value;
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.ControlPlane.Tests.Invoices;
using AtlanticProxy.ControlPlane.Tests.Payments;
using AtlanticProxy.Simulator.Gateways;

namespace AtlanticProxy.ControlPlane.Tests.Subscriptions;

/// <summary>The whole way with each gateway, as its simulator has it: pay, renew, fail, recover, upgrade, cancel,
/// refund.</summary>
[TestClass]
public sealed class PaidSubscriptionTests
{
    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    public async Task Card_FromTheFirstOrderToTheRefund(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var plane = till.Plane;
        var ann = await AnnAsync(till);
        var personal = await Subscriber.PlanAsync(plane);
        var team = await Subscriber.PlanAsync(plane, "Team", 9900, 500);

        // Sign up, pay.
        var order = (await ann.OrderAsync(OrderKind.Subscription, personal.Id)).Value;
        Assert.AreEqual((OrderState.Open, 2900L), (order.State, order.Missing));
        var checkout = (await PayOrderAsync(till, order.Id)).Value;
        Assert.AreEqual(checkout.Reference, (await PayOrderAsync(till, order.Id)).Value.Reference, "clicked twice: one payment");
        await till.PayAsync(checkout);
        Assert.AreEqual(PaymentState.Settled, (await till.AskAsync(checkout.Reference)).State);
        Assert.AreEqual((SubscriptionState.Active, 0L), ((await ann.RunningAsync())!.State, await ann.BalanceAsync()));
        Assert.AreEqual("payment.nothing_due", (await PayOrderAsync(till, order.Id)).Codes());

        // Renew, while away, by the saved card.
        plane.Time.AdjustTime((await ann.RunningAsync())!.PeriodEnd);
        await ann.RenewAsync();
        Assert.AreEqual(SubscriptionState.PastDue, (await ann.RunningAsync())!.State);
        Assert.AreEqual("1 asked for, 1 recovered, 0 suspended, 0 ended", (await ann.CollectAsync()).Done);
        Assert.AreEqual((SubscriptionState.Active, 2), ((await ann.RunningAsync())!.State, till.Charges));

        // Fail.
        plane.Time.AdjustTime((await ann.RunningAsync())!.PeriodEnd);
        await ann.RenewAsync();
        Assert.IsNotNull(till.Simulator);
        till.Simulator.Outcome = ChargeOutcome.InsufficientFunds;
        Assert.AreEqual("1 asked for, 0 recovered, 0 suspended, 0 ended", (await ann.CollectAsync()).Done);
        StringAssert.Contains(await plane.Database.ScalarAsync<string>(
            "select payload->>'reason' from events where kind = 'renewal_failed' and payload ? 'retryOn' "
                + "order by id desc limit 1"),
            "not enough money");

        till.Simulator.Outcome = ChargeOutcome.Success;

        // Recover, by a checkout for the invoice.
        var owed = await plane.Database.ScalarAsync<long>("select id from invoices where state = 'open'");
        var recovery = (await plane.AskAsync((StartPayment start) => start.ExecuteAsync(
            new(ann.Scope, ann.Id, till.GatewayId, Till.Return, InvoiceId: owed), default))).Value;
        await till.PayAsync(recovery);
        await till.AskAsync(recovery.Reference);
        Assert.AreEqual(SubscriptionState.Active, (await ann.RunningAsync())!.State);

        // Upgrade, from a wallet that was topped up.
        var topUp = await till.TopUpAsync(9900, "for-team");
        await till.PayAsync(topUp);
        await till.AskAsync(topUp.Reference);
        plane.Time.Advance(TimeSpan.FromDays(10));
        var running = (await ann.RunningAsync())!;
        Assert.IsTrue((await plane.AskAsync((ChangeSubscription change) =>
            change.ExecuteAsync(new(ann.Scope, running.Id, team.Id, Now: true), default))).IsSuccess);

        // Cancel.
        await plane.AskAsync((CancelSubscription cancel) => cancel.ExecuteAsync(new(ann.Scope, running.Id), default));
        plane.Time.AdjustTime((await ann.RunningAsync())!.PeriodEnd);
        await ann.RenewAsync();
        Assert.IsNull(await ann.RunningAsync());
        Assert.AreEqual(Standing.SubscriptionEnded, (await plane.AskAsync((CustomerQueries q) =>
            q.FindAsync(Scope.Staff, ann.Id, default))).Value.Standing);

        // Refund of the first payment: its period is long over, but its money goes back.
        Assert.IsTrue((await till.RefundAsync(checkout.Reference, 2900)).IsSuccess);
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    public async Task RefundInFull_OfTheRunningPeriod_EndsIt(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var ann = await AnnAsync(till);
        var checkout = await BuyAsync(till, ann);

        Assert.IsTrue((await till.RefundAsync(checkout.Reference, 900)).IsSuccess);
        Assert.AreEqual(SubscriptionState.Active, (await ann.RunningAsync())!.State, "a part of it: the service stays");
        Assert.IsTrue((await till.RefundAsync(checkout.Reference, 2000)).IsSuccess);

        Assert.IsNull(await ann.RunningAsync());
        Assert.AreEqual(("ended refunded", 0L), (await till.Plane.Database.ScalarAsync<string>(
            "select state || ' ' || end_reason from subscriptions"), await ann.BalanceAsync()));
        Assert.AreEqual("period 0/50 2026-11-22 2026-11-22", await ann.GrantsAsync());
        Assert.AreEqual("refund.amount_invalid@Amount", (await till.RefundAsync(checkout.Reference, 1)).Codes());
        await Subscriber.ProveAsync(till.Plane);
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack, true)]
    [DataRow(GatewayKind.Paystack, false)]
    [DataRow(GatewayKind.Stripe, true)]
    [DataRow(GatewayKind.Stripe, false)]
    public async Task Dispute_FlagsWhileOpenAndEndsWhatIsLost(GatewayKind kind, bool won)
    {
        await using var till = await Till.StartAsync(kind);
        var ann = await AnnAsync(till);
        var checkout = await BuyAsync(till, ann);

        await till.DisputeAsync(checkout.Reference, null);
        await till.DeliverAsync();
        Assert.IsTrue((await ann.RunningAsync())!.Disputed);
        await till.DisputeAsync(checkout.Reference, won);
        await till.DeliverAsync();

        var running = await ann.RunningAsync();
        Assert.AreEqual(won, running is { Disputed: false, State: SubscriptionState.Active });
        Assert.AreEqual(won, running is not null);
        Assert.AreEqual(0L, await ann.BalanceAsync());
        await Subscriber.ProveAsync(till.Plane);
    }

    [TestMethod]
    public async Task Collection_OfACardThatCannotBeRead_StopsNoOther()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        var (ann, plane) = (await AnnAsync(till), till.Plane);
        await BuyAsync(till, ann);
        var bob = await Subscriber.StartAsync(plane, "bob@example.com");
        await bob.BuyAsync((await plane.AskAsync((PlanQueries plans) => plans.FindByNameAsync("Personal", default))).Value, 2900);
        // His card was sealed for another row.
        await plane.Database.ExecuteAsync($"""
            insert into payment_methods (customer_id, gateway_id, fingerprint, token_sealed, email, is_default, created_at)
            select {bob.Id}, gateway_id, fingerprint, token_sealed, email, true, created_at from payment_methods
            """);
        plane.Time.AdjustTime((await ann.RunningAsync())!.PeriodEnd);
        await ann.RenewAsync();

        var report = await ann.CollectAsync();

        Assert.AreEqual("2 asked for, 1 recovered, 0 suspended, 0 ended", report.Done);
        StringAssert.Contains(report.Failures.Single(), "does not open");
        Assert.AreEqual(SubscriptionState.Active, (await ann.RunningAsync())!.State);
        Assert.AreEqual(SubscriptionState.PastDue, (await bob.RunningAsync())!.State);
    }

    [TestMethod]
    public async Task Transfer_ConfirmedByStaff_DoesTheOrder()
    {
        await using var till = await Till.StartAsync(GatewayKind.Bank);
        var ann = await AnnAsync(till);
        var order = (await ann.OrderAsync(OrderKind.Subscription, (await Subscriber.PlanAsync(till.Plane)).Id)).Value;
        var transfer = (await PayOrderAsync(till, order.Id)).Value;
        Assert.AreNotEqual("", transfer.Instructions);

        await till.PayAsync(transfer);

        Assert.AreEqual(SubscriptionState.Active, (await ann.RunningAsync())!.State);
        await Subscriber.ProveAsync(till.Plane);
    }

    [TestMethod]
    public async Task Order_AtTheMomentThatMoneyComes_WaitsForItAndNeitherForTheOther()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        var ann = await AnnAsync(till);
        var cheap = await Subscriber.PlanAsync(till.Plane, "Cheap", 500, 1);
        await ann.CreditAsync(500);
        var order = (await ann.OrderAsync(OrderKind.Subscription, (await Subscriber.PlanAsync(till.Plane)).Id)).Value;
        var checkout = (await PayOrderAsync(till, order.Id)).Value;
        await till.PayAsync(checkout);

        var done = await till.Plane.Database.MeetAsync($"select 1 from customers where id = {ann.Id} for update",
            async () => (await ann.OrderAsync(OrderKind.Subscription, cheap.Id)).Codes() is "" or "order.subscribed",
            async () => (await till.AskAsync(checkout.Reference)).State == PaymentState.Settled);

        CollectionAssert.AreEqual(new[] { true, true }, done);
        Assert.AreEqual((SubscriptionState.Active, 2900L), ((await ann.RunningAsync())!.State,
            await ann.BalanceAsync() + (await ann.RunningAsync())!.Price), "one of them was bought, with the same money");
        await Subscriber.ProveAsync(till.Plane);
    }

    [TestMethod]
    public async Task Invoice_OfNoSubscription_IsPaidByWhatComesForIt()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        var invoice = await till.Plane.InvoiceAsync(till.Ann, "USD");

        var checkout = (await till.Plane.AskAsync((StartPayment start) => start.ExecuteAsync(
            new(Scope.Of(till.Ann), till.Ann, till.GatewayId, Till.Return, InvoiceId: invoice.Id), default))).Value;
        await till.PayAsync(checkout);
        await till.AskAsync(checkout.Reference);

        Assert.AreEqual("paid",
            await till.Plane.Database.ScalarAsync<string>($"select state from invoices where id = {invoice.Id}"));
        await Subscriber.ProveAsync(till.Plane);
    }

    [TestMethod]
    public async Task Order_PaidAfterItWasGivenUp_LeavesTheMoneyInTheWallet()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        var ann = await AnnAsync(till);
        var order = (await ann.OrderAsync(OrderKind.Subscription, (await Subscriber.PlanAsync(till.Plane)).Id)).Value;
        var checkout = (await PayOrderAsync(till, order.Id)).Value;
        await till.Plane.AskAsync((CancelOrder cancel) => cancel.ExecuteAsync(new(ann.Scope, order.Id), default));

        await till.PayAsync(checkout);
        await till.AskAsync(checkout.Reference);

        Assert.AreEqual(2900L, await ann.BalanceAsync());
        Assert.IsNull(await ann.RunningAsync());
        Assert.IsTrue((await till.RefundAsync(checkout.Reference, 2900)).IsSuccess, "it bought nothing");
        await Subscriber.ProveAsync(till.Plane);
    }

    private static async Task<Subscriber> AnnAsync(Till till) => new(till.Plane, (await till.Plane.AskAsync((CustomerQueries q) =>
        q.FindAsync(Scope.Staff, till.Ann, default))).Value);

    private static async Task<PaymentView> BuyAsync(Till till, Subscriber ann)
    {
        var order = (await ann.OrderAsync(OrderKind.Subscription, (await Subscriber.PlanAsync(till.Plane)).Id)).Value;
        var checkout = (await PayOrderAsync(till, order.Id)).Value;
        await till.PayAsync(checkout);
        await till.DeliverAsync();
        Assert.AreEqual(SubscriptionState.Active, (await ann.RunningAsync())!.State);
        return checkout;
    }

    private static Task<Result<PaymentView>> PayOrderAsync(Till till, long order) =>
        till.Plane.AskAsync((StartPayment start) => start.ExecuteAsync(
            new(Scope.Of(till.Ann), till.Ann, till.GatewayId, Till.Return, order, KeepMethod: true), default));
}

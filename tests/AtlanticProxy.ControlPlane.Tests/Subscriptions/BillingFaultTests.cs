using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.ControlPlane.Tests.Invoices;
using AtlanticProxy.ControlPlane.Tests.Payments;
using AtlanticProxy.Simulator.Gateways;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Subscriptions;

/// <summary>What billing does where something was changed meanwhile, is refused, or is wrong in the books.</summary>
[TestClass]
public sealed class BillingFaultTests
{
    [TestMethod]
    [DataRow(OrderKind.Subscription, "Order 1: Order 1: The wallet has not got that much to spend.")]
    [DataRow(OrderKind.Trial, "Order 1: Order 1: the wallet had the deposit, and then had not.")]
    public async Task Order_WhoseTotalIsWrong_IsNamedAndNotDone(OrderKind kind, string said)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var plan = await Subscriber.PlanAsync(plane, offer: new PlanOffer(TrialDays: 2, TrialBytes: 1, Deposit: 100));
        Assert.IsTrue((await ann.OrderAsync(kind, plan.Id)).IsSuccess);
        await plane.Database.ExecuteAsync("update orders set total = 0");

        var report = await Subscriber.RunAsync<SettleOrders>(plane);

        Assert.AreEqual(said, report.Failures.Single());
        Assert.AreEqual("open", await plane.Database.ScalarAsync<string>("select state from orders"));
        Assert.IsNull(await ann.RunningAsync());
    }

    [TestMethod]
    public async Task TopUp_WhoseSubscriptionHasEnded_IsCancelledAndTheMoneyStays()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var running = await ann.BuyAsync(await Subscriber.PlanAsync(plane, offer: new PlanOffer(TopUpPrice: 75)), 2900);
        Assert.AreEqual(OrderState.Open, (await ann.OrderAsync(OrderKind.TopUp, amount: Subscriber.Gb)).Value.State);
        await plane.AskAsync((CancelSubscription cancel) => cancel.EndNowAsync(running.Id, credit: false, default));
        await ann.CreditAsync(75);

        await Subscriber.RunAsync<SettleOrders>(plane);

        Assert.AreEqual(("cancelled", 75L), (await plane.Database.ScalarAsync<string>("select state from orders where id = 2"),
            await ann.BalanceAsync()));
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Deposit_ThatIsNotInItsAccount_IsNamed()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane), 2900);
        await plane.Database.ExecuteAsync($"""
            insert into deposits (customer_id, order_id, amount, currency, taken_at, return_at)
            values ({ann.Id}, 1, 100, 'USD', '2026-11-01', '2026-11-02')
            """);

        var report = await Subscriber.RunAsync<ReturnDeposits>(plane);

        Assert.AreEqual("Deposit 1: Deposit 1 is not in its account.", report.Failures.Single());
    }

    [TestMethod]
    public async Task Seats_BeyondAnyInvoice_AreRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane, offer: new PlanOffer(SeatPrice: 500_000_000_000)), 2900);

        Assert.AreEqual("invoice.amount_invalid@Items", (await ann.OrderAsync(OrderKind.Seats, amount: 1000)).Codes());
    }

    [TestMethod]
    public async Task Preview_OfAChangeThatCannotBe_SaysWhy()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var plan = await Subscriber.PlanAsync(plane);
        var running = await ann.BuyAsync(plan, 2900);
        Task<Result<PlanChangePreview>> PreviewAsync(long planId) => plane.AskAsync((ChangeSubscription change) =>
            change.PreviewAsync(new(Scope.Staff, running.Id, planId, Now: true), default));

        Assert.AreEqual("order.plan_not_sold@PlanId", (await PreviewAsync(0)).Codes());
        await plane.AskAsync((RemoveCustomer remove) => remove.ExecuteAsync(new(ann.Id), default));
        Assert.AreEqual("customer.not_found", (await PreviewAsync(plan.Id)).Codes());
    }

    [TestMethod]
    public async Task Trial_EndedByStaffWithCredit_CreditsNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var plan = await Subscriber.PlanAsync(plane, offer: new PlanOffer(TrialDays: 2, TrialBytes: Subscriber.Gb));
        await ann.OrderAsync(OrderKind.Trial, plan.Id);

        var credited = await plane.AskAsync((CancelSubscription cancel) => cancel.EndNowAsync(1, credit: true, default));

        Assert.AreEqual(0L, credited.Value);
        Assert.IsNull(await ann.RunningAsync());
    }

    [TestMethod]
    public async Task Renewal_ThatCostsNothing_IsPaidWithThat()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var running = await ann.BuyAsync(await Subscriber.PlanAsync(plane, price: 0), 1);

        plane.Time.AdjustTime(running.PeriodEnd);
        await ann.RenewAsync();

        Assert.AreEqual(SubscriptionState.Active, (await ann.RunningAsync())!.State);
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Suspended_WhoseNewPeriodCostsMoreThanTheWalletHas_IsNamed()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await plane.BillToAsync(ann.Id, "DE");
        var running = await ann.BuyAsync(await Subscriber.PlanAsync(plane), 2900);
        plane.Time.AdjustTime(running.PeriodEnd);
        await ann.RenewAsync();
        for (int day = 0; day <= 8; day++)
        {
            await ann.CollectAsync();
            plane.Time.Advance(TimeSpan.FromDays(1));
        }
        Assert.AreEqual(SubscriptionState.Suspended, (await ann.RunningAsync())!.State);
        await plane.SellAsAsync(Billing.Seller); // from now on with tax
        await ann.CreditAsync(2900);

        var report = await ann.CollectAsync();

        Assert.AreEqual("Subscription 1: Subscription 1: the wallet had enough, and then had not.", report.Failures.Single());
        Assert.AreEqual((SubscriptionState.Suspended, 2900L), ((await ann.RunningAsync())!.State, await ann.BalanceAsync()));
        await Subscriber.ProveAsync(plane);
    }

    [TestMethod]
    public async Task Order_WhosePaymentIsGivenUp_StaysOpenAndItsPaymentIsFound()
    {
        await using var till = await Till.StartAsync(GatewayKind.Stripe);
        var ann = await AnnAsync(till);
        var order = (await ann.OrderAsync(OrderKind.Subscription, (await Subscriber.PlanAsync(till.Plane)).Id)).Value;
        var payment = (await PayAsync(till, order.Id, null)).Value;
        await till.PayAsync(payment, ChargeOutcome.Declined);
        await till.AskAsync(payment.Reference);
        Assert.IsTrue((await till.Plane.AskAsync((CancelPayment cancel) =>
            cancel.ExecuteAsync(new(ann.Scope, payment.Reference), default))).IsSuccess);

        Assert.AreEqual("open", await till.Plane.Database.ScalarAsync<string>("select state from orders"));
        Assert.AreEqual(payment.Reference, (await FoundAsync(till, PaidFor.Order(order.Id))).Single());
        var topUp = await till.TopUpAsync(key: "mine");
        Assert.AreEqual(topUp.Reference, (await FoundAsync(till, PaidFor.TopUp(till.Ann, "mine"))).Single());
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow(true)]
    [DataRow(false)]
    public async Task RenewalPaidByCard_RefundedOrDisputed_IsTakenBack(bool? won)
    {
        await using var till = await Till.StartAsync(GatewayKind.Stripe);
        var ann = await AnnAsync(till);
        var running = await ann.BuyAsync(await Subscriber.PlanAsync(till.Plane), 2900);
        till.Plane.Time.AdjustTime(running.PeriodEnd);
        await ann.RenewAsync();
        long invoice = await till.Plane.Database.ScalarAsync<long>("select id from invoices where state = 'open'");
        var payment = (await PayAsync(till, null, invoice)).Value;
        await till.PayAsync(payment);
        await till.AskAsync(payment.Reference);
        Assert.AreEqual(SubscriptionState.Active, (await ann.RunningAsync())!.State);
        Assert.AreEqual(payment.Reference, (await FoundAsync(till, PaidFor.Invoice(invoice))).Single());
        Assert.AreEqual("payment.nothing_due", (await PayAsync(till, null, invoice)).Codes());

        if (won is null)
            Assert.IsTrue((await till.RefundAsync(payment.Reference, 2900)).IsSuccess);
        else
        {
            await till.DisputeAsync(payment.Reference, null);
            await till.DeliverAsync();
            Assert.IsTrue((await ann.RunningAsync())!.Disputed);
            await till.DisputeAsync(payment.Reference, won);
            await till.DeliverAsync();
        }

        Assert.AreEqual(won is true, await ann.RunningAsync() is { Disputed: false });
        await Subscriber.ProveAsync(till.Plane);
    }

    [TestMethod]
    public async Task Renewal_WhoseGatewayHasNotDecided_IsAskedAgainInTenMinutes()
    {
        await using var till = await Till.StartAsync(GatewayKind.Stripe);
        var ann = await AnnAsync(till);
        await till.PaidAsync(2900);
        Assert.IsTrue((await ann.OrderAsync(OrderKind.Subscription, (await Subscriber.PlanAsync(till.Plane)).Id)).IsSuccess);
        till.Plane.Time.AdjustTime((await ann.RunningAsync())!.PeriodEnd);
        await ann.RenewAsync();
        till.Simulator!.Outcome = ChargeOutcome.Pending;

        await ann.CollectAsync();

        Assert.AreEqual(till.Plane.Time.Now + TimeSpan.FromMinutes(10), (await ann.RunningAsync())!.NextTryAt);
    }

    [TestMethod]
    public async Task Dispute_WhereTheSettingsSaySo_SuspendsAndOfAnOldPeriodDoesNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var running = await ann.BuyAsync(await Subscriber.PlanAsync(plane), 5800);
        long draft = await plane.DraftAsync(ann.Id);
        await using var scope = plane.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AtlanticDb>();
        var takeBack = new TakeBack(db, new BillingOptions { SuspendOnDispute = true }, plane.Time);
        await using (var transaction = await db.BeginTransactionAsync())
        {
            await takeBack.FlagAsync(1, disputed: true, default);
            Assert.AreEqual("invoice.draft", (await takeBack.CreditAsync(draft, 100, EndReason.Refunded, default)).Codes());
            await transaction.CommitAsync();
        }
        Assert.IsTrue(await plane.Database.ScalarAsync<bool>("select plan_ended from customers"));
        await using (var transaction = await db.BeginTransactionAsync())
        {
            await takeBack.FlagAsync(1, disputed: false, default);
            await transaction.CommitAsync();
        }
        Assert.IsFalse(await plane.Database.ScalarAsync<bool>("select plan_ended from customers"));

        plane.Time.AdjustTime(running.PeriodEnd);
        await ann.RenewAsync();
        await using (var transaction = await db.BeginTransactionAsync())
        {
            await takeBack.FlagAsync(1, disputed: true, default);
            await transaction.CommitAsync();
        }
        Assert.IsFalse((await ann.RunningAsync())!.Disputed);
    }

    private static async Task<Subscriber> AnnAsync(Till till) => new(till.Plane, (await till.Plane.AskAsync((CustomerQueries q) =>
        q.FindAsync(Scope.Staff, till.Ann, default))).Value);

    private static Task<Result<PaymentView>> PayAsync(Till till, long? order, long? invoice) =>
        till.Plane.AskAsync((StartPayment start) => start.ExecuteAsync(
            new(Scope.Of(till.Ann), till.Ann, till.GatewayId, Till.Return, order, invoice), default));

    private static async Task<IEnumerable<string>> FoundAsync(Till till, PaymentFilter filter) =>
        (await till.Plane.AskAsync((PaymentQueries queries) => queries.ListAsync(Scope.Staff, filter, new(), default))).Items
            .Select(payment => payment.Reference);
}

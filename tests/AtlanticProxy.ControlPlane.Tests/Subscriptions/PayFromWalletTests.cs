using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;

namespace AtlanticProxy.ControlPlane.Tests.Subscriptions;

[TestClass]
public sealed class PayFromWalletTests
{
    [TestMethod]
    public async Task PayFromWallet_RenewalThatIsUnpaid_LetsTheSubscriptionGoOn()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var bob = await Subscriber.StartAsync(plane, "bob@example.com");
        await ann.BuyAsync(await Subscriber.PlanAsync(plane), 2900);
        plane.Time.Advance(TimeSpan.FromDays(32));
        await ann.RenewAsync();
        Assert.AreEqual(SubscriptionState.PastDue, (await ann.RunningAsync())!.State);
        long invoice = await plane.Database.ScalarAsync<long>("select id from invoices where state = 'open'");

        var early = await PayAsync(ann.Scope);
        await ann.CreditAsync(2900);
        var foreign = await PayAsync(bob.Scope);
        var paid = await PayAsync(ann.Scope);
        var again = await PayAsync(ann.Scope);

        Assert.AreEqual("invoice.wallet_too_low", early.Errors.Single().Code);
        Assert.AreEqual(ErrorKind.NotFound, foreign.Errors.Single().Kind);
        Assert.IsTrue(paid.IsSuccess && again.IsSuccess);
        Assert.AreEqual(SubscriptionState.Active, (await ann.RunningAsync())!.State);
        Assert.AreEqual(0L, await ann.BalanceAsync());
        await Subscriber.ProveAsync(plane);

        Task<Result> PayAsync(Scope scope) =>
            plane.AskAsync((PayFromWallet pay) => pay.ExecuteAsync(new(scope, invoice), default));
    }

    [TestMethod]
    public async Task Preview_OfAnOrder_SaysWhatItCostsAndChangesNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var plan = await Subscriber.PlanAsync(plane, offer: new(Deposit: 500));
        await ann.CreditAsync(1000);
        var request = new PlaceOrder.Request(ann.Scope, ann.Id, OrderKind.Subscription, plan.Id);

        var preview = (await PreviewAsync(request)).Value;
        var refused = await PreviewAsync(request with { PlanId = 999 });

        Assert.AreEqual((3400L, 500L, 1000L, 2400L, 0L),
            (preview.Total, preview.Deposit, preview.FromWallet, preview.Missing, preview.LastOrderId));
        Assert.AreEqual(new OrderPreviewLine("Personal", 2900), preview.Lines.Single());
        Assert.AreEqual("order.plan_not_sold", refused.Errors.Single().Code);
        Assert.AreEqual(0L, await plane.Database.ScalarAsync<long>(
            "select (select count(*) from orders) + (select count(*) from invoices)"));

        var order = await plane.AskAsync((PlaceOrder place) => place.ExecuteAsync(request with { After = 0 }, default));
        var again = await plane.AskAsync((PlaceOrder place) => place.ExecuteAsync(request with { After = 0 }, default));
        Assert.AreEqual((order.Value.Id, 2400L), (again.Value.Id, again.Value.Missing));

        Task<Result<OrderPreview>> PreviewAsync(PlaceOrder.Request wanted) =>
            plane.AskAsync((PlaceOrder place) => place.PreviewAsync(wanted, default));
    }
}

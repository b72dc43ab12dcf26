using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.ControlPlane.Tests.Payments;
using AtlanticProxy.Simulator.Gateways;

namespace AtlanticProxy.ControlPlane.Tests.Subscriptions;

/// <summary>What charging a saved method comes to, in words that say what to do.</summary>
[TestClass]
public sealed class SavedMethodCollectorTests
{
    [TestMethod]
    [DataRow(ChargeOutcome.Declined, false, "The bank has declined the payment.")]
    [DataRow(ChargeOutcome.InsufficientFunds, false, "The account has not enough money.")]
    [DataRow(ChargeOutcome.ExpiredCard, false, "The card has expired: save another one.")]
    [DataRow(ChargeOutcome.LostCard, false, "The bank does not take this card any more: save another one.")]
    [DataRow(ChargeOutcome.AuthenticationRequired, false, "The bank wants you to confirm: pay the invoice on its page.")]
    [DataRow(ChargeOutcome.Pending, true, "")]
    public async Task Charge_ThatDoesNotSettle_SaysWhyOrWaits(ChargeOutcome outcome, bool waits, string reason)
    {
        await using var till = await Till.StartAsync(GatewayKind.Stripe);
        await till.PaidAsync();
        till.Simulator!.Outcome = outcome;

        Assert.AreEqual(new Collection(false, waits, reason), await CollectAsync(till));
    }

    [TestMethod]
    public async Task Charge_OfWhoHasSavedNothing_SaysSo()
    {
        await using var till = await Till.StartAsync(GatewayKind.Stripe);

        var answer = await CollectAsync(till);

        Assert.IsFalse(answer.Settled || answer.Waiting);
        Assert.AreEqual("No payment method is saved: pay once and agree to keep the card.", answer.Reason);
    }

    private static Task<Collection> CollectAsync(Till till) => till.Plane.AskAsync((SavedMethodCollector collector) =>
        collector.CollectAsync(till.Ann, new Money(2900, till.Currency), "77/1", "Invoice 2026-000077", default));
}

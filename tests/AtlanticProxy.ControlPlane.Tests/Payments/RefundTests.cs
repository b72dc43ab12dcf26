using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.Simulator.Gateways;

namespace AtlanticProxy.ControlPlane.Tests.Payments;

[TestClass]
public sealed class RefundTests
{
    [TestMethod]
    public async Task Refund_GiftedMoney_IsNotRefundable()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        var payment = await till.PaidAsync(1000);
        await till.GiveAsync(500);
        await till.Plane.AskAsync((ChargeWallet charge) => charge.ExecuteAsync(new(till.Ann, 600, "USD", "sale"), default));
        Assert.AreEqual(900, await till.WalletAsync(), "the gift was spent first, and 100 of what was paid");

        Assert.AreEqual("refund.spent@Amount", (await till.RefundAsync(payment.Reference, 901)).Codes());
        Assert.AreEqual(RefundState.Settled, (await till.RefundAsync(payment.Reference, 900)).Value);

        await till.GiveAsync(500);
        Assert.AreEqual("refund.spent@Amount", (await till.RefundAsync(payment.Reference, 100)).Codes(), "only a gift is left");
        Assert.AreEqual(500, await till.WalletAsync());
        Assert.AreEqual(500,
            await till.CountAsync("generate_series(1, (select bonus from ledger_accounts where kind = 'wallet'))"));
    }

    [TestMethod]
    public async Task Refund_TwoAtOnce_NeverMoreThanWasPaid()
    {
        await using var till = (PaystackTill)await Till.StartAsync(GatewayKind.Paystack);
        var payment = await till.PaidAsync(1000);
        await till.PaidAsync(1000, "another");

        var both = await Task.WhenAll(till.RefundAsync(payment.Reference, 600), till.RefundAsync(payment.Reference, 600));

        Assert.AreEqual(1, both.Count(refund => refund.IsSuccess));
        Assert.AreEqual(1, till.Paystack.Refunds);
        Assert.AreEqual(1400, await till.WalletAsync());
    }

    [TestMethod]
    public async Task Refund_Invalid_IsRefused()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        var unpaid = await till.TopUpAsync(key: "unpaid");
        var payment = await till.PaidAsync();
        Assert.AreEqual("payment.not_found", (await till.RefundAsync("ap-nothing", 1)).Codes());
        Assert.AreEqual("refund.amount_invalid@Amount", (await till.RefundAsync(unpaid.Reference, 1)).Codes());
        Assert.AreEqual("refund.amount_invalid@Amount", (await till.RefundAsync(payment.Reference, 0)).Codes());
        Assert.AreEqual("refund.reason_invalid@Reason", (await till.RefundAsync(payment.Reference, 1, reason: "a\nb")).Codes());
        Assert.AreEqual("refund.in_wallet", (await till.RefundAsync(payment.Reference, 1, RefundTarget.Wallet)).Codes());
        Assert.AreEqual(0, await till.CountAsync("refunds"));
    }

    [TestMethod]
    public async Task Refund_OfAThing_TakesItBackFirst()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        await till.PaidAsync(1000);
        var kept = (await till.ChargeAsync("kept", kind: BoughtThing.KindName)).Value;
        var thing = (await till.ChargeAsync("thing-1", kind: BoughtThing.KindName)).Value;
        var other = (await till.ChargeAsync("thing-2", kind: BoughtThing.KindName)).Value;

        Assert.AreEqual("thing.kept", (await till.RefundAsync(kept.Reference, 500)).Codes());
        Assert.AreEqual(RefundState.Settled, (await till.RefundAsync(thing.Reference, 400)).Value);
        Assert.AreEqual(1000, await till.WalletAsync());
        Assert.AreEqual(RefundState.Settled,
            (await till.RefundAsync(other.Reference, 300, RefundTarget.Wallet, "sorry")).Value);
        Assert.AreEqual(1300, await till.WalletAsync(), "what went to the wallet stays there");
        Assert.AreEqual(3000 - 400 - 300, await till.AccountAsync(AccountKind.Revenue));
        var refund = (await till.DetailsAsync(other.Reference)).Refunds.Single();
        Assert.AreEqual((RefundTarget.Wallet, RefundState.Settled, "sorry"), (refund.Target, refund.State, refund.Reason));
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    public async Task Refund_SucceededAndFailedLater_IsInTheWalletAgain(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.PaidAsync(1000);
        await till.RefundAsync(payment.Reference, 400);
        await till.EndRefundsAsync(payment.Reference, "failed");

        await till.DeliverAsync(times: 2);

        var details = await till.DetailsAsync(payment.Reference);
        Assert.AreEqual((0L, RefundState.Failed), (details.Payment.Refunded, details.Refunds.Single().State));
        Assert.AreEqual(1000, await till.WalletAsync());
        Assert.AreEqual("payment_settled payment_refunded refund_failed", await till.EventsAsync());
        Assert.AreEqual(RefundState.Settled, (await till.RefundAsync(payment.Reference, 1000)).Value, "and may be tried again");
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack, "pending", RefundState.Sent, "processed")]
    [DataRow(GatewayKind.Paystack, "needs-attention", RefundState.NeedsAction, "processed")]
    [DataRow(GatewayKind.Paystack, "failed", RefundState.Failed, null)]
    [DataRow(GatewayKind.Stripe, "pending", RefundState.Sent, "succeeded")]
    [DataRow(GatewayKind.Stripe, "requires_action", RefundState.NeedsAction, "succeeded")]
    [DataRow(GatewayKind.Stripe, "failed", RefundState.Failed, null)]
    public async Task Refund_ThatTakesTime_IsFollowed(GatewayKind kind, string first, RefundState state, string? then)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.PaidAsync(1000);
        till.RefundsAre(first);
        Assert.AreEqual(state, (await till.RefundAsync(payment.Reference, 400)).Value);
        Assert.AreEqual(state == RefundState.Failed ? 1000 : 600, await till.WalletAsync());
        if (then is null)
            return;
        till.Simulator!.Fault = GatewayFault.TooMany;
        Assert.HasCount(1, (await till.RunAsync<AskGateways>()).Failures);
        till.Simulator.Fault = GatewayFault.None;
        till.Simulator.Deliveries = DeliveryFault.Never;
        await till.EndRefundsAsync(payment.Reference, then);

        await till.RunAsync<AskGateways>();

        Assert.AreEqual(RefundState.Settled, (await till.DetailsAsync(payment.Reference)).Refunds.Single().State);
        Assert.AreEqual(600, await till.WalletAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task Refund_AnswerLost_IsFoundAndNotMadeTwice(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.PaidAsync(1000);
        (till.Simulator!.Fault, till.Simulator.FaultMethod) = (GatewayFault.CutAfterWork, "POST");
        Assert.AreEqual(RefundState.Sent, (await till.RefundAsync(payment.Reference, 400)).Value);
        till.Simulator.Fault = GatewayFault.None;
        till.Plane.Time.Advance(TimeSpan.FromMinutes(10));

        await till.RunAsync<AskGateways>();

        Assert.AreEqual(kind == GatewayKind.Btcpay ? RefundState.NeedsAction : RefundState.Settled,
            (await till.DetailsAsync(payment.Reference)).Refunds.Single().State);
        Assert.AreEqual(1, till.RefundCount);
        Assert.AreEqual(600, await till.WalletAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task Refund_NeverCame_IsSentAgain(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.PaidAsync(1000);
        (till.Simulator!.Fault, till.Simulator.FaultMethod) = (GatewayFault.ErrorBeforeWork, "POST");
        Assert.AreEqual(RefundState.Sent, (await till.RefundAsync(payment.Reference, 400)).Value);
        till.Simulator.Fault = GatewayFault.None;
        await till.RunAsync<AskGateways>();
        Assert.AreEqual(0, till.RefundCount, "the first may be under way");
        till.Plane.Time.Advance(TimeSpan.FromMinutes(4));

        await till.RunAsync<AskGateways>();

        Assert.AreEqual(1, till.RefundCount);
        Assert.AreEqual(600, await till.WalletAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Btcpay)]
    [DataRow(GatewayKind.Stripe)]
    public async Task Refund_Refused_IsInTheWalletAgainAtOnce(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.PaidAsync(1000);
        till.RefuseRefunds();
        Assert.AreEqual(RefundState.Failed, (await till.RefundAsync(payment.Reference, 400)).Value);
        Assert.AreEqual(1000, await till.WalletAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Refund_OfCrypto_IsCollectedByTheCustomerOrNot(bool collected)
    {
        await using var till = (BtcpayTill)await Till.StartAsync(GatewayKind.Btcpay);
        var payment = await till.PaidAsync(1000);
        Assert.AreEqual(RefundState.NeedsAction, (await till.RefundAsync(payment.Reference, 400)).Value);
        StringAssert.Contains((await till.DetailsAsync(payment.Reference)).Refunds.Single().ActionUrl, "/pay/refund");
        await till.RunAsync<AskGateways>();
        Assert.AreEqual(600, await till.WalletAsync());
        till.Btcpay.EndRefunds(collected);

        await till.RunAsync<AskGateways>();

        Assert.AreEqual(collected ? RefundState.Settled : RefundState.Failed,
            (await till.DetailsAsync(payment.Reference)).Refunds.Single().State);
        Assert.AreEqual(collected ? 600 : 1000, await till.WalletAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Refund_OfATransfer_IsConfirmedByStaff(bool arrived)
    {
        await using var till = await Till.StartAsync(GatewayKind.Bank);
        var payment = await till.PaidAsync(1000);
        Assert.AreEqual(RefundState.NeedsAction, (await till.RefundAsync(payment.Reference, 400)).Value);
        string reference = (await till.DetailsAsync(payment.Reference)).Refunds.Single().Reference;
        Task<Results.Result> ConfirmAsync(string of) =>
            till.Plane.AskAsync((ConfirmRefund confirm) => confirm.ExecuteAsync(new(of, arrived), default));
        Assert.AreEqual("refund.not_found", (await ConfirmAsync("ap-nothing")).Codes());

        Assert.IsTrue((await ConfirmAsync(reference)).IsSuccess);

        Assert.AreEqual("refund.not_by_hand", (await ConfirmAsync(reference)).Codes());
        Assert.AreEqual(arrived ? 600 : 1000, await till.WalletAsync());
        Assert.AreEqual(arrived ? -600 : -1000, await till.AccountAsync(AccountKind.Bank));
    }

    [TestMethod]
    public async Task Refund_MadeAtTheGateway_IsADifference()
    {
        await using var till = (StripeTill)await Till.StartAsync(GatewayKind.Stripe);
        await till.Stripe.TellAsync("refund.created", new() { ["id"] = "re_theirs" });
        await till.DeliverAsync();
        Assert.AreEqual("UnknownToUs", await till.DifferencesAsync());
    }

    [TestMethod]
    public async Task Refund_ToldOfWhileTheGatewayIsSilent_IsTriedAgain()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        var payment = await till.PaidAsync();
        await till.DeliverAsync();
        await till.RefundAsync(payment.Reference, 10);
        till.Simulator!.Fault = GatewayFault.Unauthorized;
        await till.DeliverAsync();
        Assert.AreEqual(1, await till.CountAsync("webhook_inbox where state = 'failed'"));
    }

    [TestMethod]
    public async Task Dispute_AnInquiry_TakesNoMoney()
    {
        await using var till = (StripeTill)await Till.StartAsync(GatewayKind.Stripe);
        var payment = await till.PaidAsync();
        await till.Stripe.DisputeAsync(payment.Reference, "warning_needs_response");
        await till.DeliverAsync();
        Assert.AreEqual(0, await till.AccountAsync(AccountKind.DisputesHeld));

        await till.Stripe.DisputeAsync(payment.Reference, "warning_closed");
        await till.DeliverAsync();

        Assert.AreEqual(0, await till.CountAsync("ledger_transactions where kind = 'dispute'"));
        Assert.AreEqual("payment_settled dispute_inquiry dispute_won", await till.EventsAsync());
    }

    [TestMethod]
    public async Task Dispute_LostBySilenceAndNeverDelivered_IsFoundByReconciliation()
    {
        await using var till = (PaystackTill)await Till.StartAsync(GatewayKind.Paystack);
        var payment = await till.PaidAsync();
        till.Paystack.Deliveries = DeliveryFault.Never;
        await till.Paystack.DisputeAsync(payment.Reference, "auto-accepted");
        till.Paystack.Reverse(payment.Reference);

        await till.RunAsync<ReconcileGateways>();
        await till.RunAsync<ReconcileGateways>();

        Assert.AreEqual(0, await till.WalletAsync());
        Assert.AreEqual(0, await till.AccountAsync(AccountKind.Losses), "all of it was still there");
        StringAssert.EndsWith(await till.EventsAsync(), "dispute_opened dispute_lost");
    }

    [TestMethod]
    public async Task Dispute_Lost_TakesNoGift()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        var payment = await till.PaidAsync(1000);
        await till.Plane.AskAsync((ChargeWallet charge) => charge.ExecuteAsync(new(till.Ann, 700, "USD", "sale"), default));
        await till.GiveAsync(500);
        await till.DisputeAsync(payment.Reference, false);
        await till.DeliverAsync();
        Assert.AreEqual(500, await till.WalletAsync());
        Assert.AreEqual(-700, await till.AccountAsync(AccountKind.Losses));
    }

    [TestMethod]
    public async Task Dispute_OfNoPaymentOfOurs_IsADifference()
    {
        await using var till = (PaystackTill)await Till.StartAsync(GatewayKind.Paystack);
        await till.Paystack.PayElsewhereAsync("shop-17", 2500, "USD");
        await till.Paystack.DisputeAsync("shop-17");
        await till.DeliverAsync();
        Assert.AreEqual("UnknownToUs", await till.DifferencesAsync());
        Assert.AreEqual(0, await till.CountAsync("disputes"));
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    public async Task Dispute_ToldOfWhileTheGatewayIsSilent_IsTriedAgain(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.PaidAsync();
        await till.DeliverAsync();
        await till.DisputeAsync(payment.Reference, null);
        till.Simulator!.Fault = GatewayFault.Unauthorized;
        await till.DeliverAsync();
        Assert.AreEqual(1, await till.CountAsync("webhook_inbox where state = 'failed'"));
        Assert.AreEqual(0, await till.CountAsync("disputes"));
    }
}

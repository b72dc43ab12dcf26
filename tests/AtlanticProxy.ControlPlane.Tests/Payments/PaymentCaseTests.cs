using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.Simulator.Gateways;

namespace AtlanticProxy.ControlPlane.Tests.Payments;

/// <summary>Rows 1 to 9 of docs/business-cases.md, at each gateway where it makes sense.</summary>
[TestClass]
public sealed class PaymentCaseTests
{
    [TestMethod]
    [DataRow(GatewayKind.Paystack, GatewayFault.CutAfterWork)]
    [DataRow(GatewayKind.Paystack, GatewayFault.ErrorAfterWork)]
    [DataRow(GatewayKind.Stripe, GatewayFault.CutAfterWork)]
    [DataRow(GatewayKind.Stripe, GatewayFault.ErrorAfterWork)]
    public async Task Case1_ChargedAndTheAnswerLost_TheUserAndTheJobTryAgain_OneChargeOneCredit(
        GatewayKind kind, GatewayFault fault)
    {
        await using var till = await Till.StartAsync(kind);
        await till.PaidAsync(); // leaves a card
        (till.Simulator!.Fault, till.Simulator.FaultMethod) = (fault, "POST");

        var first = (await till.ChargeAsync()).Value;
        Assert.AreEqual(PaymentState.Sent, first.State, "sent without an answer is a state");
        till.Simulator.Fault = GatewayFault.None;
        var again = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => till.ChargeAsync()));
        await till.RunAsync<AskGateways>();

        Assert.IsTrue(again.All(each => each.Value.Reference == first.Reference), "one purpose, one reference");
        Assert.AreEqual(PaymentState.Settled, (await till.AskAsync(first.Reference)).State);
        Assert.AreEqual(2, till.Charges, "the first top-up, and one charge");
        Assert.AreEqual(2000, await till.WalletAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    public async Task Case1_NothingEverCame_TheSameReferenceIsSentAgain(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        await till.PaidAsync();
        (till.Simulator!.Fault, till.Simulator.FaultMethod) = (GatewayFault.ErrorBeforeWork, "POST");
        var first = (await till.ChargeAsync()).Value;
        Assert.AreEqual(PaymentState.Sent, first.State);
        till.Simulator.Fault = GatewayFault.None;

        var second = (await till.ChargeAsync()).Value;

        Assert.AreEqual((first.Reference, PaymentState.Settled), (second.Reference, second.State));
        Assert.AreEqual(2, (await till.DetailsAsync(first.Reference)).Attempts);
        Assert.AreEqual(2, till.Charges);
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task Case2_OneEventFiftyTimesAtOnce_OnePaymentFiftyAnswers(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.TopUpAsync();
        await till.PayAsync(payment);
        var delivery = till.Simulator!.Delivered[^1];

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => till.ReceiveAsync(delivery)));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => till.RunAsync<HandleInbox>()));

        Assert.IsTrue(answers.All(answer => answer.IsSuccess));
        Assert.AreEqual(1, answers.Count(answer => answer.Value), "one of them is new");
        Assert.AreEqual(1, await till.CountAsync("webhook_inbox"));
        Assert.AreEqual(1, await till.CountAsync("ledger_transactions where kind = 'payment'"));
        Assert.AreEqual(1000, await till.WalletAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    public async Task Case3_EventsInReverseAndAtOnce_EndInTheSameState(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.TopUpAsync();
        await till.PayAsync(payment);
        Assert.AreEqual(PaymentState.Settled, (await till.AskAsync(payment.Reference)).State);
        await till.Plane.AskAsync((RefundPayment refund) => refund.ExecuteAsync(new(payment.Reference, 400), default));

        foreach (var delivery in till.Simulator!.Delivered.Reverse())
            await till.ReceiveAsync(delivery);
        await Task.WhenAll(till.RunAsync<HandleInbox>(), till.RunAsync<HandleInbox>());

        var details = await till.DetailsAsync(payment.Reference);
        Assert.AreEqual((PaymentState.Settled, 1000L, 400L),
            (details.Payment.State, details.Payment.Received, details.Payment.Refunded));
        Assert.AreEqual(RefundState.Settled, details.Refunds.Single().State);
        Assert.AreEqual(600, await till.WalletAsync());
        Assert.AreEqual(0, await till.CountAsync("webhook_inbox where state <> 'handled'"));
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task Case4_ShapesOfOtherVersions_Work(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.TopUpAsync();
        till.Simulator!.Deliveries = DeliveryFault.OddShape;
        await till.PayAsync(payment);

        await till.DeliverAsync();

        Assert.AreEqual(PaymentState.Settled, (await till.DetailsAsync(payment.Reference)).Payment.State);
        Assert.AreEqual(1000, await till.WalletAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task Case4_AnUnknownType_IsStoredAlarmedAndReplayable(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        await till.SayAsync("invented.type");

        await till.DeliverAsync();
        await till.RunAsync<HandleInbox>();

        var delivery = (await till.Plane.AskAsync((PaymentQueries queries) => 
            queries.DeliveriesAsync(null, new(), default))).Items.Single();
        Assert.AreEqual((DeliveryState.Parked, "invented.type", 1), (delivery.State, delivery.EventType, delivery.Attempts));
        Assert.AreEqual("webhook_parked", await till.EventsAsync());
        var replayed = await till.Plane.AskAsync((HandleInbox inbox) => inbox.ReplayAsync(delivery.Id, default));
        Assert.AreEqual(DeliveryState.Parked, replayed.Value);
        Assert.AreEqual("webhook_parked", await till.EventsAsync(), "staff know already");
        Assert.AreEqual("webhook.not_found",
            (await till.Plane.AskAsync((HandleInbox inbox) => inbox.ReplayAsync(4711, default))).Codes());
    }

    [TestMethod]
    public async Task Case5_CryptoInPartsExpiredAndLate_WhatCameIsSummedAndNothingLost()
    {
        await using var till = (BtcpayTill)await Till.StartAsync(GatewayKind.Btcpay);
        var payment = await till.TopUpAsync(1000);
        await till.Btcpay.PayAsync(payment.Reference, 4m);
        await till.DeliverAsync();
        Assert.AreEqual(400, await till.WalletAsync(), "a part is in the wallet");
        await till.Btcpay.ExpireAsync(payment.Reference);
        await till.DeliverAsync();
        var open = (await till.DetailsAsync(payment.Reference)).Payment;
        Assert.AreEqual((PaymentState.NeedsAction, 400L), (open.State, open.Received), "what is short stays open");

        await till.Btcpay.PayAsync(payment.Reference, 8.5m);
        await till.DeliverAsync();

        var settled = (await till.DetailsAsync(payment.Reference)).Payment;
        Assert.AreEqual((PaymentState.Settled, 1250L), (settled.State, settled.Received));
        Assert.AreEqual(1250, await till.WalletAsync(), "what is over is credited");
        Assert.AreEqual(-1250, await till.AccountAsync(AccountKind.PaymentsClearing));
        Assert.AreEqual("payment_part_received payment_settled", await till.EventsAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task Case6_DeliveriesThatNeverCome_AreFoundByReconciliation(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        till.Simulator!.Deliveries = DeliveryFault.Never;
        var payment = await till.TopUpAsync();
        await till.PayAsync(payment);

        var report = await till.RunAsync<ReconcileGateways>();

        Assert.IsEmpty(report.Failures);
        Assert.AreEqual(PaymentState.Settled, (await till.DetailsAsync(payment.Reference)).Payment.State);
        Assert.AreEqual(1000, await till.WalletAsync());
        await till.RunAsync<ReconcileGateways>();
        Assert.AreEqual(1000, await till.WalletAsync());
        Assert.AreEqual("", await till.DifferencesAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack, 1, null)]
    [DataRow(GatewayKind.Paystack, 0, "NGN")]
    [DataRow(GatewayKind.Stripe, -500, null)]
    [DataRow(GatewayKind.Stripe, 0, "eur")]
    public async Task Case7_SuccessOfAnotherAmountOrCurrency_IsUnallocatedAndStaffAlarmed(
        GatewayKind kind, int off, string? currency)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.TopUpAsync();
        (till.Simulator!.AmountOff, till.Simulator.OtherCurrency) = (off, currency);
        await till.PayAsync(payment);

        await till.DeliverAsync(times: 2);
        await till.RunAsync<ReconcileGateways>();

        Assert.AreEqual(PaymentState.NeedsAction, (await till.DetailsAsync(payment.Reference)).Payment.State, "not fulfilled");
        Assert.AreEqual(0, await till.WalletAsync());
        var money = (await till.UnallocatedAsync()).Single();
        Assert.AreEqual((1000 + off, (currency ?? "USD").ToUpperInvariant(), UnallocatedState.Open),
            (money.Amount, money.Currency, money.State));
        Assert.AreEqual(1000 + off, await till.AccountAsync(AccountKind.Unallocated));
        Assert.AreEqual("money_unallocated", await till.EventsAsync());
        till.Plane.Time.Advance(TimeSpan.FromHours(25));
        await till.RunAsync<AskGateways>();
        Assert.AreEqual(PaymentState.NeedsAction, (await till.DetailsAsync(payment.Reference)).Payment.State,
            "it does not end, and nothing else is charged, before staff have looked");
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task Case7_SuccessInAnotherAccount_IsNoMoney(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        till.Simulator!.Live = true;
        if (till is BtcpayTill btcpay)
            btcpay.Btcpay.OtherStore = "store-2";
        var payment = await till.TopUpAsync();
        await till.PayAsync(payment);
        await till.DeliverAsync();

        Assert.AreNotEqual(PaymentState.Settled, (await till.DetailsAsync(payment.Reference)).Payment.State);
        Assert.AreEqual(0, await till.CountAsync("ledger_transactions"));
        Assert.AreEqual("Differs", await till.DifferencesAsync());
        Assert.AreEqual("gateway_difference", await till.EventsAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack, "XOF", 500)]
    [DataRow(GatewayKind.Paystack, "JPY", 500)]
    [DataRow(GatewayKind.Paystack, "UGX", 5000)]
    [DataRow(GatewayKind.Paystack, "HUF", 12345)]
    [DataRow(GatewayKind.Paystack, "TWD", 12345)]
    [DataRow(GatewayKind.Paystack, "KWD", 1230)]
    [DataRow(GatewayKind.Stripe, "XOF", 500)]
    [DataRow(GatewayKind.Stripe, "JPY", 500)]
    [DataRow(GatewayKind.Stripe, "UGX", 5000)]
    [DataRow(GatewayKind.Stripe, "HUF", 12345)]
    [DataRow(GatewayKind.Stripe, "TWD", 12345)]
    [DataRow(GatewayKind.Stripe, "KWD", 1230)]
    [DataRow(GatewayKind.Btcpay, "JPY", 500)]
    [DataRow(GatewayKind.Btcpay, "KWD", 1230)]
    [DataRow(GatewayKind.Btcpay, "HUF", 12345)]
    public async Task Case8_CurrenciesWithOtherDigits_ComeBackAsTheyWereSent(GatewayKind kind, string currency, int amount)
    {
        await using var till = await Till.StartAsync(kind, currency);
        var payment = await till.TopUpAsync(amount, currency: currency);
        await till.PayAsync(payment);
        await till.DeliverAsync();

        var settled = (await till.DetailsAsync(payment.Reference)).Payment;
        Assert.AreEqual((PaymentState.Settled, amount), (settled.State, (int)settled.Received));
        Assert.AreEqual(amount, await till.WalletAsync(currency));
        Assert.IsEmpty(await till.UnallocatedAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    public async Task Case9_RefundInPartInWholeAndBeyond(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.PaidAsync(1000);

        Assert.AreEqual(RefundState.Settled, (await till.RefundAsync(payment.Reference, 300)).Value);
        Assert.AreEqual(700, await till.WalletAsync());
        StringAssert.Contains((await till.RefundAsync(payment.Reference, 701)).Errors[0].Message, "7.00 USD");
        Assert.AreEqual(RefundState.Settled, (await till.RefundAsync(payment.Reference, 700)).Value);
        Assert.AreEqual("refund.amount_invalid@Amount", (await till.RefundAsync(payment.Reference, 1)).Codes());

        Assert.AreEqual(0, await till.WalletAsync());
        Assert.AreEqual(1000, (await till.DetailsAsync(payment.Reference)).Payment.Refunded);
        Assert.AreEqual("payment_settled payment_refunded payment_refunded", await till.EventsAsync());
        await till.DeliverAsync();
        Assert.AreEqual(0, await till.WalletAsync());
    }

    [TestMethod]
    public async Task Case9_RefundAfterTheMoneyWasSpent_IsRefusedBeforeAnythingIsSent()
    {
        await using var till = (PaystackTill)await Till.StartAsync(GatewayKind.Paystack);
        var payment = await till.PaidAsync(1000);
        await till.Plane.AskAsync((ChargeWallet charge) => charge.ExecuteAsync(new(till.Ann, 600, "USD", "sale"), default));

        Assert.AreEqual("refund.spent@Amount", (await till.RefundAsync(payment.Reference, 401)).Codes());
        Assert.AreEqual(0, till.Paystack.Refunds);
        Assert.AreEqual(RefundState.Settled, (await till.RefundAsync(payment.Reference, 400)).Value);
        Assert.AreEqual(0, await till.WalletAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack, true)]
    [DataRow(GatewayKind.Paystack, false)]
    [DataRow(GatewayKind.Stripe, true)]
    [DataRow(GatewayKind.Stripe, false)]
    public async Task Case9_DisputeOpenedWonOrLost_TheBooksSaySo(GatewayKind kind, bool won)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.PaidAsync(1000);
        long cleared = await till.AccountAsync(AccountKind.PaymentsClearing);
        await till.Plane.AskAsync((ChargeWallet charge) => charge.ExecuteAsync(new(till.Ann, 700, "USD", "sale"), default));
        await till.DisputeAsync(payment.Reference, null);
        await till.DeliverAsync(times: 2);

        Assert.AreEqual(-1000, await till.AccountAsync(AccountKind.DisputesHeld));
        Assert.AreEqual(cleared + 1000, await till.AccountAsync(AccountKind.PaymentsClearing));
        Assert.AreEqual(300, await till.WalletAsync(), "the wallet stays as it is");

        await till.DisputeAsync(payment.Reference, won);
        await till.DeliverAsync(times: 2);

        Assert.AreEqual(0, await till.AccountAsync(AccountKind.DisputesHeld));
        Assert.AreEqual(won ? cleared : cleared + 1000, await till.AccountAsync(AccountKind.PaymentsClearing));
        Assert.AreEqual(won ? 300 : 0, await till.WalletAsync(), "what is left of it is taken, and never more");
        Assert.AreEqual(won ? 0 : -700, await till.AccountAsync(AccountKind.Losses));
        Assert.AreEqual($"payment_settled dispute_opened {(won ? "dispute_won" : "dispute_lost")}", await till.EventsAsync());
        var dispute = (await till.DetailsAsync(payment.Reference)).Disputes.Single();
        Assert.AreEqual((won ? DisputeState.Won : DisputeState.Lost, 1000L), (dispute.State, dispute.Amount));
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Simulator.Gateways;

namespace AtlanticProxy.ControlPlane.Tests.Payments;

[TestClass]
public sealed class CheckoutTests
{
    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task TopUp_PaidOnThePage_IsInTheWalletWhenTheCustomerComesBack(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.TopUpAsync();
        Assert.AreEqual(PaymentState.NeedsAction, payment.State);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        StringAssert.Contains(await browser.GetStringAsync(payment.NextUrl), "<button");

        using var form = new FormUrlEncodedContent([new("ending", kind == GatewayKind.Btcpay ? "all" : "Success")]);
        using var back = await browser.PostAsync(payment.NextUrl, form);

        StringAssert.StartsWith(back.Headers.Location!.OriginalString, Till.Return.AbsoluteUri);
        var settled = await till.AskAsync(payment.Reference);
        Assert.AreEqual((PaymentState.Settled, ""), (settled.State, settled.NextUrl));
        Assert.AreEqual(1000, await till.WalletAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    [DataRow(GatewayKind.Bank)]
    public async Task TopUp_TheSameFormAgain_IsTheSamePayment(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var all = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => till.TopUpAsync()));
        var last = await till.TopUpAsync();

        Assert.IsTrue(all.All(payment => payment.Reference == last.Reference));
        Assert.AreEqual(kind == GatewayKind.Bank, last.NextUrl.Length == 0);
        Assert.AreEqual(kind == GatewayKind.Bank ? "IBAN XX00 0000" : "", last.Instructions);
        Assert.AreEqual("payment.purpose_differs", (await till.TryTopUpAsync(1001)).Codes());
        Assert.AreNotEqual(last.Reference, (await till.TopUpAsync(key: "form-2")).Reference);
    }

    [TestMethod]
    public async Task TopUp_TwoBeginAtTheSameMoment_OneIsWrittenDown()
    {
        await using var till = await Till.StartAsync(GatewayKind.Bank);
        var both = await till.Plane.Database.MeetAsync("lock table payments in share mode", () => till.TopUpAsync(),
            () => till.TopUpAsync());
        Assert.AreEqual(both[0].Reference, both[1].Reference);
        Assert.AreEqual(1, await till.CountAsync("payments"));
    }

    [TestMethod]
    public async Task TopUp_WhatCannotBe_IsRefusedInWords()
    {
        await using var till = await Till.StartAsync(GatewayKind.Stripe, "KWD", "NGN");
        Assert.AreEqual("payment.amount_invalid@Amount", (await till.TryTopUpAsync(0)).Codes());
        Assert.AreEqual("payment.currency_not_taken@Currency", (await till.TryTopUpAsync(currency: "GBP")).Codes());
        Assert.AreEqual("payment.key_invalid@Key", (await till.TryTopUpAsync(key: new string('k', 60))).Codes());
        var odd = await till.TryTopUpAsync(1231, currency: "KWD");
        StringAssert.Contains(odd.Errors[0].Message, "1.231 KWD cannot be paid this way: give a multiple of 0.01 KWD.");
        Assert.AreEqual("customer.not_found", (await till.Plane.AskAsync((StartTopUp start) => start.ExecuteAsync(
            new(Scope.Of(till.Ann + 1), till.Ann, till.GatewayId, 1, "USD", "k", Till.Return), default))).Codes());

        await till.PayAsync(await till.TopUpAsync());
        await till.DeliverAsync();
        Assert.AreEqual("payment.currency_differs@Currency", (await till.TryTopUpAsync(key: "2", currency: "NGN")).Codes(),
            "the first purchase decides");
        await till.Plane.AskAsync((SetGatewayState set) => set.ExecuteAsync(new(till.GatewayId, false), default));
        Assert.AreEqual("gateway.not_found", (await till.TryTopUpAsync(key: "3")).Codes());
        Assert.AreEqual(1, ((StripeTill)till).Stripe.Count - 1, "one session and its intent");
    }

    [TestMethod]
    public async Task TopUp_PaystacksAnswerLost_ABeginningThatNobodySawIsGivenUp()
    {
        await using var till = (PaystackTill)await Till.StartAsync(GatewayKind.Paystack);
        (till.Paystack.Fault, till.Paystack.FaultTimes) = (GatewayFault.CutAfterWork, 1);
        var lost = await till.TopUpAsync();
        Assert.AreEqual((PaymentState.Sent, ""), (lost.State, lost.NextUrl));

        var again = await till.TopUpAsync();

        Assert.AreNotEqual(lost.Reference, again.Reference);
        Assert.AreEqual(PaymentState.NeedsAction, again.State);
        Assert.AreEqual(PaymentState.Cancelled, (await till.DetailsAsync(lost.Reference)).Payment.State);
        await till.Paystack.PayAsync(lost.Reference);
        await till.Paystack.PayAsync(again.Reference);
        await till.DeliverAsync();
        Assert.AreEqual(2000, await till.WalletAsync(), "whoever paid both after all has both in the wallet");
    }

    [TestMethod]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task TopUp_AnswerLost_TheSameCheckoutIsFoundAgain(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        (till.Simulator!.Fault, till.Simulator.FaultMethod) = (GatewayFault.CutAfterWork, "POST");
        var lost = await till.TopUpAsync();
        Assert.AreEqual(PaymentState.Sent, lost.State);
        till.Simulator.Fault = GatewayFault.None;

        var again = await till.TopUpAsync();

        Assert.AreEqual((lost.Reference, PaymentState.NeedsAction), (again.Reference, again.State));
        StringAssert.Contains(again.NextUrl, lost.Reference);
        Assert.AreEqual(1, kind == GatewayKind.Stripe ? ((StripeTill)till).Stripe.Count : ((BtcpayTill)till).Btcpay.Count);
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack, GatewayFault.Unauthorized)]
    [DataRow(GatewayKind.Stripe, GatewayFault.Unauthorized)]
    [DataRow(GatewayKind.Stripe, GatewayFault.Forbidden)]
    [DataRow(GatewayKind.Btcpay, GatewayFault.Forbidden)]
    public async Task TopUp_KeyRevoked_FailsAtOnceAndMayBeTriedAgain(GatewayKind kind, GatewayFault fault)
    {
        await using var till = await Till.StartAsync(kind);
        (till.Simulator!.Fault, till.Simulator.FaultMethod) = (fault, "POST");
        var refused = await till.TopUpAsync();
        Assert.AreEqual((PaymentState.Failed, FailureReason.Other), (refused.State, refused.Failure));
        till.Simulator.Fault = GatewayFault.None;

        Assert.AreEqual(PaymentState.NeedsAction, (await till.TopUpAsync()).State);
        Assert.AreEqual("payment_failed", await till.EventsAsync());
    }

    [TestMethod]
    public async Task TopUp_NobodyAnswers_EndsTheWaitingNotThePayment()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack, new PaymentOptions { TimeoutSeconds = 1 });
        till.Simulator!.Fault = GatewayFault.HangAfterWork;
        Assert.AreEqual(PaymentState.Sent, (await till.TopUpAsync()).State);
        (till.Simulator.Fault, till.Simulator.FaultTimes) = (GatewayFault.ErrorBeforeWork, 1);
        Assert.AreEqual(PaymentState.NeedsAction, (await till.TopUpAsync()).State, "asking is tried again by itself");
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    [DataRow(GatewayKind.Bank)]
    public async Task TopUp_NobodyPays_ExpiresAndMayBeTriedAgain(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var first = await till.TopUpAsync();
        till.Plane.Time.Advance(TimeSpan.FromHours(23));
        await till.RunAsync<AskGateways>();
        Assert.AreEqual(PaymentState.NeedsAction, (await till.DetailsAsync(first.Reference)).Payment.State);

        till.Plane.Time.Advance(kind == GatewayKind.Bank ? TimeSpan.FromDays(14) : TimeSpan.FromHours(1));
        Assert.IsEmpty((await till.RunAsync<AskGateways>()).Failures);

        Assert.AreEqual(PaymentState.Expired, (await till.DetailsAsync(first.Reference)).Payment.State);
        Assert.AreEqual("payment_failed", await till.EventsAsync());
        var second = await till.TopUpAsync();
        Assert.AreNotEqual(first.Reference, second.Reference);
        if (kind == GatewayKind.Bank)
            return;
        await till.PayAsync(first);
        await till.PayAsync(second);
        await till.DeliverAsync();
        Assert.AreEqual(2000, await till.WalletAsync(), "paid late, it lands in the wallet all the same");
        Assert.AreEqual(1, await till.CountAsync("payments where holds_purpose"), "and only one is what was asked for");
    }

    [TestMethod]
    public async Task TopUp_SessionOrInvoiceThatTheGatewayEnds_Expires()
    {
        await using var stripe = (StripeTill)await Till.StartAsync(GatewayKind.Stripe);
        var session = await stripe.TopUpAsync();
        await stripe.Stripe.ExpireAsync(session.Reference);
        await stripe.DeliverAsync();
        Assert.AreEqual(PaymentState.Expired, (await stripe.DetailsAsync(session.Reference)).Payment.State);

        await using var btcpay = (BtcpayTill)await Till.StartAsync(GatewayKind.Btcpay);
        var invoice = await btcpay.TopUpAsync();
        await btcpay.Btcpay.ExpireAsync(invoice.Reference);
        await btcpay.DeliverAsync();
        Assert.AreEqual(PaymentState.Expired, (await btcpay.DetailsAsync(invoice.Reference)).Payment.State);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task TopUp_ByADelayedMethod_IsDecidedLater(bool paid)
    {
        await using var till = (StripeTill)await Till.StartAsync(GatewayKind.Stripe);
        var payment = await till.TopUpAsync();
        await till.Stripe.PayAsync(payment.Reference, ChargeOutcome.Pending);
        await till.DeliverAsync();
        Assert.AreEqual(PaymentState.Sent, (await till.DetailsAsync(payment.Reference)).Payment.State);
        till.Plane.Time.Advance(TimeSpan.FromDays(2));
        await till.RunAsync<AskGateways>();
        Assert.AreEqual(PaymentState.Sent, (await till.DetailsAsync(payment.Reference)).Payment.State, "it takes days");

        await till.Stripe.DecideAsync(payment.Reference, paid);
        await till.DeliverAsync();

        Assert.AreEqual(paid ? PaymentState.Settled : PaymentState.Failed,
            (await till.DetailsAsync(payment.Reference)).Payment.State);
        Assert.AreEqual(paid ? 1000 : 0, await till.WalletAsync());
    }

    [TestMethod]
    public async Task Cancel_OnlyWhatNobodyMayHavePaid()
    {
        await using var till = (PaystackTill)await Till.StartAsync(GatewayKind.Paystack);
        Task<Result> CancelAsync(string reference, Scope? scope = null) =>
            till.Plane.AskAsync((CancelPayment cancel) => cancel.ExecuteAsync(new(scope ?? Scope.Of(till.Ann), reference),
                default));
        var payment = await till.TopUpAsync();
        Assert.AreEqual("payment.not_found", (await CancelAsync(payment.Reference, Scope.Of(till.Ann + 1))).Codes());
        Assert.IsTrue((await CancelAsync(payment.Reference)).IsSuccess);
        Assert.AreEqual(PaymentState.Cancelled, (await till.DetailsAsync(payment.Reference)).Payment.State);
        Assert.AreEqual("payment.over", (await CancelAsync(payment.Reference)).Codes());

        var undecided = await till.TopUpAsync();
        await till.Paystack.PayAsync(undecided.Reference, ChargeOutcome.Pending);
        Assert.AreEqual("payment.undecided", (await CancelAsync(undecided.Reference)).Codes());
        await till.Paystack.PayAsync(undecided.Reference);
        Assert.AreEqual("payment.over", (await CancelAsync(undecided.Reference)).Codes(), "it was paid just now");
        Assert.AreEqual(1000, await till.WalletAsync());
        Assert.AreEqual("payment_settled", await till.EventsAsync());
    }

    [TestMethod]
    public async Task Ask_AnothersPayment_IsNotFound()
    {
        await using var till = await Till.StartAsync(GatewayKind.Bank);
        var payment = await till.TopUpAsync();
        Assert.AreEqual("payment.not_found", (await till.Plane.AskAsync((AskPayment ask) =>
            ask.ExecuteAsync(new(Scope.Of(till.Ann + 1), payment.Reference), default))).Codes());
        Assert.AreEqual("payment.not_found", (await till.Plane.AskAsync((PaymentQueries queries) =>
            queries.FindAsync(Scope.Of(till.Ann + 1), payment.Reference, default))).Codes());
    }

    [TestMethod]
    public async Task List_ByCustomerStateGatewayAndReference()
    {
        await using var till = await Till.StartAsync(GatewayKind.Bank);
        var first = await till.TopUpAsync(100);
        var second = await till.TopUpAsync(200, "form-2");
        await till.PayAsync(second);
        async Task<string> ListAsync(PaymentFilter filter, string? search = null, Scope? scope = null) => string.Join(' ',
            (await till.Plane.AskAsync((PaymentQueries queries) =>
                queries.ListAsync(scope ?? Scope.Staff, filter, new PageRequest(search: search), default)))
                .Items.Select(payment => payment.Amount));

        Assert.AreEqual("200 100", await ListAsync(new()));
        Assert.AreEqual("200", await ListAsync(new(State: PaymentState.Settled)));
        Assert.AreEqual("", await ListAsync(new(CustomerId: till.Ann + 1)));
        Assert.AreEqual("200 100", await ListAsync(new(till.Ann, GatewayId: till.GatewayId)));
        Assert.AreEqual("100", await ListAsync(new(), first.Reference[3..].ToUpperInvariant()));
        Assert.AreEqual("", await ListAsync(new(), scope: Scope.Of(till.Ann + 1)));
    }
}

using System.Net;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using AtlanticProxy.Simulator.Gateways;
using LinqToDB.Async;
using Stripe;
using Stripe.Checkout;

namespace AtlanticProxy.ControlPlane.Tests.Payments;

/// <summary>What gateways rarely say, and what only happens between two steps.</summary>
[TestClass]
public sealed class AdapterTests
{
    private static readonly GatewaySecrets Secrets = new("sk_test_1", "whsec_1");
    private static readonly Money Odd = new(1234, "KWD");

    /// <summary>Answers by what the address contains: status, and a body.</summary>
    private sealed class Canned(params (string Path, int Status, string Body)[] answers) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var (_, status, body) = answers.First(answer => request.RequestUri!.PathAndQuery.Contains(answer.Path,
                StringComparison.Ordinal));
            return Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) });
        }
    }

    private static GatewayHttp Http(params (string, int, string)[] answers) => new(new HttpClient(new Canned(answers)));

    private static BtcpayGateway Btcpay(params (string, int, string)[] answers) =>
        new(Http(answers), "https://pay.example", "s", Secrets);

    private static CheckoutRequest Checkout(Money money) => new("ap-1", money, "a@example.com", "d", "https://r", default, false);

    private static SentRefund Refund => new("ap-2", null, "ap-1", "inv", new(100, "USD"), "", DateTimeOffset.UnixEpoch);

    [TestMethod]
    public async Task Bank_HasNothingToAsk()
    {
        var bank = new BankGateway();
        Assert.AreEqual("", bank.Account);
        Assert.IsTrue(bank.TakesParts);
        Assert.AreEqual(GatewayStatus.Refused, (await bank.ChargeSavedAsync(null!, default)).Status);
        Assert.IsNull(await bank.FindDisputeAsync("", default));
        Assert.IsEmpty((await bank.ListSinceAsync(default, default))!);
        Assert.IsEmpty((await bank.ListDisputesSinceAsync(default, default))!);
    }

    [TestMethod]
    public async Task Btcpay_RareAnswers()
    {
        const string invoice = """{"id":"inv","status":"Settled","currency":"USD","metadata":{"orderId":"ap-1"}}""";
        const string pull = """[{"id":"p","name":"ap-2","viewLink":"v"}]""";
        var gateway = Btcpay(("payment-methods", 500, "{}"), ("/invoices?startDate", 200, $"[{invoice}]"), ("/invoices?", 200,
            $"[{invoice},{invoice}]"), ("/payouts", 500, "{}"), ("/pull-payments?", 200, pull));
        Assert.AreEqual(GatewayStatus.NoAnswer, (await gateway.FindAsync(new("ap-1", null, default, default), default)).Status);
        Assert.IsNull(await gateway.ListSinceAsync(default, default));
        Assert.AreEqual(RefundStatus.NoAnswer, (await gateway.FindRefundAsync(Refund, default)).Status);
        Assert.AreEqual(RefundStatus.NoAnswer, (await gateway.RefundAsync(Refund, default)).Status);
        Assert.AreEqual(RefundStatus.NoAnswer,
            (await Btcpay(("", 503, "{}")).FindRefundAsync(Refund, default)).Status);
        Assert.AreEqual(GatewayStatus.Refused, (await gateway.ChargeSavedAsync(null!, default)).Status);
        Assert.IsNull(await gateway.FindDisputeAsync("", default));

        var refused = await Btcpay(("/invoices?", 200, "[]"),
            ("/invoices", 422, """[{"path":"amount","message":"Too small."},{"path":"x","message":"Wrong."}]"""))
            .StartCheckoutAsync(Checkout(new(1, "USD")), default);
        Assert.AreEqual((GatewayStatus.Refused, "Too small. Wrong."), (refused.Status, refused.Message));
        var known = await Btcpay(("/invoices?", 200, """[{"id":"inv","status":"New","checkoutLink":"c"}]"""))
            .StartCheckoutAsync(Checkout(new(1, "USD")), default);
        Assert.AreEqual((GatewayStatus.NeedsAction, "c"), (known.Status, known.ActionUrl), "looked for before it is made");
    }

    [TestMethod]
    public async Task Paystack_RareAnswers()
    {
        var down = new PaystackGateway(Http(("", 503, "{}")), "https://pay.example", Secrets);
        foreach (var refused in new[]
        {
            await down.StartCheckoutAsync(Checkout(Odd), default),
            await down.ChargeSavedAsync(new("ap-1", Odd, "t", "", "", ""), default),
        })
            Assert.AreEqual((GatewayStatus.Refused, "1.234 KWD cannot be paid this way: give a multiple of 0.01 KWD."),
                (refused.Status, refused.Message));
        Assert.AreEqual(RefundStatus.NoAnswer, (await down.FindRefundAsync(Refund, default)).Status);
        Assert.AreEqual("test", down.Account);
        Assert.AreEqual("live", new PaystackGateway(Http(), "", new("sk_live_1", "")).Account);

        var once = new PaystackGateway(Http(("", 200, """
            {"data":{"id":1,"status":"success","reference":"ap-1","amount":"100","currency":"USD","fees":null,
                "authorization":{"authorization_code":"AUTH_1","reusable":false}}}
            """)), "https://pay.example", Secrets);
        var paid = await once.FindAsync(new("ap-1", null, default, default), default);
        Assert.AreEqual((GatewayStatus.Settled, new Money(100, "USD")), (paid.Status, paid.Received!.Value));
        Assert.IsNull(paid.Method, "a card that pays once");
        Assert.IsFalse(paid.Raw.Contains("AUTH_1", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Stripe_RareStates()
    {
        Assert.AreEqual(GatewayStatus.Pending, StripeObjects.Read(new Session { Id = "cs_1", Status = "complete" }).Status);
        foreach (var (state, status) in new[]
        {
            ("canceled", GatewayStatus.Failed), ("requires_action", GatewayStatus.NeedsAction),
            ("requires_payment_method", GatewayStatus.NeedsAction), ("processing", GatewayStatus.Pending),
            ("invented", GatewayStatus.Pending),
        })
            Assert.AreEqual(status, StripeObjects.Read(new PaymentIntent { Id = "pi_1", Currency = "usd", Status =
                state }).Status);
    }

    [TestMethod]
    public async Task Settled_AnAmountThatTheCurrencyHasNot_IsADifference()
    {
        await using var till = await Till.StartAsync(GatewayKind.Stripe, "UGX");
        var payment = await till.TopUpAsync(5000, currency: "UGX");
        till.Simulator!.AmountOff = 50; // half a shilling
        await till.PayAsync(payment);
        await till.DeliverAsync();
        Assert.AreEqual(0, await till.CountAsync("ledger_transactions"));
        await using var db = new AtlanticDb(AtlanticDb.OptionsFor(till.Plane.Database.Source));
        var difference = await db.GatewayDifferences.SingleAsync();
        Assert.AreEqual((till.GatewayId, DifferenceKind.Differs, payment.Reference, "5000 UGX",
                "an amount that the currency has not", till.Plane.Time.GetUtcNow(), till.Plane.Time.GetUtcNow()),
            (difference.GatewayId, difference.Kind, difference.Reference, difference.Ours, difference.Theirs,
                difference.FoundAt, difference.LastSeenAt));
        Assert.IsGreaterThan(0, difference.Id);
    }

    [TestMethod]
    public async Task Settled_TheLedgerHasAnotherPostingUnderItsKey_ChangesNothing()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        var payment = await till.TopUpAsync();
        await using var db = new AtlanticDb(AtlanticDb.OptionsFor(till.Plane.Database.Source));
        await new LedgerBook(db, till.Plane.Time).PostAsync(new(TransactionKind.Credit, $"payment/{payment.Reference}", "", "USD",
            [new(AccountKind.Wallet, till.Ann, 1), new(AccountKind.Adjustments, null, -1)]), default);
        await till.PayAsync(payment);
        await till.DeliverAsync();
        Assert.AreEqual(PaymentState.NeedsAction, (await till.DetailsAsync(payment.Reference)).Payment.State);
        Assert.AreEqual(1, await till.WalletAsync());
        Assert.AreEqual(1, await till.CountAsync("webhook_inbox where state = 'failed'"));
    }

    [TestMethod]
    public async Task Expire_WhatWaitsForStaff_DoesNotEnd()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        var payment = await till.TopUpAsync();
        till.Simulator!.AmountOff = 1;
        await till.PayAsync(payment);
        await till.DeliverAsync();
        till.Forget(payment.Reference);
        till.Plane.Time.Advance(TimeSpan.FromHours(25));
        await till.RunAsync<AskGateways>();
        Assert.AreEqual(PaymentState.NeedsAction, (await till.DetailsAsync(payment.Reference)).Payment.State);
    }

    [TestMethod]
    public async Task Checkout_BegunByAnotherThisMoment_IsNotGivenUp()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        (till.Simulator!.Fault, till.Simulator.FaultTimes) = (GatewayFault.CutAfterWork, 1);
        var first = await till.TopUpAsync();
        await till.Plane.Database.ExecuteAsync("update payments set in_flight_until = '2026-11-22 13:33Z'");
        Assert.AreEqual((first.Reference, ""), ((await till.TopUpAsync()).Reference, (await till.TopUpAsync()).NextUrl));
    }

    [TestMethod]
    public async Task Reconcile_ARowThatSlippedBetweenPages_IsAskedForAndNoDifference()
    {
        await using var till = (PaystackTill)await Till.StartAsync(GatewayKind.Paystack);
        till.Paystack.Slipped = (await till.PaidAsync()).Reference;
        Assert.AreEqual("0 payments compared", (await till.RunAsync<ReconcileGateways>()).Done);
        Assert.AreEqual("", await till.DifferencesAsync());
    }
}

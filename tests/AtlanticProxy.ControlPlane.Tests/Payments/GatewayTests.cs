using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Simulator.Gateways;

namespace AtlanticProxy.ControlPlane.Tests.Payments;

[TestClass]
public sealed class GatewayTests
{
    private static readonly GatewaySettings Settings = new(["usd", "EUR", "USD"], "sk_test_1", "whsec_1", "https://pay.example/");

    private static Task<Result<GatewaySummary>> AddAsync(
        ControlPlaneTest plane, GatewayKind kind, GatewaySettings settings, string name = "Cards") =>
        plane.AskAsync((AddGateway add) => add.ExecuteAsync(new(kind, name, settings), default));

    [TestMethod]
    public async Task Gateway_AddedChangedDisabledAndRemoved()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        Task<Result<bool>> UpdateAsync(GatewaySettings settings, long id) =>
            plane.AskAsync((UpdateGateway update) => update.ExecuteAsync(new(id, settings), default));
        var gateway = (await AddAsync(plane, GatewayKind.Stripe, Settings)).Value;
        Assert.AreEqual(("USD EUR", "https://pay.example", true, true),
            (string.Join(' ', gateway.Currencies), gateway.BaseUrl, gateway.HasSecrets, gateway.Enabled));
        Assert.AreEqual("gateway.name_taken@Name", (await AddAsync(plane, GatewayKind.Bank,
            new(["USD"], Instructions: "IBAN"))).Codes());

        Assert.IsFalse((await UpdateAsync(Settings, gateway.Id)).Value, "the same again changes nothing");
        Assert.IsFalse((await UpdateAsync(Settings with { ApiKey = null, WebhookSecret = null }, gateway.Id)).Value);
        Assert.IsTrue((await UpdateAsync(Settings with { Currencies = ["NGN"] }, gateway.Id)).Value);
        Assert.IsTrue((await UpdateAsync(Settings with { Currencies = ["NGN"], ApiKey = "sk_test_2" }, gateway.Id)).Value);
        Assert.AreEqual("gateway.currency_invalid@Currencies",
            (await UpdateAsync(Settings with { Currencies = [] }, gateway.Id)).Codes());
        Assert.AreEqual("gateway.not_found", (await UpdateAsync(Settings, 4711)).Codes());
        Assert.IsTrue((await plane.AskAsync((SetGatewayState set) => set.ExecuteAsync(new(gateway.Id, false), default))).Value);
        Assert.AreEqual("NGN False", string.Join(' ', (await plane.AskAsync((PaymentQueries queries) =>
            queries.GatewaysAsync(default)))
            .Select(each => $"{string.Join(' ', each.Currencies)} {each.Enabled}")));

        Task<Result> RemoveAsync() => plane.AskAsync((RemoveGateway remove) => remove.ExecuteAsync(new(gateway.Id), default));
        Assert.IsTrue((await RemoveAsync()).IsSuccess);
        Assert.AreEqual(0,
            await plane.Database.ScalarAsync<long>("select count(*) from gateways where secrets_sealed is not null"));
        Assert.AreEqual(1, await plane.Database.ScalarAsync<long>("select count(*) from gateways where deleted_at is not null"));
        Assert.IsTrue((await AddAsync(plane, GatewayKind.Bank, new(["USD"], Instructions: "IBAN"))).IsSuccess,
            "its name is free");
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack, "Paystack answers and accepts the API key (test).")]
    [DataRow(GatewayKind.Stripe, "Stripe answers and accepts the API key (test).")]
    [DataRow(GatewayKind.Btcpay, "Btcpay answers and accepts the API key (")]
    [DataRow(GatewayKind.Bank, "Bank is a bank account: there is nobody to ask.")]
    public async Task Gateway_Tested_SaysWhatItFound(GatewayKind kind, string words)
    {
        await using var till = await Till.StartAsync(kind);
        Task<Result<string>> TestAsync(long id) =>
            till.Plane.AskAsync((TestGateway test) => test.ExecuteAsync(new(id), default));

        Assert.StartsWith(words, (await TestAsync(till.GatewayId)).Value);
        Assert.AreEqual("gateway.not_found", (await TestAsync(4711)).Codes());
        Assert.AreEqual(0, await till.CountAsync("payments"), "nothing was begun");
        if (till.Simulator is not { } simulator)
            return;
        simulator.Fault = GatewayFault.Unauthorized;
        var refused = await TestAsync(till.GatewayId);
        Assert.AreEqual("gateway.refused", refused.Codes());
        Assert.Contains("Check the API key and what it may do.", refused.Errors[0].Message);
        simulator.Fault = GatewayFault.CutAfterWork;
        Assert.AreEqual("gateway.no_answer", (await TestAsync(till.GatewayId)).Codes());
    }

    [TestMethod]
    public async Task Gateway_WithPaymentsUnderWay_IsNotRemoved()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        Task<Result> RemoveAsync(long id) =>
            till.Plane.AskAsync((RemoveGateway remove) => remove.ExecuteAsync(new(id), default));
        Assert.AreEqual("gateway.not_found", (await RemoveAsync(4711)).Codes());
        var payment = await till.TopUpAsync(keep: true);
        Assert.AreEqual("gateway.in_use", (await RemoveAsync(till.GatewayId)).Codes());
        await till.PayAsync(payment);
        await till.AskAsync(payment.Reference);
        till.RefundsAre("pending");
        await till.RefundAsync(payment.Reference, 1);
        Assert.AreEqual("gateway.in_use", (await RemoveAsync(till.GatewayId)).Codes());
        await till.EndRefundsAsync(payment.Reference, "processed");
        await till.RunAsync<AskGateways>();

        Assert.IsTrue((await RemoveAsync(till.GatewayId)).IsSuccess);

        Assert.AreEqual(0, await till.CountAsync("payment_methods where removed_at is null"));
        Assert.AreEqual(PaymentState.Settled, (await till.AskAsync(payment.Reference)).State, "its payments are still there");
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack, "gateway.api_key_required@ApiKey")]
    [DataRow(GatewayKind.Stripe, "gateway.api_key_required@ApiKey gateway.webhook_secret_required@WebhookSecret")]
    [DataRow(GatewayKind.Btcpay, "gateway.api_key_required@ApiKey gateway.webhook_secret_required@WebhookSecret "
        + "gateway.base_url_invalid@BaseUrl gateway.store_required@Store")]
    [DataRow(GatewayKind.Bank, "gateway.instructions_required@Instructions")]
    public async Task Gateway_WithoutWhatItNeeds_IsRefused(GatewayKind kind, string codes)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        Assert.AreEqual(codes, (await AddAsync(plane, kind, new(["USD"]))).Codes());
        Assert.AreEqual($"gateway.name_invalid@Name gateway.currency_invalid@Currencies {codes}",
            (await AddAsync(plane, kind, new(["XXX"]), " ")).Codes());
        StringAssert.Contains((await AddAsync(plane, GatewayKind.Stripe, Settings with { ApiKey = "with space",
            BaseUrl = "https://user:pass@pay.example" })).Codes(), "gateway.base_url_invalid@BaseUrl");
    }

    [TestMethod]
    public void Secrets_WrittenOut_AreNotShown()
    {
        foreach (object secret in new object[] { Settings, new GatewaySecrets("sk_test_1", "whsec_1"),
            new MethodToken("sk_test_1", "f", "c", "e", "visa", "4242", 1, 2030) })
            Assert.IsFalse(secret.ToString()!.Contains("sk_test_1", StringComparison.Ordinal)
                || secret.ToString()!.Contains("whsec_1", StringComparison.Ordinal), secret.GetType().Name);
    }

    [TestMethod]
    public async Task SecretKey_Rotated_OpensGatewaysAndCards()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        await till.PaidAsync();
        var before = (SecretBox)till.Plane.Services.GetService(typeof(SecretBox))!;
        var after = new SecretBox(RandomNumberGenerator.GetBytes(SecretBox.KeySize));

        Assert.AreEqual(2, await RotateSecretKey.RunAsync(till.Plane.Database.Source, before, after, default));

        foreach (var (table, column) in new[] { ("gateways", "secrets_sealed"), ("payment_methods", "token_sealed") })
        {
            byte[] box = await till.Plane.Database.ScalarAsync<byte[]>($"select {column} from {table}");
            long id = await till.Plane.Database.ScalarAsync<long>($"select id from {table}");
            Assert.IsGreaterThan(0, after.Open(box, new(table, column, $"{id}")).Length);
        }
    }

    [TestMethod]
    public void Options_OutOfRange_SayWhatIsRight()
    {
        Assert.IsEmpty(new PaymentOptions().Validate());
        Assert.AreEqual("Payments:TimeoutSeconds: 0 is not between 1 and 120.",
            new PaymentOptions { TimeoutSeconds = 0 }.Validate().Single());
    }

    [TestMethod]
    [DataRow("USD", 1234, 1234, 1234)]
    [DataRow("JPY", 500, 500, 50000)]
    [DataRow("XOF", 500, 500, 50000)]
    [DataRow("UGX", 5000, 500000, 500000)]
    [DataRow("ISK", 5000, 500000, 500000)]
    [DataRow("HUF", 12345, 12345, 12345)]
    [DataRow("TWD", 12345, 12345, 12345)]
    [DataRow("KWD", 1230, 1230, 123)]
    [DataRow("MGA", 1200, 12, 1200)]
    public void MinorUnits_ThereAndBack(string currency, int amount, int stripe, int paystack)
    {
        var money = new Money(amount, currency);
        Assert.AreEqual((long)stripe, MinorUnits.Stripe.Of(money).Value);
        Assert.AreEqual((long)paystack, MinorUnits.Paystack.Of(money).Value);
        Assert.AreEqual(money, MinorUnits.Stripe.Read(stripe, currency.ToLowerInvariant()));
        Assert.AreEqual(money, MinorUnits.Paystack.Read(paystack, currency));
    }

    [TestMethod]
    public void MinorUnits_WhatCannotBe()
    {
        Assert.AreEqual("1.234 KWD cannot be paid this way: give a multiple of 0.01 KWD.",
            MinorUnits.Stripe.Of(new(1234, "KWD")).Errors[0].Message);
        Assert.AreEqual("12.50 MGA cannot be paid this way: give a multiple of 1 MGA.",
            MinorUnits.Stripe.Of(new(1250, "MGA")).Errors[0].Message);
        Assert.IsNull(MinorUnits.Stripe.Read(150, "UGX"), "1.50 of what has no halves");
        Assert.IsNull(MinorUnits.Paystack.Read(1, "XXX"));
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task Reconcile_PaymentGoneAtTheGateway_IsADifferenceOnce(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.PaidAsync();
        till.Forget(payment.Reference);
        await till.RunAsync<ReconcileGateways>();
        await till.RunAsync<ReconcileGateways>();
        Assert.AreEqual("MissingAtGateway", await till.DifferencesAsync());
        Assert.AreEqual("payment_settled gateway_difference", await till.EventsAsync());
        Assert.AreEqual(1000, await till.WalletAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task Reconcile_TheGatewayIsSilent_SaysSo(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        await till.PaidAsync();
        till.Simulator!.Fault = GatewayFault.Unauthorized;
        StringAssert.Contains((await till.RunAsync<ReconcileGateways>()).Failures.Single(), "did not list its payments");
        Assert.AreEqual("", await till.DifferencesAsync());
    }

    [TestMethod]
    public async Task Reconcile_ManyPages_SeesEveryRow()
    {
        await using var till = (PaystackTill)await Till.StartAsync(GatewayKind.Paystack);
        till.Paystack.RowsToAPage = 1;
        for (int i = 0; i < 3; i++)
            await till.PayAsync(await till.TopUpAsync(key: $"form-{i}"));
        Assert.AreEqual("3 payments compared", (await till.RunAsync<ReconcileGateways>()).Done);
        Assert.AreEqual(3000, await till.WalletAsync());
    }

    [TestMethod]
    public async Task Reconcile_ASuccessThatWasTakenBack_IsADifferenceUnlessWeRefundedIt()
    {
        await using var till = (PaystackTill)await Till.StartAsync(GatewayKind.Paystack);
        var gone = await till.PaidAsync(key: "1");
        var refunded = await till.PaidAsync(key: "2");
        await till.RefundAsync(refunded.Reference, 1000);
        till.Paystack.Reverse(gone.Reference);
        till.Paystack.Reverse(refunded.Reference);
        await till.RunAsync<ReconcileGateways>();
        var difference = (await till.Plane.AskAsync((PaymentQueries queries) => queries.DifferencesAsync(default))).Single();
        Assert.AreEqual((DifferenceKind.TakenBack, gone.Reference), (difference.Kind, difference.Reference));
        Assert.AreEqual(1000, await till.WalletAsync(), "nothing is taken from a customer without staff");
    }

    [TestMethod]
    public async Task Reconcile_AnotherModesRows_AreNotOurs()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        till.Simulator!.Live = true;
        await till.PayElsewhereAsync("shop-17", 100);
        await till.RunAsync<ReconcileGateways>();
        Assert.AreEqual("", await till.DifferencesAsync());
        Assert.IsEmpty(await till.UnallocatedAsync());
    }

    [TestMethod]
    public async Task Btcpay_UnconfirmedDoubleSpentMarkedAndTwice()
    {
        await using var till = (BtcpayTill)await Till.StartAsync(GatewayKind.Btcpay);
        async Task<PaymentView> OfAsync(PaymentView payment)
        {
            await till.DeliverAsync();
            return await till.AskAsync(payment.Reference);
        }
        var first = await till.TopUpAsync(key: "1");
        await till.Btcpay.PayAsync(first.Reference, 10m, confirmed: false);
        Assert.AreEqual((PaymentState.Sent, 0L), ((await OfAsync(first)).State, await till.WalletAsync()), "not confirmed");
        await till.Btcpay.ConfirmAsync(first.Reference, spentTwice: true);
        Assert.AreEqual(PaymentState.NeedsAction, (await OfAsync(first)).State);
        await till.Btcpay.MarkAsync(first.Reference, "Settled");
        Assert.AreEqual(0, (await OfAsync(first)).Received, "what was marked by hand has not come");
        await till.Btcpay.MarkAsync(first.Reference, "Invalid");
        Assert.AreEqual(PaymentState.Failed, (await OfAsync(first)).State);

        var second = await till.TopUpAsync(key: "2");
        till.Btcpay.Duplicate(second.Reference);
        await till.Btcpay.PayAsync(second.Reference, 4m);
        Assert.AreEqual((PaymentState.NeedsAction, 400L), ((await OfAsync(second)).State, await till.WalletAsync()));
        await till.Btcpay.PayAsync(second.Reference, 6m);
        Assert.AreEqual(PaymentState.Settled, (await OfAsync(second)).State);
        await till.Btcpay.MarkAsync(second.Reference, "Invalid");
        await OfAsync(second);
        Assert.AreEqual("TakenBack", await till.DifferencesAsync());
        Assert.AreEqual(1000, await till.WalletAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack, 15)]
    [DataRow(GatewayKind.Stripe, 29)]
    public async Task Fee_IsBookedOnceInThePaymentsCurrency(GatewayKind kind, int fee)
    {
        await using var till = await Till.StartAsync(kind);
        var payment = await till.PaidAsync();
        await till.DeliverAsync(times: 2);
        Assert.AreEqual(fee, (await till.DetailsAsync(payment.Reference)).Fee);
        Assert.AreEqual(-fee, await till.AccountAsync(AccountKind.Fees));
        Assert.AreEqual(fee - 1000, await till.AccountAsync(AccountKind.PaymentsClearing));
        if (till is not StripeTill stripe)
            return;
        stripe.Stripe.FeeCurrency = "eur";
        Assert.AreEqual(0, (await till.DetailsAsync((await till.PaidAsync(key: "2")).Reference)).Fee,
            "another currency's is not ours to reckon");
    }
}

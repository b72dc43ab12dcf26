using System.Text;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using AtlanticProxy.Simulator.Gateways;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.ControlPlane.Tests.Payments;

[TestClass]
public sealed class WebhookTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 13, 30, 0, TimeSpan.Zero);

    [TestMethod]
    [DataRow(GatewayKind.Paystack, DeliveryFault.BadSignature)]
    [DataRow(GatewayKind.Paystack, DeliveryFault.NoSignature)]
    [DataRow(GatewayKind.Paystack, DeliveryFault.Rewritten)]
    [DataRow(GatewayKind.Stripe, DeliveryFault.BadSignature)]
    [DataRow(GatewayKind.Stripe, DeliveryFault.NoSignature)]
    [DataRow(GatewayKind.Stripe, DeliveryFault.Rewritten)]
    [DataRow(GatewayKind.Btcpay, DeliveryFault.BadSignature)]
    [DataRow(GatewayKind.Btcpay, DeliveryFault.NoSignature)]
    [DataRow(GatewayKind.Btcpay, DeliveryFault.Rewritten)]
    public async Task Receive_NotSignedByTheGateway_IsRefusedAndNotStored(GatewayKind kind, DeliveryFault fault)
    {
        await using var till = await Till.StartAsync(kind);
        till.Simulator!.Deliveries = fault;
        await till.PayAsync(await till.TopUpAsync());

        foreach (var delivery in till.Simulator.Delivered)
            Assert.AreEqual("webhook.not_signed", (await till.ReceiveAsync(delivery)).Codes());

        Assert.AreEqual(0, await till.CountAsync("webhook_inbox"));
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task Receive_SecretChangedInFlight_TheOneBeforeIsTakenStill(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        await till.PayAsync(await till.TopUpAsync());
        var before = till.Simulator!.Delivered[^1];
        (till.Simulator.ApiKey, till.Simulator.WebhookSecret) = ("sk_test_next", "whsec_next");
        Assert.IsTrue((await till.Plane.AskAsync((UpdateGateway update) =>
            update.ExecuteAsync(new(till.GatewayId, till.Settings("USD")), default))).Value);

        Assert.IsTrue((await till.ReceiveAsync(before)).Value);
        await till.PayAsync(await till.TopUpAsync(key: "2"));
        Assert.IsTrue((await till.ReceiveAsync(till.Simulator.Delivered[^1])).Value);
        await till.RunAsync<HandleInbox>();
        Assert.AreEqual(2000, await till.WalletAsync());
    }

    [TestMethod]
    [DataRow(-301, false)]
    [DataRow(-299, true)]
    [DataRow(299, true)]
    [DataRow(301, false)]
    public async Task Receive_StripesSignature_IsGoodForFiveMinutesEitherWay(int seconds, bool good)
    {
        await using var till = (StripeTill)await Till.StartAsync(GatewayKind.Stripe);
        till.Stripe.SignatureOff = TimeSpan.FromSeconds(seconds);
        await till.PayAsync(await till.TopUpAsync());
        Assert.AreEqual(good, (await till.ReceiveAsync(till.Stripe.Delivered[0])).IsSuccess);
    }

    [TestMethod]
    public async Task Receive_StripesTwoSignatures_OneOfThemIsEnough()
    {
        await using var till = (StripeTill)await Till.StartAsync(GatewayKind.Stripe);
        (till.Stripe.FormerSecret, till.Stripe.WebhookSecret) = (till.Stripe.WebhookSecret, "whsec_rolled");
        await till.PayAsync(await till.TopUpAsync());
        Assert.IsTrue((await till.ReceiveAsync(till.Stripe.Delivered[0])).IsSuccess);
    }

    [TestMethod]
    public async Task Receive_WithoutSuchAGatewayOrRemoved_IsRefused()
    {
        await using var till = await Till.StartAsync(GatewayKind.Bank);
        var empty = new HeaderDictionary();
        foreach (var kind in Enum.GetValues<GatewayKind>())
            Assert.AreEqual("webhook.not_signed", (await till.Plane.AskAsync((ReceiveWebhook receive) =>
                receive.ExecuteAsync(new(kind, "{}"u8.ToArray(), empty), default))).Codes());
    }

    [TestMethod]
    public async Task Receive_KeepsWhatSignsItAndNothingThatSignsIn()
    {
        await using var till = (StripeTill)await Till.StartAsync(GatewayKind.Stripe);
        await till.PayAsync(await till.TopUpAsync());
        var delivery = till.Stripe.Delivered[0];
        var headers = new HeaderDictionary { ["Cookie"] = "session=1", ["Authorization"] = "Basic x",
            ["User-Agent"] = "Stripe/1.0", ["Stripe-Signature"] = delivery.Headers["Stripe-Signature"] };

        await till.Plane.AskAsync((ReceiveWebhook receive) =>
            receive.ExecuteAsync(new(GatewayKind.Stripe, delivery.Body, headers),
            default));

        Assert.AreEqual($"User-Agent: Stripe/1.0\nStripe-Signature: {delivery.Headers["Stripe-Signature"]}\n",
            await till.Plane.Database.ScalarAsync<string>("select headers from webhook_inbox"));
        Assert.AreEqual("payment_intent.succeeded 2026-10-28.endive", await till.Plane.Database.ScalarAsync<string>(
            "select event_type || ' ' || api_version from webhook_inbox"));
        Assert.AreEqual(Encoding.UTF8.GetString(delivery.Body),
            await till.Plane.Database.ScalarAsync<string>("select convert_from(body, 'UTF8') from webhook_inbox"));
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task Handle_TheGatewayDoesNotAnswer_IsTriedAgainLater(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        await till.PayAsync(await till.TopUpAsync());
        till.Simulator!.Fault = GatewayFault.Unauthorized;
        await till.ReceiveAsync(till.Simulator.Delivered[^1]);
        StringAssert.Contains((await till.RunAsync<HandleInbox>()).Failures.Single(), "did not say how the payment stands");
        till.Simulator.Fault = GatewayFault.None;
        await till.RunAsync<HandleInbox>();
        Assert.AreEqual(0, await till.WalletAsync(), "not at once");
        till.Plane.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.AreEqual("1 deliveries handled", (await till.RunAsync<HandleInbox>()).Done);

        Assert.AreEqual(1000, await till.WalletAsync());
        Assert.AreEqual("Handled 2", await till.Plane.Database.ScalarAsync<string>(
            "select initcap(state) || ' ' || attempts from webhook_inbox"));
    }

    [TestMethod]
    public async Task Handle_AFaultOfOurs_KeepsNoOtherAndIsTriedAgain()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        await till.PayAsync(await till.TopUpAsync(key: "broken"));
        await till.PayAsync(await till.TopUpAsync(key: "well"));
        await till.Plane.Database.ExecuteAsync("update payments set purpose_kind = 'gone' where purpose_key like '%broken'");

        await till.DeliverAsync();

        Assert.AreEqual(1000, await till.WalletAsync());
        Assert.AreEqual("failed handled", await till.Plane.Database.ScalarAsync<string>(
            "select string_agg(state, ' ' order by id) from webhook_inbox"));
        await till.Plane.Database.ExecuteAsync("update payments set purpose_kind = 'top_up'");
        long id = await till.Plane.Database.ScalarAsync<long>("select id from webhook_inbox where state = 'failed'");
        Assert.AreEqual(DeliveryState.Handled,
            (await till.Plane.AskAsync((HandleInbox inbox) => inbox.ReplayAsync(id, default))).Value);
        Assert.AreEqual(2000, await till.WalletAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task Handle_MoneyThatNobodyAskedFor_IsUnallocatedOnce(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        await till.PayElsewhereAsync("shop-17", 2500);

        await till.DeliverAsync(times: 2);
        await till.RunAsync<ReconcileGateways>();
        await till.RunAsync<ReconcileGateways>();

        var money = (await till.UnallocatedAsync()).Single();
        Assert.AreEqual((2500L, "USD", UnallocatedState.Open), (money.Amount, money.Currency, money.State));
        Assert.AreEqual("UnknownToUs", await till.DifferencesAsync());
        Assert.AreEqual("money_unallocated gateway_difference", await till.EventsAsync());
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task Handle_APaymentThatTheGatewayKnowsNothingOf_IsNoMoney(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        await till.PayElsewhereAsync("shop-17", 2500);
        till.Forget("shop-17");
        await till.DeliverAsync();
        Assert.IsEmpty(await till.UnallocatedAsync());
        Assert.AreEqual(0, await till.CountAsync("webhook_inbox where state <> 'handled'"));
    }

    [TestMethod]
    public async Task Handle_AStrangerWhoseGatewayIsSilent_IsTriedAgain()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        await till.PayElsewhereAsync("shop-17", 2500);
        till.Simulator!.Fault = GatewayFault.Unauthorized;
        await till.DeliverAsync();
        Assert.AreEqual(1, await till.CountAsync("webhook_inbox where state = 'failed'"));
    }

    [TestMethod]
    public async Task Handle_BtcpaysTestAndStripesSideEvents_AreNothing()
    {
        await using var btcpay = (BtcpayTill)await Till.StartAsync(GatewayKind.Btcpay);
        await btcpay.Btcpay.SayAsync("InvoiceSettled");
        await btcpay.DeliverAsync();
        await using var stripe = (StripeTill)await Till.StartAsync(GatewayKind.Stripe);
        await stripe.SayAsync("charge.succeeded");
        await stripe.SayAsync("payment_method.detached");
        await stripe.DeliverAsync();

        Assert.AreEqual(0, await btcpay.CountAsync("webhook_inbox where state <> 'handled'"));
        Assert.AreEqual(0, await stripe.CountAsync("webhook_inbox where state <> 'handled'"));
        Assert.AreEqual(0, await btcpay.CountAsync("ledger_transactions"));
    }

    [TestMethod]
    public void Read_WhatIsNoEvent_IsNotUnderstoodAndHasAKey()
    {
        foreach (var api in new IGateway[]
        {
            new PaystackGateway(null!, "", new("k", "w")), new StripeGateway(new(new()), "", new("k", "w"), TimeProvider.System),
            new BtcpayGateway(null!, "", "s", new("k", "w")), new BankGateway(),
        })
            foreach (string body in new[] { "", "no json", "[]", "{}", "null",
                "{\"object\":\"v2.core.event\",\"id\":\"evt_1\"}" })
            {
                var hint = api.Read(Encoding.UTF8.GetBytes(body));
                Assert.AreEqual(DeliverySubject.Unknown, hint.Subject, $"{api.GetType().Name} {body}");
                Assert.AreEqual(api is BankGateway, hint.DeliveryKey.Length == 0);
            }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("t=1795354200")]
    [DataRow("t=x,v1=00")]
    [DataRow("v1=00")]
    [DataRow("t=1795354200,v1=zz")]
    [DataRow("nonsense,,=,t=1795354200,v1=00")]
    public void Signature_OfNoForm_IsWrong(string header)
    {
        Assert.IsFalse(WebhookSignature.IsStripes([], header, "secret", Now, TimeSpan.FromDays(10_000)));
        Assert.IsFalse(WebhookSignature.IsPaystacks([], header, "secret"));
        Assert.IsFalse(WebhookSignature.IsBtcpays([], header, "secret"));
        Assert.IsFalse(WebhookSignature.IsBtcpays([], "sha256=" + header, "secret"));
    }

    [TestMethod]
    public void Signature_WithoutASecret_IsAlwaysWrong()
    {
        byte[] body = "{}"u8.ToArray();
        string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
        Assert.IsFalse(WebhookSignature.IsPaystacks(body,
            Hex(System.Security.Cryptography.HMACSHA512.HashData(Array.Empty<byte>(), body)), ""));
        Assert.IsFalse(WebhookSignature.IsBtcpays(body,
            "sha256=" + Hex(System.Security.Cryptography.HMACSHA256.HashData(Array.Empty<byte>(), body)), ""));
        byte[] signed = Encoding.UTF8.GetBytes($"{Now.ToUnixTimeSeconds()}.{{}}");
        Assert.IsFalse(WebhookSignature.IsStripes(body, $"t={Now.ToUnixTimeSeconds()},v1="
            + Hex(System.Security.Cryptography.HMACSHA256.HashData(Array.Empty<byte>(), signed)), "", Now,
                TimeSpan.FromHours(1)));
    }
}

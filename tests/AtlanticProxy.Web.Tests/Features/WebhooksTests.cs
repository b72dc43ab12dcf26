using System.Net;
using System.Text;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Simulator.Gateways;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>Business case 6: what a gateway delivers is stored and answered at once.</summary>
[TestClass]
public sealed class WebhooksTests
{
    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    [DataRow(GatewayKind.Btcpay)]
    public async Task Webhook_DeliveredByTheGateway_IsAnsweredStoredAndHandledByTheJob(GatewayKind kind)
    {
        var seeded = await SeededPortal.StartAsync();
        await using var portal = seeded.Portal;
        var customer = await seeded.AddCustomerAsync();
        await using SimulatedGateway simulator = kind switch
        {
            GatewayKind.Paystack => new PaystackSimulator(TimeProvider.System),
            GatewayKind.Stripe => new StripeSimulator(TimeProvider.System),
            _ => new BtcpaySimulator(TimeProvider.System),
        };
        await simulator.StartAsync();
        simulator.WebhookUrl = new Uri(portal.Address, $"/webhooks/{kind.ToString().ToLowerInvariant()}");
        long gateway = (await portal.UseAsync<AddGateway, Result<GatewaySummary>>(add => add.ExecuteAsync(new(kind, "Pay",
            new(["USD"], simulator.ApiKey, simulator.WebhookSecret, simulator.Address, "store-1")), default))).Value.Id;
        var payment = (await portal.UseAsync<StartTopUp, Result<PaymentView>>(start => start.ExecuteAsync(
            new(Scope.Of(customer.Id), customer.Id, gateway, 1000, "USD", "1", portal.Address), default))).Value;

        await (simulator switch
        {
            PaystackSimulator paystack => paystack.PayAsync(payment.Reference),
            StripeSimulator stripe => stripe.PayAsync(payment.Reference),
            _ => ((BtcpaySimulator)simulator).PayAsync(payment.Reference, 10m),
        });

        Assert.IsNotEmpty(simulator.Delivered);
        Assert.IsTrue(simulator.Delivered.All(delivery => delivery.Status == 200));
        var answers = await simulator.RedeliverAsync(simulator.Delivered[0], times: 50);
        Assert.IsTrue(answers.All(status => status == 200), string.Join(' ', answers));
        Assert.AreEqual(simulator.Delivered.Count,
            (int)await portal.Database.ScalarAsync<long>("select count(*) from webhook_inbox"));
        Assert.IsEmpty((await portal.UseAsync<HandleInbox, JobReport>(inbox => inbox.ExecuteAsync(default))).Failures);
        var wallet = (await portal.UseAsync<WalletQueries, Result<Wallet>>(queries =>
            queries.FindAsync(Scope.Staff, customer.Id, default))).Value;
        Assert.AreEqual(1000, wallet.Balances.Single().Balance);
    }

    [TestMethod]
    [DataRow("paystack")]
    [DataRow("stripe")]
    [DataRow("btcpay")]
    public async Task Webhook_NotSignedOrTooLong_IsRefusedWithoutAPage(string gateway)
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = portal.Anyone();
        async Task<(HttpStatusCode, string)> PostAsync(HttpContent content)
        {
            using var body = content;
            using var answer = await visitor.Http.PostAsync($"/webhooks/{gateway}", body);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        Assert.AreEqual((HttpStatusCode.BadRequest, ""), await PostAsync(new StringContent("{}", Encoding.UTF8,
            "application/json")));
        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(new ByteArrayContent(new byte[1_000_001]))).Item1);
        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge,
            (await PostAsync(new StreamContent(new ChunkedBody(new byte[1_000_001])))).Item1,
                "also when it does not say how long it is");
    }

    /// <summary>Does not say how long it is, so that it is sent in chunks.</summary>
    private sealed class ChunkedBody(byte[] body) : MemoryStream(body)
    {
        public override bool CanSeek => false;
    }
}

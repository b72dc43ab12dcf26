using System.Net;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>The lists over all payments: refunds, disputes, and what gateways delivered.</summary>
[TestClass]
public sealed class PaymentListsTests
{
    [TestMethod]
    public async Task Refunds_OfAllPayments_AreFoundByStateAndEmail()
    {
        var shop = await Shop.OpenAsync();
        using var support = await shop.Portal.SignedInAsync(SeededPortal.Support);
        string email = Uri.EscapeDataString(shop.Customer.Email);
        Assert.Contains("Nothing found", (await support.GetAsync($"/admin/payments/refunds?search={email}")).Text);
        await shop.Portal.Portal.Database.ExecuteAsync($"""
            insert into refunds (reference, payment_id, amount, target, state, reason, created_at)
            select 'ap-back-' || id, id, 750, 'wallet', 'failed', '<b>sorry</b>', now() from payments
            where reference = '{shop.Reference}'
            """);

        var page = await support.GetAsync($"/admin/payments/refunds?search={email}&state=Failed");

        Assert.Contains("7.50 USD", page.Text);
        Assert.Contains("badge-state bad\">Failed: back in the wallet", page.Body);
        Assert.Contains("&lt;b&gt;sorry", page.Body);
        Assert.Contains($"/admin/payments/{shop.Reference}\"", page.Body);
        Assert.Contains("href=\"/admin/payments/refunds\" aria-current=\"true\"", page.Body);
        Assert.Contains("No refund matches this search.",
            (await support.GetAsync($"/admin/payments/refunds?search={email}&state=Settled")).Text);
        Assert.Contains("7.50 USD", (await support.GetAsync($"/admin/payments/refunds?search={shop.Reference}")).Text);
    }

    [TestMethod]
    public async Task Disputes_OfAllPayments_AreFoundByStateAndId()
    {
        var shop = await Shop.OpenAsync();
        using var support = await shop.Portal.SignedInAsync(SeededPortal.Support);
        string email = Uri.EscapeDataString(shop.Customer.Email);
        Assert.Contains("Nothing found", (await support.GetAsync($"/admin/payments/disputes?search={email}")).Text);
        await shop.Portal.Portal.Database.ExecuteAsync($"""
            insert into disputes (gateway_id, gateway_dispute_id, payment_id, amount, currency, state, reason, due_at, opened_at)
            select gateway_id, 'dp_' || id || suffix, id, 2900, 'USD', disputed.state, '<i>fraud</i>',
                now() + interval '5 days', now()
            from payments, (values ('a', 'opened'), ('b', 'inquiry')) disputed (suffix, state)
            where reference = '{shop.Reference}'
            """);

        var page = await support.GetAsync($"/admin/payments/disputes?search={email}&state=Opened");

        Assert.Contains("badge-state warn\">Open: the gateway holds the money", page.Body);
        Assert.Contains("&lt;i&gt;fraud", page.Body);
        Assert.DoesNotContain("Inquiry: no money was taken</span>", page.Body);
        Assert.Contains("Inquiry: no money was taken</span>",
            (await support.GetAsync($"/admin/payments/disputes?search={email}")).Body);
        Assert.Contains("No dispute matches this search.",
            (await support.GetAsync($"/admin/payments/disputes?search={email}&state=Won")).Text);
    }

    [TestMethod]
    public async Task Delivery_ThatIsParked_IsHandledAgain()
    {
        var shop = await Shop.OpenAsync();
        var database = shop.Portal.Portal.Database;
        string name = $"Stripe {shop.OrderId}";
        var stripe = (await shop.Portal.Portal.UseAsync<AddGateway, Result<GatewaySummary>>(add => add.ExecuteAsync(
            new(GatewayKind.Stripe, name, new(["USD"], "sk_test_1", "whsec_1", "http://127.0.0.1:1")), default))).Value;
        async Task<long> DeliveredAsync(string type) => await database.ScalarAsync<long>($$"""
            insert into webhook_inbox (gateway_id, delivery_key, event_type, headers, body, state, note, received_at, next_try_at)
            values ({{stripe.Id}}, '{{type}}', '{{type}}', '',
                convert_to('{"id":"evt_1","type":"{{type}}","data":{"object":{"id":"x"} } }',
                'UTF8'), 'parked', '<b>odd</b>', now(), now()) returning id
            """);
        long known = await DeliveredAsync("charge.updated"), strange = await DeliveredAsync("strange.thing");
        using var support = await shop.Portal.SignedInAsync(SeededPortal.Support);
        using var staff = await shop.Portal.SignedInAsync(SeededPortal.Operator);

        var listed = await staff.GetAsync("/admin/payments/deliveries?search=strange");
        Assert.Contains("badge-state warn\">Parked<", listed.Body);
        Assert.Contains("&lt;b&gt;odd", listed.Body);
        Assert.Contains("Handle again", listed.Text);
        Assert.DoesNotContain("Handle again", (await support.GetAsync("/admin/payments/deliveries")).Text);

        var handled = await staff.FollowAsync(await staff.PostAsync($"/admin/payments/deliveries/{known}/handle"));
        Assert.Contains("The delivery is handled.", handled.Text);
        Assert.DoesNotContain($"deliveries/{known}/handle", handled.Body);
        Assert.Contains($"deliveries/{known}/handle", (await staff.GetAsync("/admin/payments/deliveries?state=Handled")).Body);
        var parked = await staff.FollowAsync(await staff.PostAsync($"/admin/payments/deliveries/{strange}/handle"));
        Assert.Contains("still unknown. It stays parked", parked.Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await staff.PostAsync("/admin/payments/deliveries/0/handle")).Status);

        long failing = await DeliveredAsync("payment_intent.succeeded");
        var failed = await staff.FollowAsync(await staff.PostAsync($"/admin/payments/deliveries/{failing}/handle"));
        Assert.Contains("could not be handled. It will be retried automatically", failed.Text);
        Assert.Contains("badge-state bad\">Failed<", failed.Body);
    }
}

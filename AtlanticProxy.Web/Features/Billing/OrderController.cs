using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Billing;

/// <param name="Gateways">Where what is missing can be paid; none unless the order is open.</param>
internal sealed record OrderPage(OrderSummary Order, PaymentPart Payment, IReadOnlyList<GatewaySummary> Gateways)
{
    public Money Total => new(Order.Total, Order.Currency);

    public Money Missing => new(Order.Missing, Order.Currency);
}

/// <summary>A page that knows the order: what it waits for, and what became of it. Safe to reload at any time.</summary>
[Authorize(Policies.Payers), Route("/orders/{id:long}")]
internal sealed class OrderController(SubscriptionQueries subscriptions, PaymentQueries payments, AskPayment ask)
    : BillingController(payments, ask)
{
    [HttpGet]
    public async Task<IActionResult> Show(long id, int back, CancellationToken cancellation)
    {
        if (await subscriptions.FindOrderAsync(User.Scope, id, cancellation) is null)
            return NotFound();
        var payment = await PaymentAsync(PaidFor.Order(id), $"/orders/{id}", back, cancellation);
        // Read after the gateway was asked: its answer may have done the order.
        var order = (await subscriptions.FindOrderAsync(User.Scope, id, cancellation))!;
        return View("Order", new OrderPage(order, payment,
            order.State == OrderState.Open ? await GatewaysAsync(order.Currency, cancellation) : []));
    }

    [HttpPost("pay")]
    public async Task<IActionResult> Pay(
        long id, long gatewayId, bool keepMethod, [FromServices] StartPayment start, CancellationToken cancellation)
    {
        if (await subscriptions.FindOrderAsync(User.Scope, id, cancellation) is null)
            return NotFound();
        var started = await start.ExecuteAsync(new(User.Scope, User.CustomerId, gatewayId, ReturnTo($"/orders/{id}"), OrderId: id,
            KeepMethod: keepMethod), cancellation);
        return await AnswerAsync(started, payment => GoToPay(payment, $"/orders/{id}"), () => Show(id, 0, cancellation));
    }

    [HttpPost("cancel")]
    public async Task<IActionResult> Cancel(long id, [FromServices] CancelOrder cancel, CancellationToken cancellation) =>
        Answer(await cancel.ExecuteAsync(new(User.Scope, id), cancellation), _ =>
        {
            Notify("The order is cancelled. What was paid for it is in the wallet.");
            return LocalRedirect("/plans");
        });

    protected override string FieldOf(string field) => ""; // said at the top of the page
}

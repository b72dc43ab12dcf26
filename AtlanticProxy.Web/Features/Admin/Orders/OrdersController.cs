using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Orders;

internal sealed record OrdersPage(Page<OrderSummary> Orders, Listing Listing);

/// <param name="Payments">That were begun for it, the newest first.</param>
internal sealed record OrderPage(OrderSummary Order, IReadOnlyList<PaymentView> Payments)
{
    /// <summary>Reference of the transfer that it waits for; null when it waits for none.</summary>
    public string? Transfer => Order.State != OrderState.Open ? null
        : Payments.FirstOrDefault(payment => payment is { Kind: GatewayKind.Bank, State: PaymentState.NeedsAction })?.Reference;
}

/// <summary>What was ordered, and where it is stuck.</summary>
[Reads(Area.Money), Route("/admin/orders")]
internal sealed class OrdersController(SubscriptionQueries orders, PaymentQueries payments) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(string? search, OrderState? state, CancellationToken cancellation, int page = 1)
    {
        var request = new PageRequest(page, search: search);
        var found = await orders.OrdersAsync(Scope.Staff, null, request, cancellation, state);
        return View("List", new OrdersPage(found,
            new Listing("/admin/orders", request.Search, found.Number, found.Size, found.Total, "Search the customer's email")
            {
                Filters = [ListFilter.Of("state", "State", state, "All states", each => T[OrderWords.Of(each)])],
            }));
    }

    [HttpGet("{id:long}")]
    public async Task<IActionResult> Show(long id, CancellationToken cancellation) =>
        await orders.FindOrderAsync(Scope.Staff, id, cancellation) is { } order
            ? View("Details", new OrderPage(order, (await payments.ListAsync(Scope.Staff, PaidFor.Order(id), new PageRequest(),
                cancellation)).Items))
            : NotFound();

    [HttpGet("{id:long}/cancel"), Writes(Area.Money)]
    public async Task<IActionResult> AskCancel(long id, CancellationToken cancellation) =>
        await orders.FindOrderAsync(Scope.Staff, id, cancellation) is { } order
            ? View("Confirm", new Confirmation($"Cancel order {id}?",
                $"{order.Email} will not get {OrderWords.Of(order)}. Money that was paid for it stays in the wallet.",
                "Cancel order", $"/admin/orders/{id}"))
            : NotFound();

    [HttpPost("{id:long}/cancel"), Writes(Area.Money)]
    public async Task<IActionResult> Cancel(long id, [FromServices] CancelOrder cancel, CancellationToken cancellation) =>
        Answer(await cancel.ExecuteAsync(new CancelOrder.Request(Scope.Staff, id), cancellation), changed =>
        {
            Notify(changed ? "The order is cancelled." : "No changes: the order had ended already.");
            return LocalRedirect($"/admin/orders/{id}");
        });
}

using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Payments;

internal sealed record DeliveriesPage(Page<DeliveryView> Deliveries, Listing Listing);

/// <summary>What gateways delivered, and could not be handled.</summary>
[Reads(Area.Money), Route("/admin/payments/deliveries")]
internal sealed class DeliveriesController(PaymentQueries payments) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(
        string? search, DeliveryState? state, CancellationToken cancellation, int page = 1)
    {
        var request = new PageRequest(page, search: search);
        var found = await payments.DeliveriesAsync(state, request, cancellation);
        return View("Deliveries", new DeliveriesPage(found, new Listing("/admin/payments/deliveries", request.Search,
            found.Number, found.Size, found.Total, "Search event")
        {
            Filters = [ListFilter.Of("state", "State", state, "Parked and failed", each => T[PaymentWords.Of(each)])],
        }));
    }

    [HttpPost("{id:long}/handle"), Writes(Area.Bookkeeping)]
    public async Task<IActionResult> Handle(long id, [FromServices] HandleInbox inbox, CancellationToken cancellation) =>
        Answer(await inbox.ReplayAsync(id, cancellation), state =>
        {
            Notify(state switch
            {
                DeliveryState.Handled => "The delivery is handled.",
                DeliveryState.Parked => "The delivery is still unknown. It stays parked.",
                _ => "The delivery could not be handled. It will be retried automatically.",
            });
            return LocalRedirect("/admin/payments/deliveries");
        });
}

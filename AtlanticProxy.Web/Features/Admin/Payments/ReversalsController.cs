using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Payments;

internal sealed record RefundsPage(Page<ListedRefund> Refunds, Listing Listing);

internal sealed record DisputesPage(Page<ListedDispute> Disputes, Listing Listing);

/// <summary>What goes back of payments, over all of them.</summary>
[Reads(Area.Money), Route("/admin/payments")]
internal sealed class ReversalsController(ReversalQueries reversals) : PortalController
{
    [HttpGet("refunds")]
    public async Task<IActionResult> Refunds(
        string? search, RefundState? state, CancellationToken cancellation, int page = 1)
    {
        var request = new PageRequest(page, search: search);
        var found = await reversals.RefundsAsync(state, request, cancellation);
        return View("Refunds", new RefundsPage(found, new Listing("/admin/payments/refunds", request.Search, found.Number,
            found.Size, found.Total, "Search reference or email")
        {
            Filters = [ListFilter.Of("state", "State", state, "All states", each => T[PaymentWords.Of(each)])],
        }));
    }

    [HttpGet("disputes")]
    public async Task<IActionResult> Disputes(
        string? search, DisputeState? state, CancellationToken cancellation, int page = 1)
    {
        var request = new PageRequest(page, search: search);
        var found = await reversals.DisputesAsync(state, request, cancellation);
        return View("Disputes", new DisputesPage(found, new Listing("/admin/payments/disputes", request.Search, found.Number,
            found.Size, found.Total, "Search reference, id or email")
        {
            Filters = [ListFilter.Of("state", "State", state, "All states", each => T[PaymentWords.Of(each)])],
        }));
    }
}

using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Activity;

internal sealed record ChangesPage(Page<AuditSummary> Entries, Listing Listing);

/// <summary>Who changed what in a customer's account: the part of the audit log that is the customer's.</summary>
[Authorize(Policies.Leads), Route("/activity/changes")]
internal sealed class ChangesController(AuditQueries audit) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(AuditChoice choice, CancellationToken cancellation, int page = 1)
    {
        ModelState.Clear(); // what is no day does not narrow
        var request = new PageRequest(page, search: choice.Search);
        var found = await audit.ListAsync(choice.FilterOf(User.Scope, User.CustomerId), request, cancellation);
        return View("Changes", new ChangesPage(found,
            new Listing("/activity/changes", request.Search, found.Number, found.Size, found.Total, "Search person or name")
            {
                Filters = [choice.ObjectFilter(AuditQueries.OfCustomers)],
                Days = choice.Days,
            }));
    }
}

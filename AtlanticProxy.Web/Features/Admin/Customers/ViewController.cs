using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Customers;

/// <summary>Begins and ends a look at a customer's portal.</summary>
[Authorize(Policies.Staff)]
internal sealed class ViewController(NoteAct note) : PortalController
{
    [HttpPost("/admin/customers/{id:long}/view"), Reads(Area.Customers), Writes(Area.Help)]
    public async Task<IActionResult> Begin(
        long id, [FromServices] CustomerQueries customers, [FromServices] TimeProvider time, CancellationToken cancellation)
    {
        var found = await customers.FindAsync(Scope.Staff, id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        await CustomerView.BeginAsync(HttpContext, found.Value, time.GetUtcNow(), note);
        return LocalRedirect("/overview");
    }

    [HttpPost("/view/leave"), EndsView]
    public async Task<IActionResult> Leave() => await CustomerView.EndAsync(HttpContext, note) is { } customer
        ? LocalRedirect($"/admin/customers/{customer}")
        : LocalRedirect("/admin");
}

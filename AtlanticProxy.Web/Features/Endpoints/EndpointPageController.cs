using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Endpoints;

/// <summary>What the page of endpoints and its buttons begin with.</summary>
internal abstract class EndpointPageController(EndpointPages pages) : PortalController
{
    /// <summary>
    /// Goes on with the page of the choice; another customer's proxy user is not found, and who has none is told what to do.
    /// </summary>
    protected async Task<IActionResult> OnPageAsync(
        EndpointChoice choice, Func<EndpointsPage, Task<IActionResult>> next, CancellationToken cancellation)
    {
        ModelState.Clear(); // a number that is none is the default, and the form shows what was made of it
        var page = await pages.ReadAsync(User.Scope, choice, Request, cancellation);
        return !page.IsSuccess ? Answer(page, Ok) : page.Value is { } read ? await next(read) : View("NoProxyUser");
    }
}

using AtlanticProxy.ControlPlane.Announcements;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Announcements;

/// <summary>Closes what a customer's person has read.</summary>
[Authorize(Policies.Customers)]
internal sealed class AnnouncementsController(ReadAnnouncement read) : PortalController
{
    [HttpPost("/announcements/{id:long}/close")]
    public async Task<IActionResult> Close(long id, string? returnUrl, CancellationToken cancellation) => Answer(
        await read.CloseAsync(id, User.CustomerId, User.UserId, cancellation),
        () => LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/overview"));
}

using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Safety;

/// <summary>Where the answer goes that <see cref="StepUpAttribute"/> asked for before a page.</summary>
[Authorize, Route("/confirm")]
internal sealed class ConfirmController : PortalController
{
    /// <summary>By then the filter has checked the answer.</summary>
    [HttpPost, StepUp]
    public IActionResult GoOn([FromQuery] string? returnUrl) => LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/");
}

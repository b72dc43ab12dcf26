using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Live;

/// <summary>The same figures for pages that cannot listen: they ask.</summary>
[Authorize]
internal sealed class LiveController(ILiveTraffic traffic, TimeProvider time) : PortalController
{
    [HttpGet("/live/now"), AsksByItself, ForView]
    public IActionResult Now() => Json(LiveMessage.For(User, traffic, time.GetUtcNow()));
}

using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Home;

/// <summary>The address without a path: each kind of person begins at their own page.</summary>
[Authorize]
internal sealed class HomeController : PortalController
{
    [HttpGet("/")]
    public IActionResult Start() => LocalRedirect(User.IsStaff ? "/admin" : "/overview");
}

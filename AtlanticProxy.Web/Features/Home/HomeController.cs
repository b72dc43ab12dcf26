using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Home;

/// <param name="Plans">That are offered, the cheapest first.</param>
/// <param name="SignUp">Whether anyone may sign up.</param>
internal sealed record LandingPage(SiteLook Look, IReadOnlyList<PlanSummary> Plans, bool SignUp, string Curl);

/// <summary>
/// The address without a path: each kind of person begins at their own page, strangers at the one about the service.
/// </summary>
[AllowAnonymous]
internal sealed class HomeController(PortalState state, PortalOptions portal) : PortalController
{
    [HttpGet("/")]
    public async Task<IActionResult> Start(
        [FromServices] PlanQueries plans, [FromServices] SiteQueries site, CancellationToken cancellation)
    {
        if (User.Identity is { IsAuthenticated: true })
            return LocalRedirect(User.IsStaff ? "/admin" : "/overview");
        if (!state.Look.Landing || PageBrand.Of(HttpContext).IsResellers)
            return Challenge();
        return View("Landing", new LandingPage(
            state.Look,
            [.. (await plans.ListAsync(cancellation)).Where(plan => plan.Active && !plan.Offer.Hidden)
                .OrderBy(plan => plan.Offer.OnRequest).ThenBy(plan => plan.Price)],
            (await site.SignUpAsync(cancellation)).Mode == SignUpMode.On,
            $"curl -x http://USERNAME-country-de:PASSWORD@{CredentialsPanel.EndpointOf(portal, Request)} {portal.ExampleUrl}"));
    }
}

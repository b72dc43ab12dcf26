using AtlanticProxy.ControlPlane.Referrals;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Billing;

internal sealed record ReferralsPage(ReferralSummary Referrals, ReferralSettings Settings);

/// <summary>What a customer earns by bringing others.</summary>
[Authorize(Policies.Payers)]
internal sealed class ReferralsController(ReferralQueries referrals) : PortalController
{
    [HttpGet("/referrals")]
    public async Task<IActionResult> Show(CancellationToken cancellation)
    {
        var settings = await referrals.SettingsAsync(cancellation);
        return Answer(await referrals.FindAsync(User.Scope, User.CustomerId, cancellation),
            found => View("Referrals", new ReferralsPage(found, settings)));
    }
}

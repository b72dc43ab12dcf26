using AtlanticProxy.ControlPlane.Referrals;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Settings.Referral;

/// <summary>What referrers earn, as the form has it.</summary>
internal sealed record ReferralForm(bool Enabled, decimal? Percent, int? ClearingDays)
{
    public static ReferralForm Of(ReferralSettings settings) => new(settings.Enabled, settings.Percent, settings.ClearingDays);

    public IReadOnlyList<FormFact> Facts =>
    [
        new("Referrals", T[Enabled ? "On" : "Off"]), new("Commission", $"{Percent:0.##}"), new("Clearing", $"{ClearingDays}"),
    ];
}

/// <summary>Whether customers earn by customers that they bring, and how much.</summary>
[Reads(Area.Settings), Route("/admin/settings/referrals")]
internal sealed class ReferralSettingsController(ReferralQueries referrals) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Edit(CancellationToken cancellation)
    {
        var form = ReferralForm.Of(await referrals.SettingsAsync(cancellation));
        Show(form.Facts);
        return Page(form);
    }

    [HttpPost, Writes(Area.Settings)]
    public async Task<IActionResult> Change(ReferralForm form, [FromServices] SetReferrals set, CancellationToken cancellation)
    {
        var present = await referrals.SettingsAsync(cancellation);
        if (HasChangedMeanwhile(ReferralForm.Of(present).Facts))
            return Page(form);
        if (!ModelState.IsValid)
            return await RetryAsync(() => Task.FromResult<IActionResult>(Page(form)));
        var settings = new ReferralSettings(form.Enabled, form.Percent ?? present.Percent,
            form.ClearingDays ?? present.ClearingDays);
        return await AnswerAsync(await set.ExecuteAsync(settings, cancellation), changed =>
        {
            Notify(changed ? "Saved." : "No changes: these settings are set already.");
            return LocalRedirect("/admin/settings/referrals");
        }, () => Task.FromResult<IActionResult>(Page(form)));
    }

    private ViewResult Page(ReferralForm form) => View("ReferralSettings", form);
}

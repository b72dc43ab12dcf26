using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Settings.SignUps;

/// <summary>Who may get an account, as the form has it.</summary>
/// <param name="PlanName">Of the present plan.</param>
internal sealed record SignUpSettingsForm(SignUpMode Mode, long? PlanId, string? TermsUrl, string? PlanName = null)
{
    public static SignUpSettingsForm Of(SignUpSettings settings) =>
        new(settings.Mode, settings.PlanId, settings.TermsUrl, settings.PlanName);

    public IReadOnlyList<FormFact> Facts => [new("Sign-up", T[Words(Mode)]), new("Plan", PlanName), new("Terms", TermsUrl)];

    private static Phrase Words(SignUpMode mode) => mode switch
    {
        SignUpMode.Off => "Off",
        SignUpMode.Invitation => "Invitation",
        SignUpMode.On => "On",
    };
}

/// <param name="CanSend">Whether mail goes out at all.</param>
internal sealed record SignUpSettingsPage(SignUpSettingsForm Form, IReadOnlyList<PlanSummary> Plans, bool CanSend);

/// <summary>Who may get an account, with which plan, and which terms they agree to.</summary>
[Reads(Area.Settings), Route("/admin/settings/sign-up")]
internal sealed class SignUpSettingsController(SiteQueries site, PlanQueries plans, AccountMail mail) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Edit(CancellationToken cancellation)
    {
        var form = SignUpSettingsForm.Of(await site.SignUpAsync(cancellation));
        Show(form.Facts);
        return await PageAsync(form, cancellation);
    }

    [HttpPost, Writes(Area.Settings)]
    public async Task<IActionResult> Change(
        SignUpSettingsForm form, [FromServices] SetSignUp set, CancellationToken cancellation)
    {
        if (HasChangedMeanwhile(SignUpSettingsForm.Of(await site.SignUpAsync(cancellation)).Facts))
            return await PageAsync(form, cancellation);
        if (!ModelState.IsValid)
            return await RetryAsync(() => PageAsync(form, cancellation));
        return await AnswerAsync(await set.ExecuteAsync(new(form.Mode, form.PlanId, form.TermsUrl), cancellation), changed =>
        {
            Notify(changed ? "Saved." : "No changes: these settings are set already.");
            return LocalRedirect("/admin/settings/sign-up");
        }, () => PageAsync(form, cancellation));
    }

    private async Task<IActionResult> PageAsync(SignUpSettingsForm form, CancellationToken cancellation) =>
        View("SignUpSettings", new SignUpSettingsPage(form, await plans.ListAsync(cancellation),
            await mail.CanSendAsync(cancellation)));
}

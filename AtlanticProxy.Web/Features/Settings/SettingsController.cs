using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Settings;

/// <summary>What a customer's people set: each the own address, owners and admins what concerns the whole account.</summary>
[Authorize(Policies.Customers), Route("/settings")]
internal sealed class SettingsController(CustomerPreferences preferences) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Show(CancellationToken cancellation)
    {
        var zones = User.May(Policies.Leads) ? await preferences.ZonesAsync(cancellation) : [];
        return Answer(await preferences.FindAsync(User.CustomerId, cancellation),
            found => View("Settings", new SettingsPage(found, zones)));
    }

    [Authorize(Policies.Leads), HttpPost("account")]
    public async Task<IActionResult> SaveAccount(string? language, string? timeZone, CancellationToken cancellation) =>
        await AnswerAsync(
            await preferences.SetAsync(User.CustomerId, language ?? "", timeZone ?? "", cancellation),
            changed => Back(changed ? "Your settings are saved." : "No changes."), () => Show(cancellation));

    /// <param name="mails">Names of <see cref="MailTemplate"/>: those that are wanted.</param>
    [Authorize(Policies.Leads), HttpPost("notifications")]
    public async Task<IActionResult> SaveNotifications(string[]? mails, CancellationToken cancellation)
    {
        var wanted = CustomerPreferences.Optional.Where(template => mails?.Contains($"{template}") == true).ToList();
        return Back(await preferences.SetMailsAsync(User.CustomerId, wanted, cancellation)
            ? "Your notifications are saved." : "No changes.");
    }

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/settings", words);
}

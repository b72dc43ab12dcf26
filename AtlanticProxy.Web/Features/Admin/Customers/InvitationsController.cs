using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Customers;

/// <summary>Mails a customer a link to choose a password.</summary>
[Writes(Area.Customers), Route("/admin/customers/{id:long}/invite")]
internal sealed class InvitationsController(InviteCustomer invite) : PortalController
{
    [HttpPost]
    public async Task<IActionResult> Invite(long id, CancellationToken cancellation)
    {
        var invited = await invite.ExecuteAsync(new(id), cancellation);
        return await AnswerAsync(invited, email => Back(id, InvitationWords.Sent(email)),
            () => Task.FromResult<IActionResult>(Back(id, invited.Errors[0].Words)));
    }

    private LocalRedirectResult Back(long id, Phrase words) => RedirectSaying($"/admin/customers/{id}", words);
}

internal static class InvitationWords
{
    public static Phrase Sent(string email) =>
        $"Invitation sent to {email}. Valid for {InviteCustomer.Lifetime.TotalDays} days.";
}

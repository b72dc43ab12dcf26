using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Staff;

/// <summary>Invites people to the staff. They accept where customers' people do.</summary>
[Authorize(Policies.Owners), Route(StaffController.Path)]
internal sealed class StaffInvitationsController(InviteStaff invite, StaffRoleBook roles) : PortalController
{
    [HttpGet("invite")]
    public Task<IActionResult> Ask(CancellationToken cancellation) => FormAsync(null, Roles.Support, cancellation);

    [HttpPost("invite"), StepUp]
    public async Task<IActionResult> Invite(
        [FromForm] string? email, [FromForm] string? role, [FromServices] MailThrottle throttle, CancellationToken cancellation)
    {
        if (throttle.TakeInvitation(null, email) is { } wait)
            return TooMany(wait);
        return await AnswerAsync(await invite.ExecuteAsync(new(User.UserId, email ?? "", role ?? ""), cancellation), Sent,
            () => FormAsync(email, role, cancellation));
    }

    [HttpPost("invitations/{id:long}/resend"), StepUp]
    public async Task<IActionResult> Resend(
        long id, [FromServices] StaffQueries staff, [FromServices] MailThrottle throttle, CancellationToken cancellation)
    {
        var invitation = (await staff.InvitationsAsync(cancellation)).SingleOrDefault(each => each.Id == id);
        if (invitation is null)
            return NotFound();
        if (throttle.TakeInvitation(null, invitation.Email) is { } wait)
            return TooMany(wait);
        var sent = await invite.ExecuteAsync(new(User.UserId, invitation.Email, invitation.Role), cancellation);
        return await AnswerAsync(sent, Sent, () => Task.FromResult<IActionResult>(Back(sent.Errors[0].Words)));
    }

    [HttpPost("invitations/{id:long}/withdraw")]
    public async Task<IActionResult> Withdraw(
        long id, [FromServices] WithdrawStaffInvitation withdraw, CancellationToken cancellation) =>
        Answer(await withdraw.ExecuteAsync(new(id), cancellation),
            email => Back($"The invitation to {email} no longer works."));

    private IActionResult Sent(string email) =>
        Back($"Invitation sent to {email}. Valid for {InviteCustomer.Lifetime.TotalDays} days.");

    private async Task<IActionResult> FormAsync(string? email, string? role, CancellationToken cancellation) =>
        View("Invite", new InviteStaffPage(email, role, await roles.ListAsync(cancellation)));

    private LocalRedirectResult Back(Phrase words) => RedirectSaying(StaffController.Path, words);
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Team;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Team;

/// <summary>Who can sign in for a customer, and what each may do. Ids are looked up among the customer's own people.</summary>
[Authorize(Policies.Leads), Route("/team")]
internal sealed class TeamController(TeamQueries team) : PortalController
{
    private TeamActor Actor => new(User.CustomerId, User.UserId);

    [HttpGet]
    public async Task<IActionResult> Show(CancellationToken cancellation) => View("Team",
        new TeamPage(await team.FindAsync(User.CustomerId, cancellation), User.UserId, User.MemberRole));

    [HttpGet("invite")]
    public IActionResult AskInvite() => View("Invite", new InviteForm(null, $"{MemberRole.Developer}"));

    [HttpPost("invite"), StepUp]
    public async Task<IActionResult> Invite(
        InviteForm form, [FromServices] InviteMember invite, [FromServices] MailThrottle throttle,
        CancellationToken cancellation)
    {
        Task<IActionResult> Again() => Task.FromResult<IActionResult>(View("Invite", form));
        if (RoleOf(form.Role) is not { } role)
            return await RetryAsync(Again);
        if (throttle.TakeInvitation(User.CustomerId, form.Email) is { } wait)
            return TooMany(wait);
        return await AnswerAsync(await invite.ExecuteAsync(new(Actor, form.Email ?? "", role), cancellation),
            email => Back($"Invitation sent to {email}. Valid for {InviteCustomer.Lifetime.TotalDays} days."), Again);
    }

    [HttpPost("invitations/{id:long}/withdraw")]
    public async Task<IActionResult> Withdraw(
        long id, [FromServices] WithdrawInvitation withdraw, CancellationToken cancellation) =>
        Answer(await withdraw.ExecuteAsync(new(Actor, id), cancellation),
            email => Back($"The invitation to {email} no longer works."));

    [HttpGet("{id:long}/role")]
    public async Task<IActionResult> AskRole(long id, CancellationToken cancellation) =>
        await RolePageAsync(id, null, cancellation);

    [HttpPost("{id:long}/role"), StepUp]
    public async Task<IActionResult> SetRole(
        long id, [FromForm] string? role, [FromServices] SetMemberRole set, CancellationToken cancellation)
    {
        Task<IActionResult> Again() => RolePageAsync(id, role, cancellation);
        if (await team.FindAsync(User.CustomerId, id, cancellation) is not { } member)
            return NotFound();
        if (RoleOf(role) is not { } chosen)
            return await RetryAsync(Again);
        return await AnswerAsync(await set.ExecuteAsync(new(Actor, id, chosen), cancellation), changed => Back(!changed
            ? (Phrase)$"No changes: {member.Email} already has this role."
            : $"{member.Email} now has the role {SignedInUser.Words(chosen)}, and signs in again."), Again);
    }

    [HttpGet("{id:long}/remove")]
    public async Task<IActionResult> AskRemove(long id, CancellationToken cancellation) =>
        await team.FindAsync(User.CustomerId, id, cancellation) is { } member
            ? View("Confirm", new Confirmation(
                id == User.UserId ? "Leave this account?" : (Phrase)$"Remove {member.Email}?",
                id == User.UserId
                    ? "You are signed out, and cannot sign in any more. Proxy users and their passwords stay: change "
                        + "passwords that this person knows."
                    : "They are signed out at once, and cannot sign in any more. Proxy users and their passwords stay: change "
                        + "passwords that this person knows.",
                id == User.UserId ? "Leave" : "Remove", "/team"))
            : NotFound();

    [HttpPost("{id:long}/remove")]
    public async Task<IActionResult> Remove(
        long id, [FromServices] RemoveMember remove, CancellationToken cancellation)
    {
        var removed = await remove.ExecuteAsync(new(Actor, id), cancellation);
        return await AnswerAsync(removed, email => Back($"{email} is removed and signed out."),
            () => Task.FromResult<IActionResult>(Back(removed.Errors[0].Words)));
    }

    [Authorize(Policies.AccountOwners), HttpPost("second-factor")]
    public async Task<IActionResult> Require(
        bool? required, [FromServices] TeamSecondFactor factor, CancellationToken cancellation)
    {
        if (required is not { } rule)
            return StatusCode(StatusCodes.Status400BadRequest);
        return Answer(await factor.ExecuteAsync(new(Actor, rule), cancellation), changed => Back(!changed ? "No changes."
            : rule ? (Phrase)($"Your team now needs a second factor. People without one have "
                + $"{SecondFactorRule.Grace.TotalDays} days to turn it on.")
            : "Your team no longer needs a second factor."));
    }

    private async Task<IActionResult> RolePageAsync(long id, string? chosen, CancellationToken cancellation) =>
        await team.FindAsync(User.CustomerId, id, cancellation) is { } member
            ? View("Role", new RolePage(member, chosen))
            : NotFound();

    /// <summary>Null: that is no role, which is then said beside the field.</summary>
    private MemberRole? RoleOf(string? typed)
    {
        if (Enum.GetNames<MemberRole>().Contains(typed))
            return Enum.Parse<MemberRole>(typed!);
        Refuse(nameof(InviteForm.Role), "Choose a role.");
        return null;
    }

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/team", words);
}

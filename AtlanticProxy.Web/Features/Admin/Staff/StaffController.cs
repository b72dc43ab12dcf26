using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Staff;

/// <summary>Who works here, with what rights, and how they sign in.</summary>
[Authorize(Policies.Owners), Route(Path)]
internal sealed class StaffController(StaffQueries staff, StaffRoleBook roles) : PortalController
{
    public const string Path = "/admin/staff";

    [HttpGet]
    public async Task<IActionResult> Show([FromServices] StaffSecondFactor factor, CancellationToken cancellation) =>
        View("Staff", new StaffPage(
            await staff.ListAsync(cancellation), await staff.InvitationsAsync(cancellation), await roles.ListAsync(cancellation),
            await factor.IsRequiredAsync(cancellation), User.UserId));

    [HttpGet("{id:long}/role")]
    public Task<IActionResult> AskRole(long id, CancellationToken cancellation) => RolePageAsync(id, null, cancellation);

    [HttpPost("{id:long}/role"), StepUp]
    public async Task<IActionResult> SetRole(
        long id, [FromForm] string? role, [FromServices] SetStaffRole set, CancellationToken cancellation)
    {
        if (await staff.FindAsync(id, cancellation) is not { } person)
            return NotFound();
        var changed = await set.ExecuteAsync(new(id, role ?? ""), cancellation);
        return await AnswerAsync(changed, any => Back(!any
            ? (Phrase)$"No changes: {person.Email} already has this role."
            : $"{person.Email} now has the role {SignedInUser.Words(role)}, and signs in again."),
            () => RolePageAsync(id, role, cancellation));
    }

    [HttpGet("{id:long}/remove")]
    public async Task<IActionResult> AskRemove(long id, CancellationToken cancellation) =>
        await staff.FindAsync(id, cancellation) is { } person
            ? View("Confirm", new Confirmation(
                $"Remove {person.Email} from the staff?",
                "They are signed out immediately and can no longer sign in. Invitations that they sent stop working. Their "
                    + "actions stay in the audit log.",
                "Remove", Path))
            : NotFound();

    [HttpPost("{id:long}/remove"), StepUp]
    public async Task<IActionResult> Remove(long id, [FromServices] RemoveStaffUser remove, CancellationToken cancellation)
    {
        if (await staff.FindAsync(id, cancellation) is not { } person)
            return NotFound();
        var removed = await remove.ExecuteAsync(new(id), cancellation);
        return await AnswerAsync(removed, () => Back($"{person.Email} is removed and signed out."),
            () => Task.FromResult<IActionResult>(Back(removed.Errors[0].Words)));
    }

    [HttpPost("{id:long}/sessions/end")]
    public async Task<IActionResult> EndSessions(
        long id, [FromServices] EndStaffSessions end, CancellationToken cancellation) =>
        Answer(await end.ExecuteAsync(new(id), cancellation), ended => Back(Phrase.Plural(ended.Count,
            $"{ended.Email} is signed out of {ended.Count} session.",
            $"{ended.Email} is signed out of {ended.Count} sessions.")));

    private async Task<IActionResult> RolePageAsync(long id, string? chosen, CancellationToken cancellation) =>
        await staff.FindAsync(id, cancellation) is { } person
            ? View("Role", new StaffRolePage(person, chosen, await roles.ListAsync(cancellation)))
            : NotFound();

    private LocalRedirectResult Back(Phrase words) => RedirectSaying(Path, words);
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Team;

namespace AtlanticProxy.Web.Features.Team;

/// <param name="Own">The id of who looks.</param>
/// <param name="Role">What that person is.</param>
internal sealed record TeamPage(TeamSummary Team, long Own, MemberRole? Role)
{
    /// <summary>Owners are changed by owners only, and one stays.</summary>
    public bool MayChange(TeamMember member) => member.Role != MemberRole.Owner
        || (Role == MemberRole.Owner && Team.Members.Count(each => each.Role == MemberRole.Owner) > 1);

    public bool MayWithdraw(PendingInvitation invitation) =>
        Role == MemberRole.Owner || invitation.Role != MemberRole.Owner;
}

/// <param name="Role">A name of <see cref="MemberRole"/>.</param>
internal sealed record InviteForm(string? Email, string? Role);

internal sealed record RolePage(TeamMember Member, string? Chosen);

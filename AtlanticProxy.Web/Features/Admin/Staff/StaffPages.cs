using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Mvc.Rendering;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Staff;

/// <param name="IsRequired">Whether staff need a second factor.</param>
/// <param name="Own">The id of who looks.</param>
internal sealed record StaffPage(
    IReadOnlyList<StaffMember> People, IReadOnlyList<StaffInvitation> Invitations, IReadOnlyList<StaffRoleSummary> Roles,
    bool IsRequired, long Own)
{
    /// <summary>One owner stays.</summary>
    public bool MayChange(StaffMember person) => person.Role != ControlPlane.Accounts.Roles.Owner
        || People.Count(each => each.Role == ControlPlane.Accounts.Roles.Owner) > 1;
}

/// <param name="Chosen">What was chosen and refused; null: nothing yet.</param>
internal sealed record StaffRolePage(StaffMember Person, string? Chosen, IReadOnlyList<StaffRoleSummary> Roles);

internal sealed record InviteStaffPage(string? Email, string? Role, IReadOnlyList<StaffRoleSummary> Roles);

/// <param name="Id">Null: the role is new.</param>
/// <param name="Stored">The name that it has, or that it is copied from.</param>
internal sealed record RoleForm(long? Id, string Stored, string? Name, StaffRights Rights, int People);

/// <summary>Choices of a role of staff.</summary>
internal static class RoleChoices
{
    public static IEnumerable<SelectListItem> Of(IEnumerable<StaffRoleSummary> roles) => roles.Select(role => new SelectListItem(
        AreaWords.Summary(role.Name) is { } words ? $"{T[SignedInUser.Words(role.Name)]}: {T[words]}" : role.Name, role.Name));
}

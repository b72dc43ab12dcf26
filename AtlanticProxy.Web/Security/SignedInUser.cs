using System.Globalization;
using System.Security.Claims;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Security;

/// <summary>What the pages ask of who is signed in.</summary>
internal static class SignedInUser
{
    extension(ClaimsPrincipal user)
    {
        public bool IsStaff => Roles.Staff.Any(user.IsInRole);

        /// <summary>May change things in the admin pages, so is shown the buttons for it.</summary>
        public bool MayOperate => user.IsInRole(Roles.Owner) || user.IsInRole(Roles.Operator);

        /// <summary>One of the staff who looks at a customer's portal, and changes nothing.</summary>
        public bool IsViewing => user.HasClaim(claim => claim.Type == CustomerView.Viewer);

        public bool IsOwner => user.IsInRole(Roles.Owner);

        /// <summary>May move money by hand.</summary>
        public bool MayCredit => user.IsInRole(Roles.Owner);

        /// <summary>What one of a customer's people is in their team; null for staff.</summary>
        public MemberRole? MemberRole =>
            Enum.TryParse<MemberRole>(user.FindFirstValue(AccountClaims.MemberRole), out var role) ? role : null;

        /// <summary>Whether a customer's page of this policy is for this user, so that links to it are shown.</summary>
        public bool May(string policy) => user.MemberRole is { } role && Policies.Allows(policy, role, user);

        /// <summary>The reseller whose customer this user is of; null for the operator's own customers, and staff.</summary>
        public long? SellerId => user.FindFirstValue(AccountClaims.SellerId) is { } id
            ? long.Parse(id, CultureInfo.InvariantCulture)
            : null;

        /// <summary>Whether the customer may have customers of its own.</summary>
        public bool MayResell => user.HasClaim(claim => claim.Type == AccountClaims.MayResell);

        public Phrase RoleName => user.IsViewing ? (Phrase)$"seen by {user.FindFirstValue(CustomerView.Viewer)}"
            : user.MemberRole is { } role ? Words(role)
            : Words(Roles.Staff.FirstOrDefault(user.IsInRole));

        /// <summary>The customer whose portal this user sees.</summary>
        /// <exception cref="InvalidOperationException">Not a customer's user: the page's policy should have refused.</exception>
        public long CustomerId => user.FindFirstValue(AccountClaims.CustomerId) is { } id
            ? long.Parse(id, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException("The signed-in user belongs to no customer.");

        /// <summary>Of the account that is signed in.</summary>
        public long UserId => long.Parse(user.FindFirstValue(ClaimTypes.NameIdentifier)!, CultureInfo.InvariantCulture);

        /// <summary>Whose rows this user may touch.</summary>
        public Scope Scope => user.IsStaff ? Scope.Staff : Scope.Of(user.CustomerId);
    }

    public static Phrase Words(MemberRole role) => role switch
    {
        MemberRole.Owner => (Phrase)"Owner",
        MemberRole.Admin => "Admin",
        MemberRole.Billing => "Billing",
        MemberRole.Developer => "Developer",
        MemberRole.Viewer => "Viewer",
    };

    /// <param name="role">One of the staff's; null: none.</param>
    public static Phrase Words(string? role) => role switch
    {
        Roles.Owner => (Phrase)"Owner",
        Roles.Operator => "Operator",
        Roles.Support => "Support",
        _ => "",
    };
}

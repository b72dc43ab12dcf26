using System.Globalization;
using System.Security.Claims;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;

namespace AtlanticProxy.Web.Security;

/// <summary>What the pages ask of who is signed in.</summary>
internal static class SignedInUser
{
    extension(ClaimsPrincipal user)
    {
        /// <summary>The role of one of the staff; null for customers' people, and who is not signed in.</summary>
        public string? StaffRole => user.FindFirstValue(ClaimTypes.Role) is { } role && role != Roles.Customer ? role : null;

        public bool IsStaff => user.StaffRole is not null;

        /// <summary>What the role allows: of a shipped one as the code says now, of another as it was at the sign-in.</summary>
        public StaffRights Rights => user.StaffRole is not { } role ? StaffRights.None
            : StaffRights.Shipped(role)
                ?? StaffRights.Parse(user.FindAll(AccountClaims.StaffRight).Select(claim => claim.Value));

        /// <summary>Whether pages of the area are for this user, so that links to them are shown.</summary>
        public bool Reads(Area area) => user.Rights.Allows(area, Access.Read);

        /// <summary>Whether forms of the area are for this user, so that they are shown.</summary>
        public bool Writes(Area area) => user.Rights.Allows(area, Access.Write);

        /// <summary>One of the staff who looks at a customer's portal, and changes nothing.</summary>
        public bool IsViewing => user.HasClaim(claim => claim.Type == CustomerView.Viewer);

        public bool IsOwner => user.IsInRole(Roles.Owner);

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
            : Words(user.StaffRole);

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
        Roles.Finance => "Finance",
        Roles.Support => "Support",
        _ => Phrase.Verbatim(role ?? ""),
    };
}

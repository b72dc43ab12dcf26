using System.Globalization;
using System.Security.Claims;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Staff;
using LinqToDB.Async;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Puts the roles, the customer's id and what it sells and is sold into the sign-in, so that no request has to look them up.
/// </summary>
internal sealed class AtlanticClaims(AtlanticDb db, UserManager<AppUser> users, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<AppUser>(users, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(AppUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(Options.ClaimsIdentity.RoleClaimType, user.Role));
        if (user.CustomerId is null && StaffRights.Shipped(user.Role) is null)
        {
            string[]? rights = await db.Roles.Where(role => role.Name == user.Role).Select(role => role.Rights)
                .SingleOrDefaultAsync();
            identity.AddClaims((rights ?? []).Select(right => new Claim(AccountClaims.StaffRight, right)));
        }
        if (user.CustomerId is { } customer)
        {
            identity.AddClaim(new Claim(AccountClaims.CustomerId, customer.ToString(CultureInfo.InvariantCulture)));
            var selling = await db.Customers.Where(row => row.Id == customer)
                .Select(row => new { row.SellerId, row.MayResell }).SingleOrDefaultAsync();
            if (selling?.SellerId is { } seller)
                identity.AddClaim(new Claim(AccountClaims.SellerId, seller.ToString(CultureInfo.InvariantCulture)));
            if (selling is { MayResell: true })
                identity.AddClaim(new Claim(AccountClaims.MayResell, "yes"));
        }
        if (user.MemberRole is { } role)
            identity.AddClaim(new Claim(AccountClaims.MemberRole, role.ToString()));
        if (user.TwoFactorEnabled)
            identity.AddClaim(new Claim(AccountClaims.SecondFactor, "app"));
        return identity;
    }
}

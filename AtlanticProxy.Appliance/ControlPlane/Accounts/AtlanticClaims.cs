using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Puts the roles and the customer's id into the sign-in, so that no request has to look them up.</summary>
internal sealed class AtlanticClaims(UserManager<AppUser> users, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<AppUser>(users, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(AppUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(Options.ClaimsIdentity.RoleClaimType, user.Role));
        if (user.CustomerId is { } customer)
            identity.AddClaim(new Claim(AccountClaims.CustomerId, customer.ToString(CultureInfo.InvariantCulture)));
        if (user.MemberRole is { } role)
            identity.AddClaim(new Claim(AccountClaims.MemberRole, role.ToString()));
        if (user.TwoFactorEnabled)
            identity.AddClaim(new Claim(AccountClaims.SecondFactor, "app"));
        return identity;
    }
}

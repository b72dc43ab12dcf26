using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Puts the customer's id into the sign-in, so that no request has to look it up.</summary>
internal sealed class AtlanticClaims(UserManager<AppUser> users, RoleManager<IdentityRole<long>> roles, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<AppUser, IdentityRole<long>>(users, roles, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(AppUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        if (user.CustomerId is { } customer)
            identity.AddClaim(new Claim(AccountClaims.CustomerId, customer.ToString(CultureInfo.InvariantCulture)));
        return identity;
    }
}

using System.Security.Claims;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.Web.Features.SignIn;

/// <summary>Begins sessions.</summary>
internal sealed class Entrance(SignInManager<AppUser> signIn, PasswordCheck passwords)
{
    /// <summary>For who has shown who they are: browser and network are known from now on.</summary>
    public async Task EnterAsync(
        HttpContext context, AppUser user, CancellationToken cancellation, bool byPasskey = false)
    {
        await signIn.SignInWithClaimsAsync(user, isPersistent: false, byPasskey ? [Passkey()] : []);
        await passwords.RememberAsync(context, user, cancellation);
    }

    /// <summary>For who comes by a link: nothing was typed, so what asks who they are does so at once.</summary>
    public async Task EnterByLinkAsync(HttpContext context, AppUser user, CancellationToken cancellation)
    {
        var properties = new AuthenticationProperties { IsPersistent = false };
        properties.SetString(SessionStore.Unconfirmed, "");
        await signIn.SignInWithClaimsAsync(user, properties, []);
        await passwords.RememberAsync(context, user, cancellation);
    }

    /// <summary>For who has just changed how they sign in: their sessions have ended, and the one that asks with them.</summary>
    public Task AgainAsync(HttpContext context, AppUser user) =>
        signIn.SignInWithClaimsAsync(user, isPersistent: false, IsByPasskey(context.User) ? [Passkey()] : []);

    /// <summary>What a session keeps when the sign-in that it carries is made anew from the account.</summary>
    public static Task KeepAsync(SecurityStampRefreshingPrincipalContext refreshed)
    {
        if (IsByPasskey(refreshed.CurrentPrincipal!))
            ((ClaimsIdentity)refreshed.NewPrincipal!.Identity!).AddClaim(Passkey());
        return Task.CompletedTask;
    }

    private static bool IsByPasskey(ClaimsPrincipal user) => user.HasClaim(AccountClaims.SecondFactor, AccountClaims.Passkey);

    private static Claim Passkey() => new(AccountClaims.SecondFactor, AccountClaims.Passkey);
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.Web.Features.SignIn;

/// <summary>Lets in who has shown who they are: a session begins, and browser and network are known from now on.</summary>
internal sealed class Entrance(SignInManager<AppUser> signIn, PasswordCheck passwords)
{
    public async Task EnterAsync(HttpContext context, AppUser user, CancellationToken cancellation)
    {
        await signIn.SignInAsync(user, isPersistent: false);
        await passwords.RememberAsync(context, user, cancellation);
    }
}

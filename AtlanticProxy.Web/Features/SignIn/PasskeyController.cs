using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.SignIn;

/// <summary>Signing in with a passkey: it says who it is, and stands for both factors.</summary>
[AllowAnonymous, Route("/sign-in/passkey")]
internal sealed class PasskeyController(PasskeyCeremony ceremony, SiteQueries site, Entrance entrance) : PortalController
{
    private const string Refusal = "This passkey is not known here. Sign in with your password, or try another passkey.";

    /// <summary>What the browser looks for one by; for the page's script.</summary>
    [HttpPost("options")]
    public async Task<IActionResult> Options() => Content(await ceremony.BeginAssertionAsync(HttpContext), "application/json");

    [HttpPost]
    public async Task<IActionResult> SignIn(
        string? credential, string? returnUrl, [FromServices] UserManager<AppUser> users, CancellationToken cancellation)
    {
        string goOn = Url.IsLocalUrl(returnUrl) ? returnUrl : "/";
        if (User.Identity?.IsAuthenticated == true)
            return LocalRedirect(goOn);
        if (await ceremony.FinishAssertionAsync(HttpContext, credential) is not var (user, passkey)
            || !(await users.AddOrUpdatePasskeyAsync(user, passkey)).Succeeded)
        {
            Refuse("", Refusal);
            return await RetryAsync(async () => View(
                "SignIn", await SignInPage.OfAsync(new SignInForm(null, null, returnUrl), HttpContext, site, cancellation)));
        }
        await entrance.EnterAsync(HttpContext, user, cancellation, byPasskey: true);
        return LocalRedirect(goOn);
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.SignIn;

/// <param name="Email">Whom the link is for; null: it is not good.</param>
/// <param name="IsSomebodyElse">Another account is signed in.</param>
internal sealed record LinkPage(string Token, string? Email, bool IsSomebodyElse);

/// <summary>
/// Signing in by a link that the seller's shop opens. It asks first: nobody is led into another's account without seeing whose it
/// is, and what fetches links before people do uses none up.
/// </summary>
[AllowAnonymous, Route(CreateSignInLink.Path)]
internal sealed class LinkController(
    UseSignInLink links, Entrance entrance, SecondStep step, SignInManager<AppUser> signIn) : PortalController
{
    private bool IsSignedIn => User.Identity?.IsAuthenticated == true;

    [HttpGet]
    public async Task<IActionResult> Open(string? token, CancellationToken cancellation) =>
        await links.FindAsync(token ?? "", cancellation) is not { } user ? NoLonger()
        : IsSignedIn && user.Id == User.UserId ? LocalRedirect("/")
        : View("Link", new LinkPage(token!, user.Email, IsSignedIn));

    [HttpPost]
    public async Task<IActionResult> Follow(string? token, CancellationToken cancellation)
    {
        if (IsSignedIn)
            return NoLonger(); // signed in meanwhile, in another tab
        var used = await links.ExecuteAsync(token ?? "", cancellation);
        if (!used.IsSuccess)
            return NoLonger();
        if (used.Value.TwoFactorEnabled)
        {
            step.Give(HttpContext, used.Value);
            return LocalRedirect("/sign-in/code");
        }
        await entrance.EnterByLinkAsync(HttpContext, used.Value, cancellation);
        return LocalRedirect("/");
    }

    /// <summary>For who is signed in with another account, and leaves it: the link asks again then.</summary>
    [HttpPost("leave")]
    public async Task<IActionResult> Leave(string? token, CancellationToken cancellation)
    {
        if (await links.FindAsync(token ?? "", cancellation) is null)
            return NoLonger();
        await signIn.SignOutAsync();
        return LocalRedirect($"{CreateSignInLink.Path}?token={Uri.EscapeDataString(token!)}");
    }

    private ViewResult NoLonger()
    {
        Response.StatusCode = StatusCodes.Status404NotFound;
        return View("Link", new LinkPage("", null, IsSignedIn));
    }
}

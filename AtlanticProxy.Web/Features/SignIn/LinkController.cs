using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.SignIn;

/// <param name="Other">Who the link is for, while somebody else is signed in; null: the link is not good.</param>
internal sealed record LinkPage(string Token, string? Other);

/// <summary>Signing in by a link that the seller's shop opens.</summary>
[AllowAnonymous, Route(CreateSignInLink.Path)]
internal sealed class LinkController(
    UseSignInLink links, Entrance entrance, SecondStep step, SignInManager<AppUser> signIn) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Open(string? token, CancellationToken cancellation) =>
        User.Identity?.IsAuthenticated != true ? await EnterAsync(token ?? "", cancellation)
        : await links.FindAsync(token ?? "", cancellation) is not { } user ? Page(null)
        : user.Id == User.UserId ? LocalRedirect("/")
        : Page(user.Email, token!);

    /// <summary>For who is signed in with another account, and leaves it.</summary>
    [HttpPost]
    public async Task<IActionResult> Change(string? token, CancellationToken cancellation)
    {
        if (await links.FindAsync(token ?? "", cancellation) is null)
            return Page(null);
        await signIn.SignOutAsync();
        return LocalRedirect($"{CreateSignInLink.Path}?token={Uri.EscapeDataString(token!)}");
    }

    private async Task<IActionResult> EnterAsync(string token, CancellationToken cancellation)
    {
        var used = await links.ExecuteAsync(token, cancellation);
        if (!used.IsSuccess)
            return Page(null);
        if (used.Value.TwoFactorEnabled)
        {
            step.Give(HttpContext, used.Value);
            return LocalRedirect("/sign-in/code");
        }
        await entrance.EnterByLinkAsync(HttpContext, used.Value, cancellation);
        return LocalRedirect("/");
    }

    private ViewResult Page(string? other, string token = "")
    {
        if (other is null)
            Response.StatusCode = Microsoft.AspNetCore.Http.StatusCodes.Status404NotFound;
        return View("Link", new LinkPage(token, other));
    }
}

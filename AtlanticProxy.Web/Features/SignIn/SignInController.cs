using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.SignIn;

internal sealed record SignInForm(string? Email, string? Password, string? ReturnUrl);

/// <param name="NoOwnerYet">A new appliance: the page says how to make the first account.</param>
internal sealed record SignInPage(SignInForm Form, bool NoOwnerYet);

internal sealed class SignInController(SignInManager<AppUser> signIn, AccountQueries accounts, SignInThrottle throttle)
    : PortalController
{
    /// <summary>
    /// A PBKDF2 hash of no password in Identity's version 3 form, so that an unknown email takes as long as a known one.
    /// </summary>
    private static readonly string NobodysHash = new PasswordHasher<AppUser>().HashPassword(new AppUser(), "\0");

    /// <summary>One answer to every failure: it must not tell whether the account exists, or is locked.</summary>
    private const string Refusal =
        "This email and password do not match. After several wrong tries an account pauses for a few minutes.";

    [AllowAnonymous, HttpGet("/sign-in")]
    public async Task<IActionResult> Form(string? returnUrl, CancellationToken cancellation) =>
        User.Identity?.IsAuthenticated == true
        ? GoTo(returnUrl)
        : await PageAsync(new SignInForm(null, null, returnUrl), cancellation);

    [AllowAnonymous, HttpPost("/sign-in")]
    public async Task<IActionResult> SignIn(SignInForm form, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(form.Email))
            ModelState.AddModelError(nameof(form.Email), "Enter your email address.");
        if (string.IsNullOrEmpty(form.Password))
            ModelState.AddModelError(nameof(form.Password), "Enter your password.");
        if (!ModelState.IsValid)
            return await RetryAsync(() => PageAsync(form, cancellation));
        if (throttle.Try(HttpContext, form.Email!) is { } wait)
        {
            Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return StatusCode(StatusCodes.Status429TooManyRequests);
        }

        if (await CheckAsync(form.Email!.Trim(), form.Password!) is { } user)
        {
            await signIn.SignInAsync(user, isPersistent: false);
            return GoTo(form.ReturnUrl);
        }
        ModelState.AddModelError("", Refusal);
        return await RetryAsync(() => PageAsync(form, cancellation));
    }

    [HttpPost("/sign-out")]
    public new async Task<IActionResult> SignOut()
    {
        await signIn.SignOutAsync();
        return LocalRedirect("/sign-in");
    }

    private async Task<AppUser?> CheckAsync(string email, string password)
    {
        if (await signIn.UserManager.FindByEmailAsync(email) is not { } user)
        {
            signIn.UserManager.PasswordHasher.VerifyHashedPassword(new AppUser(), NobodysHash, password);
            return null;
        }
        return (await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true)).Succeeded ? user : null;
    }

    private async Task<IActionResult> PageAsync(SignInForm form, CancellationToken cancellation) =>
        View("SignIn", new SignInPage(form with { Password = null }, !await accounts.AnyOwnerAsync(cancellation)));

    private LocalRedirectResult GoTo(string? returnUrl) => LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/");
}

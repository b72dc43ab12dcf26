using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.SignIn;

internal sealed record SignInForm(string? Email, string? Password, string? ReturnUrl);

/// <param name="CanSignUp">Whether anybody may have an account.</param>
internal sealed record SignInPage(SignInForm Form, bool CanSignUp)
{
    /// <summary>With what was typed but the password.</summary>
    public static async Task<SignInPage> OfAsync(
        SignInForm form, HttpContext context, SiteQueries site, CancellationToken cancellation) =>
        new(form with { Password = null },
            !PageBrand.Of(context).IsResellers && (await site.SignUpAsync(cancellation)).Mode == SignUpMode.On);
}

internal sealed class SignInController(
    SignInManager<AppUser> signIn, SiteQueries site, PasswordCheck passwords, SecondStep step, Entrance entrance)
    : PortalController
{
    /// <summary>One answer to every failure: it must not tell whether the account exists.</summary>
    private const string Refusal = "This email and password do not match.";

    [AllowAnonymous, HttpGet("/sign-in")]
    public async Task<IActionResult> Form(string? returnUrl, CancellationToken cancellation) =>
        User.Identity?.IsAuthenticated == true ? GoTo(returnUrl)
        : await site.AwaitsOwnerAsync(cancellation) ? LocalRedirect("/setup") // nobody could sign in
        : await PageAsync(new SignInForm(null, null, returnUrl), cancellation);

    [AllowAnonymous, HttpPost("/sign-in")]
    public async Task<IActionResult> SignIn(SignInForm form, CancellationToken cancellation)
    {
        if (User.Identity?.IsAuthenticated == true)
            return GoTo(form.ReturnUrl); // a session that somebody else may know is not handed over to who signs in now
        if (string.IsNullOrWhiteSpace(form.Email))
            Refuse(nameof(form.Email), "Enter your email address.");
        if (string.IsNullOrEmpty(form.Password))
            Refuse(nameof(form.Password), "Enter your password.");
        if (!ModelState.IsValid)
            return await RetryAsync(() => PageAsync(form, cancellation));
        var verdict = await passwords.CheckAsync(HttpContext, form.Email!.Trim(), form.Password!, cancellation);
        if (verdict.Wait is { } wait)
            return TooMany(wait);
        if (verdict.User is { TwoFactorEnabled: true } half)
        {
            step.Give(HttpContext, half);
            return LocalRedirect($"/sign-in/code?returnUrl={Uri.EscapeDataString(form.ReturnUrl ?? "")}");
        }
        if (verdict.User is { } user)
        {
            await entrance.EnterAsync(HttpContext, user, cancellation);
            return GoTo(form.ReturnUrl);
        }
        Refuse("", Refusal);
        return await RetryAsync(() => PageAsync(form, cancellation));
    }

    [Authorize, HttpPost("/sign-out")]
    public new async Task<IActionResult> SignOut()
    {
        await signIn.SignOutAsync();
        return LocalRedirect("/sign-in");
    }

    private async Task<IActionResult> PageAsync(SignInForm form, CancellationToken cancellation) =>
        View("SignIn", await SignInPage.OfAsync(form, HttpContext, site, cancellation));

    private LocalRedirectResult GoTo(string? returnUrl) => LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/");
}

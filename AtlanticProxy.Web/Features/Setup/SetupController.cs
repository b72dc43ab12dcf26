using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Setup;

/// <param name="HasOwner">Then one may sign in instead.</param>
internal sealed record TokenPage(bool HasOwner);

internal sealed record OwnerForm(string? Email, string? Password, string? Repeated);

/// <summary>The way into setup, and its first step: the owner's account.</summary>
[Route("/setup")]
internal sealed class SetupController(SiteQueries site, SetupKey key) : SetupStepController(site)
{
    /// <summary>Counts like the account of an email address: by network. No address is called so.</summary>
    private const string Throttled = "setup token";

    /// <summary>How to get a token, and where to put it; with one, the first step that is left.</summary>
    [HttpGet, AllowAnonymous]
    public async Task<IActionResult> Start([FromServices] SiteQueries queries, CancellationToken cancellation)
    {
        var progress = await queries.ProgressAsync(cancellation);
        if (progress.IsFinished)
            return NotFound();
        if (!User.IsOwner && !await key.IsHeldAsync(HttpContext, cancellation))
            return View("Token", new TokenPage(progress.HasOwner));
        return LocalRedirect(progress.Next is { } next ? PathOf(next.Kind) : "/setup/done");
    }

    [HttpPost, AllowAnonymous]
    public async Task<IActionResult> Enter(
        string? token, [FromServices] RedeemSetupToken redeem, [FromServices] SignInThrottle throttle,
        CancellationToken cancellation)
    {
        var attempt = new SignInAttempt(SignInThrottle.NetworkOf(HttpContext.Connection.RemoteIpAddress), Throttled, null);
        // All strangers together are not counted: guesses are hopeless, and they must not keep the owner out.
        if (await throttle.WaitAsync(attempt, () => Task.FromResult(true)) is { } wait)
        {
            Response.Headers.RetryAfter = PasswordCheck.RetryAfter(wait);
            return StatusCode(StatusCodes.Status429TooManyRequests);
        }
        var redeemed = await redeem.ExecuteAsync(new(token ?? ""), cancellation);
        if (!redeemed.IsSuccess)
            throttle.CountFailure(attempt);
        bool hasOwner = (await Site.ProgressAsync(cancellation)).HasOwner;
        return await AnswerAsync(redeemed, held =>
        {
            key.Give(HttpContext, held);
            return LocalRedirect("/setup");
        }, () => Task.FromResult<IActionResult>(View("Token", new TokenPage(hasOwner))));
    }

    [HttpGet("owner")]
    public async Task<IActionResult> Owner(CancellationToken cancellation) =>
        (await Site.ProgressAsync(cancellation)).HasOwner
            ? Next(SetupStepKind.Owner)
            : await PageAsync("Owner", SetupStepKind.Owner, new OwnerForm(null, null, null), cancellation);

    [HttpPost("owner")]
    public async Task<IActionResult> MakeOwner(
        OwnerForm form, [FromServices] CreateFirstOwner create, [FromServices] SignInManager<AppUser> signIn,
        [FromServices] PasswordCheck passwords, CancellationToken cancellation)
    {
        if (form.Password != form.Repeated)
        {
            ModelState.AddModelError(nameof(form.Repeated), "The two passwords differ.");
            return await RetryAsync(FormAsync);
        }
        var made = await create.ExecuteAsync(new(form.Email ?? "", form.Password ?? ""), cancellation);
        if (made.IsSuccess)
        {
            await signIn.SignInAsync(made.Value, isPersistent: false);
            await passwords.RememberAsync(HttpContext, made.Value, cancellation);
        }
        return await AnswerAsync(made, _ => Next(SetupStepKind.Owner, "Your account is made, and you are signed in."), FormAsync);

        Task<IActionResult> FormAsync() => PageAsync("Owner", SetupStepKind.Owner, form, cancellation);
    }
}

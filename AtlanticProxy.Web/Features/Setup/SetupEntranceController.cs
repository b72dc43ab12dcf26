using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Setup;

/// <param name="HasOwner">Then one may sign in instead.</param>
internal sealed record TokenPage(bool HasOwner);

/// <summary>The way into setup: how to get a token, and where to put it.</summary>
[SetupOpen, AllowAnonymous, Route("/setup")]
internal sealed class SetupEntranceController(SiteQueries site, SetupKey key) : PortalController
{
    /// <summary>Counts like the account of an email address: by network. No address is called so.</summary>
    private const string Throttled = "setup token";

    /// <summary>For who is let in already, the first step that is left.</summary>
    [HttpGet]
    public async Task<IActionResult> Enter(CancellationToken cancellation)
    {
        var progress = await site.ProgressAsync(cancellation);
        if (!User.IsOwner && !await key.IsHeldAsync(HttpContext, cancellation))
            return View("Token", new TokenPage(progress.HasOwner));
        return LocalRedirect(progress.Next is { } next ? SetupStepController.PathOf(next.Kind) : "/setup/done");
    }

    [HttpPost]
    public async Task<IActionResult> Redeem(
        string? token, [FromServices] RedeemSetupToken redeem, [FromServices] SignInThrottle throttle,
        CancellationToken cancellation)
    {
        var attempt = new SignInAttempt(SignInThrottle.NetworkOf(HttpContext.Connection.RemoteIpAddress), Throttled, null);
        // All strangers together are not counted: guesses are hopeless, and they must not keep the owner out.
        if (await throttle.WaitAsync(attempt, () => Task.FromResult(true)) is { } wait)
            return TooMany(wait);
        var redeemed = await redeem.ExecuteAsync(new(token ?? ""), cancellation);
        if (!redeemed.IsSuccess)
            throttle.CountFailure(attempt);
        bool hasOwner = (await site.ProgressAsync(cancellation)).HasOwner;
        return await AnswerAsync(redeemed, held =>
        {
            key.Give(HttpContext, held);
            return LocalRedirect("/setup");
        }, () => Task.FromResult<IActionResult>(View("Token", new TokenPage(hasOwner))));
    }
}

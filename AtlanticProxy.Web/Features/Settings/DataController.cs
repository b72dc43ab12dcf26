using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Settings;

/// <summary>A customer's own data: to take away, and to have deleted.</summary>
[Route("/settings")]
internal sealed class DataController(CloseAccount close) : PortalController
{
    [Authorize(Policies.Leads), HttpPost("export")]
    public async Task<IActionResult> Export(
        [FromServices] AccountArchive archive, [FromServices] TimeProvider time, CancellationToken cancellation) =>
        File(await archive.MakeAsync(User.Scope, User.CustomerId, cancellation), "application/zip",
            $"account-{Format.Iso(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime))}.zip");

    [Authorize(Policies.AccountOwners), HttpGet("delete")]
    public async Task<IActionResult> AskClose(CancellationToken cancellation) =>
        View("Close", new ClosePage(await close.ObstaclesAsync(User.CustomerId, cancellation)));

    [Authorize(Policies.AccountOwners), HttpPost("delete")]
    public async Task<IActionResult> Close(
        [FromForm] string? password, [FromServices] PasswordCheck passwords, [FromServices] SignInManager<AppUser> signIn,
        CancellationToken cancellation)
    {
        var verdict = await passwords.CheckAsync(HttpContext, User.Identity!.Name!, password ?? "", cancellation);
        if (verdict.Wait is { } wait)
            return TooMany(wait);
        if (verdict.User is null)
        {
            Refuse("Password", "The password is incorrect.");
            return await RetryAsync(() => AskClose(cancellation));
        }
        var closed = await close.ExecuteAsync(new(new(User.CustomerId, User.UserId)), cancellation);
        if (closed.IsSuccess)
            await signIn.SignOutAsync();
        return await AnswerAsync(closed, () => LocalRedirect("/sign-in"), () => AskClose(cancellation));
    }
}

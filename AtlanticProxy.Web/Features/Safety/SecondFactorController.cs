using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Features.SignIn;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Safety;

/// <summary>Where whoever is signed in turns the second factor on and off.</summary>
[Authorize, Route("/security/second-factor")]
internal sealed class SecondFactorController(
    EnrolSecondFactor enrol, SecondFactorRule rule, CodeCheck codes, Entrance entrance,
    UserManager<AppUser> users, PortalOptions portal) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Enrol(CancellationToken cancellation)
    {
        var begun = await enrol.BeginAsync(User.UserId, cancellation);
        if (!begun.IsSuccess)
            return LocalRedirect("/security"); // it is on
        PageCompression.Prevent(HttpContext);
        return View("Enrol", new EnrolPage(begun.Value, QrCode.SvgOf(begun.Value.UriFor(portal.BrandName)),
            await rule.DueAsync(User.UserId, cancellation)));
    }

    [HttpPost]
    public Task<IActionResult> Confirm(string? code, CancellationToken cancellation) =>
        ShowCodesAsync(() => enrol.ConfirmAsync(User.UserId, code ?? "", cancellation), areFirst: true,
            () => Enrol(cancellation));

    [HttpGet("codes")]
    public IActionResult AskForCodes() => View("NewCodes");

    [HttpPost("codes")]
    public Task<IActionResult> RenewCodes(string? code, CancellationToken cancellation) =>
        ShowCodesAsync(() => enrol.RenewCodesAsync(User.UserId, code ?? "", cancellation), areFirst: false,
            () => Task.FromResult(AskForCodes()));

    [HttpGet("off")]
    public IActionResult AskTurnOff() => View("TurnOff");

    [HttpPost("off")]
    public async Task<IActionResult> TurnOff(
        TurnOffForm form, [FromServices] PasswordCheck passwords, [FromServices] RemoveSecondFactor remove,
        CancellationToken cancellation)
    {
        var verdict = await passwords.CheckAsync(HttpContext, User.Identity!.Name!, form.Password ?? "", cancellation);
        if (verdict.Wait is { } wait)
            return TooMany(wait);
        if (verdict.User is null)
        {
            Refuse(nameof(form.Password), "The password is incorrect.");
            return await RetryAsync(() => Task.FromResult(AskTurnOff()));
        }
        var (pause, removed) = await codes.TryAsync(HttpContext, User.UserId,
            () => remove.ByOwnCodeAsync(User.UserId, form.Code ?? "", cancellation));
        if (pause is { } later)
            return TooMany(later);
        if (removed!.IsSuccess)
            await entrance.AgainAsync(HttpContext, removed.Value);
        return await AnswerAsync(removed, _ =>
        {
            Notify("The second factor is off. Other sessions are signed out.");
            return LocalRedirect("/security");
        }, () => Task.FromResult(AskTurnOff()));
    }

    private async Task<IActionResult> ShowCodesAsync(
        Func<Task<Result<IReadOnlyList<string>>>> attempt, bool areFirst, Func<Task<IActionResult>> form)
    {
        var (wait, shown) = await codes.TryAsync(HttpContext, User.UserId, attempt);
        if (wait is { } pause)
            return TooMany(pause);
        if (shown!.IsSuccess)
        {
            // Sessions that were begun without the code have ended, and this one with them.
            await entrance.AgainAsync(HttpContext, (await users.GetUserAsync(User))!);
            PageCompression.Prevent(HttpContext);
        }
        return await AnswerAsync(shown, made => View("Codes", new CodesPage(made, areFirst)), form);
    }
}

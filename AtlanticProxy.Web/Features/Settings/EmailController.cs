using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Features.SignIn;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Settings;

/// <summary>
/// Where one of a customer's people gets another address: with the password, and a link that is mailed to the new one. The link
/// works only for who asked, signed in.
/// </summary>
[Authorize(Policies.Customers), NotForView, Route("/settings/email")]
internal sealed class EmailController(ChangeEmail change) : PortalController
{
    [HttpGet]
    public IActionResult Ask() => View("Email", new EmailForm(null, null));

    [HttpPost]
    public async Task<IActionResult> Send(
        EmailForm form, [FromServices] PasswordCheck passwords, [FromServices] MailThrottle throttle,
        CancellationToken cancellation)
    {
        Task<IActionResult> Again() => Task.FromResult<IActionResult>(View("Email", form with { Password = null }));
        var verdict = await passwords.CheckAsync(HttpContext, User.Identity!.Name!, form.Password ?? "", cancellation);
        if (verdict.Wait is { } wait)
            return TooMany(wait);
        if (verdict.User is null)
        {
            Refuse(nameof(form.Password), "The password is incorrect.");
            return await RetryAsync(Again);
        }
        if (throttle.TakeInvitation(User.CustomerId, form.Email) is { } pause)
            return TooMany(pause);
        return await AnswerAsync(await change.RequestAsync(User.UserId, form.Email ?? "", cancellation), email =>
        {
            Notify($"We sent a link to {email}. Open it within {ChangeEmail.Lifetime.TotalMinutes} minutes, in this browser.");
            return LocalRedirect("/settings");
        }, Again);
    }

    /// <summary>A page with a button: programs that read mail open links.</summary>
    [HttpGet("confirm")]
    public async Task<IActionResult> AskConfirm(string? token, CancellationToken cancellation) =>
        View("ConfirmEmail", new ConfirmEmailPage(
            token ?? "", await change.WaitingAsync(User.UserId, token ?? "", cancellation)));

    [HttpPost("confirm")]
    public async Task<IActionResult> Confirm(
        [FromForm] string? token, [FromServices] Entrance entrance, CancellationToken cancellation)
    {
        var confirmed = await change.ConfirmAsync(User.UserId, token ?? "", cancellation);
        if (!confirmed.IsSuccess)
            return await RetryAsync(() => Task.FromResult<IActionResult>(View("ConfirmEmail", new ConfirmEmailPage("", null))));
        await entrance.AgainAsync(HttpContext, confirmed.Value);
        Notify($"You now sign in as {confirmed.Value.Email}. Other sessions are signed out.");
        return LocalRedirect("/settings");
    }
}

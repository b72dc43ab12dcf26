using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.SignIn;

/// <param name="CanSend">Whether mail goes out at all.</param>
/// <param name="IsSent">A mail was asked for.</param>
internal sealed record ForgottenPage(string? Email, bool CanSend, bool IsSent);

/// <param name="IsGood">Whether the link still opens anything.</param>
internal sealed record ResetPage(string Token, bool IsGood);

internal sealed record ResetForm(string? Token, string? NewPassword, string? Repeated);

/// <summary>Another password for who has forgotten theirs, by a link in a mail.</summary>
[AllowAnonymous]
internal sealed class ForgottenController(AccountMail mail) : PortalController
{
    [HttpGet("/forgot-password")]
    public async Task<IActionResult> Form(bool sent, CancellationToken cancellation) =>
        View("Forgotten", new ForgottenPage(null, await mail.CanSendAsync(cancellation), sent));

    [HttpPost("/forgot-password")]
    public async Task<IActionResult> Ask(
        string? email, [FromServices] RequestPasswordReset request, [FromServices] MailThrottle throttle,
        CancellationToken cancellation)
    {
        if (throttle.Take(HttpContext.Connection.RemoteIpAddress, email) is { } wait)
            return TooMany(wait);
        return await AnswerAsync(
            await request.ExecuteAsync(new(email ?? ""), cancellation), () => LocalRedirect("/forgot-password?sent=true"),
            async () => View("Forgotten", new ForgottenPage(email, await mail.CanSendAsync(cancellation), false)));
    }

    [HttpGet("/reset")]
    public async Task<IActionResult> Choose(
        string? token, [FromServices] ResetPassword reset, CancellationToken cancellation) =>
        View("Reset", new ResetPage(token ?? "", await reset.IsGoodAsync(token ?? "", cancellation)));

    [HttpPost("/reset")]
    public async Task<IActionResult> Reset(
        ResetForm form, [FromServices] ResetPassword reset, CancellationToken cancellation)
    {
        string token = form.Token ?? "";
        if (!await reset.IsGoodAsync(token, cancellation))
            return await RetryAsync(() => Task.FromResult<IActionResult>(View("Reset", new ResetPage("", false))));
        if (!NewPassword.IsTyped(ModelState, form.NewPassword, form.Repeated))
            return await RetryAsync(FormAsync);
        var done = await reset.ExecuteAsync(new(token, form.NewPassword!), cancellation);
        return await AnswerAsync(done, () =>
        {
            Notify("Your password is changed. Sign in with the new one.");
            return LocalRedirect("/sign-in");
        }, FormAsync);

        Task<IActionResult> FormAsync() => Task.FromResult<IActionResult>(View("Reset", new ResetPage(token, true)));
    }

    protected override string FieldOf(string field) =>
        field == nameof(SetPassword.Request.Password) ? nameof(ResetForm.NewPassword) : field;
}

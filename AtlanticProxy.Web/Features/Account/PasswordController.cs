using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Features.SignIn;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Account;

internal sealed record PasswordForm(string? Password, string? NewPassword, string? Repeated);

/// <summary>Where whoever is signed in changes the own password.</summary>
[Authorize]
internal sealed class PasswordController(Entrance entrance, PasswordCheck passwords, ChangePassword change)
    : PortalController
{
    [HttpGet("/account/password")]
    public IActionResult Form() => View("Password");

    [HttpPost("/account/password")]
    public async Task<IActionResult> Change(PasswordForm form, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(form.Password))
            Refuse(nameof(form.Password), "Enter your present password.");
        if (!NewPassword.IsTyped(ModelState, form.NewPassword, form.Repeated))
            return await RetryAsync(FormAsync);

        var verdict = await passwords.CheckAsync(HttpContext, User.Identity!.Name!, form.Password!, cancellation);
        if (verdict.Wait is { } wait)
            return TooMany(wait);
        var changed = await change.ExecuteAsync(new(User.UserId, form.Password!, form.NewPassword!));
        if (!changed.IsSuccess)
            return await AnswerAsync(changed, _ => NoContent(), FormAsync);

        await entrance.AgainAsync(HttpContext, changed.Value);
        Notify("Your password is changed. Other sessions are signed out.");
        return LocalRedirect("/");
    }

    private Task<IActionResult> FormAsync() => Task.FromResult(Form());
}

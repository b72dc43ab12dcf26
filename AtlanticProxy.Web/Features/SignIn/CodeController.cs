using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.SignIn;

/// <summary>The second step of signing in: the code of whoever has an authenticator app.</summary>
[AllowAnonymous, Route("/sign-in/code")]
internal sealed class CodeController(
    SecondStep step, SecondFactor factor, CodeCheck codes, PasswordCheck passwords, Entrance entrance) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Form(string? returnUrl) =>
        await step.FindAsync(HttpContext) is null ? LocalRedirect("/sign-in") : Page(returnUrl);

    [HttpPost]
    public async Task<IActionResult> Check(string? code, string? returnUrl, CancellationToken cancellation)
    {
        if (await step.FindAsync(HttpContext) is not { } user)
            return LocalRedirect("/sign-in");
        var (wait, checkedCode) = await codes.TryAsync(
            HttpContext, user.Id, () => factor.ProveAsync(user, code ?? "", cancellation));
        if (wait is { } pause)
            return TooMany(pause);
        if (!checkedCode!.IsSuccess)
        {
            passwords.LogFailure(HttpContext, user.Id, SignInEnding.WrongCode);
            return await AnswerAsync(checkedCode, NoContent, () => Task.FromResult<IActionResult>(Page(returnUrl)));
        }
        step.TakeBack(HttpContext);
        await entrance.EnterAsync(HttpContext, user, cancellation);
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/");
    }

    private ViewResult Page(string? returnUrl) => View("SecondStep", returnUrl ?? "");
}

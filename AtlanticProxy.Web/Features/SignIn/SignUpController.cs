using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Languages;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.SignIn;

internal sealed record SignUpForm(string? Email, string? Password, string? Company, bool AgreesToTerms);

/// <param name="IsOpen">Whether anybody may sign up now.</param>
/// <param name="TermsUrl">Null: there is nothing to agree to.</param>
internal sealed record SignUpPage(SignUpForm Form, bool IsOpen, string? TermsUrl);

/// <param name="Email">That waits for its proof; null: nothing does any longer.</param>
internal sealed record CodePage(string? Email);

/// <param name="Email">That waits for its proof; null: the link is not good.</param>
internal sealed record ConfirmPage(string Token, string? Email);

/// <summary>An account for whoever proves an email address, where the owner lets anybody have one.</summary>
[AllowAnonymous]
internal sealed class SignUpController(SiteQueries site, AccountMail mail) : PortalController
{
    /// <summary>At a reseller's host name, customers come by its invitation.</summary>
    private bool IsResellers => PageBrand.Of(HttpContext).IsResellers;

    [HttpGet("/sign-up")]
    public Task<IActionResult> Form(CancellationToken cancellation) =>
        PageAsync(new SignUpForm(null, null, null, false), cancellation);

    [HttpPost("/sign-up")]
    public async Task<IActionResult> Ask(
        SignUpForm form, [FromServices] RequestSignUp request, [FromServices] MailThrottle throttle,
        [FromServices] SignUpKey key, CancellationToken cancellation)
    {
        if (IsResellers)
            return await RetryAsync(() => PageAsync(form, cancellation));
        if (throttle.TakeSignUp(HttpContext.Connection.RemoteIpAddress, form.Email) is { } wait)
            return TooMany(wait);
        var asked = await request.ExecuteAsync(
            new(form.Email ?? "", form.Password ?? "", form.Company ?? "", form.AgreesToTerms,
                Language.Current.Code), cancellation);
        return await AnswerAsync(asked, page =>
        {
            key.Give(HttpContext, page);
            return LocalRedirect("/sign-up/code");
        }, () => PageAsync(form, cancellation));
    }

    [HttpGet("/sign-up/code")]
    public async Task<IActionResult> Code(
        [FromServices] ConfirmSignUp confirm, [FromServices] SignUpKey key, CancellationToken cancellation) =>
        View("Code", new CodePage(await confirm.WaitingAsync(key.Of(HttpContext), cancellation)));

    [HttpPost("/sign-up/code")]
    public async Task<IActionResult> ConfirmByCode(
        string? code, [FromServices] ConfirmSignUp confirm, [FromServices] SignUpKey key, [FromServices] Entrance entrance,
        CancellationToken cancellation)
    {
        var confirmed = await confirm.ByCodeAsync(key.Of(HttpContext), code ?? "", cancellation,
            Language.Current.Code);
        if (confirmed.IsSuccess)
            return await WelcomeAsync(confirmed.Value, key, entrance, cancellation);
        string? waiting = await confirm.WaitingAsync(key.Of(HttpContext), cancellation);
        return await AgainAsync(confirmed, waiting, View("Code", new CodePage(waiting)));
    }

    [HttpGet("/sign-up/confirm")]
    public async Task<IActionResult> Link(
        string? token, [FromServices] ConfirmSignUp confirm, CancellationToken cancellation) =>
        View("Confirm", new ConfirmPage(token ?? "", await confirm.WaitingByLinkAsync(token ?? "", cancellation)));

    [HttpPost("/sign-up/confirm")]
    public async Task<IActionResult> ConfirmByLink(
        string? token, string? password, [FromServices] ConfirmSignUp confirm, [FromServices] SignUpKey key,
        [FromServices] Entrance entrance, CancellationToken cancellation)
    {
        var confirmed = await confirm.ByLinkAsync(token ?? "", password ?? "", cancellation, Language.Current.Code);
        if (confirmed.IsSuccess)
            return await WelcomeAsync(confirmed.Value, key, entrance, cancellation);
        string? waiting = await confirm.WaitingByLinkAsync(token ?? "", cancellation);
        return await AgainAsync(confirmed, waiting, View("Confirm", new ConfirmPage(token ?? "", waiting)));
    }

    private Task<IActionResult> AgainAsync(Result refused, string? waiting, ViewResult page)
    {
        if (waiting is not null) // else the page says that it is over
            foreach (var error in refused.Errors)
                Refuse(error.Field ?? "", error.Words);
        return RetryAsync(() => Task.FromResult<IActionResult>(page));
    }

    private async Task<IActionResult> WelcomeAsync(
        AppUser user, SignUpKey key, Entrance entrance, CancellationToken cancellation)
    {
        key.TakeBack(HttpContext);
        await entrance.EnterAsync(HttpContext, user, cancellation);
        Notify("Welcome: your account is ready.");
        return LocalRedirect("/");
    }

    private async Task<IActionResult> PageAsync(SignUpForm form, CancellationToken cancellation)
    {
        var settings = await site.SignUpAsync(cancellation);
        bool isOpen = settings.Mode == SignUpMode.On && !IsResellers && await mail.CanSendAsync(cancellation);
        return View("SignUp", new SignUpPage(form with { Password = null }, isOpen, settings.TermsUrl));
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Features.SignIn;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Safety;

/// <param name="Credential">What the browser's script has made.</param>
internal sealed record PasskeyForm(string? Name, string? Credential);

/// <summary>Where whoever is signed in adds and removes passkeys.</summary>
[Authorize, Route("/security/passkeys"), StepUp]
internal sealed class PasskeysController(Passkeys passkeys, PasskeyCeremony ceremony) : PortalController
{
    [HttpGet("new")]
    public IActionResult New() => View("NewPasskey", T[BrowserWords.Of(BrowserName.Of(Request.Headers.UserAgent.ToString()))]);

    /// <summary>What the browser makes one from; for the page's script.</summary>
    [HttpPost("options")]
    public async Task<IActionResult> Options([FromServices] UserManager<AppUser> users) =>
        Content(await ceremony.BeginRegistrationAsync(HttpContext, (await users.GetUserAsync(User))!), "application/json");

    [HttpPost("new")]
    public async Task<IActionResult> Add(PasskeyForm form, CancellationToken cancellation)
    {
        Task<IActionResult> Again() => Task.FromResult<IActionResult>(View("NewPasskey", form.Name ?? ""));
        if (await ceremony.FinishRegistrationAsync(HttpContext, User.UserId, form.Credential) is not { } made)
        {
            Refuse("", "No passkey was made. Try again, and confirm when your browser asks.");
            return await RetryAsync(Again);
        }
        return await AnswerAsync(await passkeys.AddAsync(User.UserId, made, form.Name ?? "", cancellation), () =>
        {
            Notify($"Passkey {form.Name!.Trim()} added. You can sign in with it from now on.");
            return LocalRedirect("/security");
        }, Again);
    }

    [HttpGet("{id}/remove")]
    public async Task<IActionResult> AskRemove(string id, CancellationToken cancellation)
    {
        var mine = await passkeys.ListAsync(User.UserId, cancellation);
        return mine.FirstOrDefault(one => one.Id == id) is { } passkey
            ? View("Confirm", new Confirmation($"Remove passkey {passkey.Name}?",
                "It no longer signs you in, and your other sessions are signed out. Also delete it on the device or in the "
                + "password manager that keeps it.",
                "Remove passkey", "/security"))
            : StatusCode(StatusCodes.Status404NotFound);
    }

    [HttpPost("{id}/remove")]
    public async Task<IActionResult> Remove(
        string id, [FromServices] Entrance entrance, CancellationToken cancellation)
    {
        var removed = await passkeys.RemoveAsync(User.UserId, id, cancellation);
        if (removed.IsSuccess)
            await entrance.AgainAsync(HttpContext, removed.Value);
        return Answer(removed, _ =>
        {
            Notify("Passkey removed. Other sessions are signed out.");
            return LocalRedirect("/security");
        });
    }
}

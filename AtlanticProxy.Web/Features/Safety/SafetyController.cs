using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Safety;

/// <summary>Whether the account of whoever is signed in is safe: password, second factor, sessions.</summary>
[Authorize, Route("/security")]
internal sealed class SafetyController(
    UserSessions sessions, SecondFactor factor, SecondFactorRule rule, Passkeys passkeys) : PortalController
{
    /// <summary>What the form says in place of a session's id.</summary>
    private const string Others = "others";

    [HttpGet]
    public async Task<IActionResult> Show(CancellationToken cancellation) => View("Safety", new SafetyPage(
        await factor.RecoveryCodesLeftAsync(User.UserId, cancellation), await rule.DueAsync(User.UserId, cancellation),
        await passkeys.ListAsync(User.UserId, cancellation),
        await sessions.ListAsync(User.UserId, SessionStore.KeyOf(HttpContext), cancellation)));

    /// <param name="session">The id of one, or "others".</param>
    [HttpPost("sessions/end")]
    public async Task<IActionResult> End(string? session, CancellationToken cancellation)
    {
        if (session == Others)
        {
            int ended = await sessions.EndOthersAsync(User.UserId, SessionStore.KeyOf(HttpContext), cancellation);
            return Back(ended == 0 ? "There were no other sessions."
                : (Phrase)$"{Format.Count(ended, "other session", "other sessions")} signed out.");
        }
        return long.TryParse(session, NumberStyles.None, CultureInfo.InvariantCulture, out long id)
            && await sessions.EndAsync(User.UserId, id, cancellation)
                ? Back("That session is signed out.")
                : StatusCode(StatusCodes.Status404NotFound);
    }

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/security", words);
}

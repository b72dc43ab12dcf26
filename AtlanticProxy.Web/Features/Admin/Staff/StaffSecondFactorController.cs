using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Staff;

/// <summary>Whether staff need a second factor, and taking one away from who has lost it.</summary>
[Authorize(Policies.Owners), Route(StaffController.Path)]
internal sealed class StaffSecondFactorController(StaffSecondFactor factor, AccountQueries accounts) : PortalController
{
    /// <summary>One's own needs password and code: an open session alone does not take it away.</summary>
    private const string OwnTurnOff = "/security/second-factor/off";

    [HttpPost("second-factor"), StepUp]
    public async Task<IActionResult> Require(bool? required, CancellationToken cancellation)
    {
        if (required is not { } rule)
            return StatusCode(StatusCodes.Status400BadRequest);
        bool changed = await factor.RequireAsync(rule, cancellation);
        return Back((changed, rule) switch
        {
            (false, _) => (Phrase)"No changes.",
            (_, true) => $"Staff now need a second factor. Those without one have {SecondFactorRule.Grace.TotalDays} days to "
                + $"turn it on.",
            _ => "Staff no longer need a second factor.",
        });
    }

    [HttpGet("{id:long}/second-factor/reset")]
    public async Task<IActionResult> AskReset(long id, CancellationToken cancellation) =>
        id == User.UserId ? LocalRedirect(OwnTurnOff)
        : (await accounts.ListAsync(null, cancellation)).SingleOrDefault(account => account.Id == id) is { } account
            ? View("Confirm", SecondFactorReset.Ask(account, StaffController.Path))
            : StatusCode(StatusCodes.Status404NotFound);

    [HttpPost("{id:long}/second-factor/reset"), StepUp]
    public async Task<IActionResult> Reset(
        long id, [FromServices] RemoveSecondFactor remove, CancellationToken cancellation)
    {
        if (id == User.UserId)
            return LocalRedirect(OwnTurnOff);
        var done = await remove.ByOwnerAsync(id, null, cancellation);
        return await AnswerAsync(done, user => Back(SecondFactorReset.Done(user.Email)),
            () => Task.FromResult<IActionResult>(Back(done.Errors[0].Words)));
    }

    private LocalRedirectResult Back(Phrase words) => RedirectSaying(StaffController.Path, words);
}

/// <summary>What is asked and said when an owner takes somebody's second factor away.</summary>
internal static class SecondFactorReset
{
    public static Confirmation Ask(AccountSummary account, string back) => new(
        $"Reset the second factor of {account.Email}?",
        "Their sessions end, and they sign in with their password only until they turn it on again. "
            + "Make sure that the request comes from them.",
        "Reset second factor", back);

    public static Phrase Done(string email) => $"{email} now signs in with the password only. Their sessions are signed out.";
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.SignIn;

/// <param name="Person">Who is invited; null: the link is not good.</param>
internal sealed record InvitationPage(string Token, InvitedPerson? Person);

internal sealed record InvitationForm(string? Token, string? NewPassword, string? Repeated, bool AgreesToTerms);

/// <summary>Where somebody chooses a password whom staff, or one of a customer's people, have invited.</summary>
[AllowAnonymous, Route("/invitation")]
internal sealed class InvitationController(AcceptInvitation invitations) : PortalController
{
    [HttpGet]
    public Task<IActionResult> Show(string? token, CancellationToken cancellation) => PageAsync(token ?? "", cancellation);

    [HttpPost]
    public async Task<IActionResult> Accept(
        InvitationForm form, [FromServices] Entrance entrance, CancellationToken cancellation)
    {
        string token = form.Token ?? "";
        if (await invitations.InvitedAsync(token, cancellation) is null
            || !NewPassword.IsTyped(ModelState, form.NewPassword, form.Repeated))
            return await RetryAsync(() => PageAsync(token, cancellation));
        var accepted = await invitations.ExecuteAsync(new(token, form.NewPassword!, form.AgreesToTerms), cancellation);
        if (accepted.IsSuccess)
        {
            await entrance.EnterAsync(HttpContext, accepted.Value, cancellation);
            Notify("Welcome: your account is ready.");
        }
        return await AnswerAsync(accepted, _ => LocalRedirect("/"), () => PageAsync(token, cancellation));
    }

    protected override string FieldOf(string field) =>
        field == nameof(AcceptInvitation.Request.Password) ? nameof(InvitationForm.NewPassword) : field;

    private async Task<IActionResult> PageAsync(string token, CancellationToken cancellation) =>
        View("Invitation", new InvitationPage(token, await invitations.InvitedAsync(token, cancellation)));
}

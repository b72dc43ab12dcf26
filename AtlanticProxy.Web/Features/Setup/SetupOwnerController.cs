using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Features.SignIn;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Setup;

internal sealed record OwnerForm(string? Email, string? Password, string? Repeated);

/// <summary>The owner's account, which signs its maker in.</summary>
[Route("/setup/owner")]
internal sealed class SetupOwnerController(SiteQueries site) : SetupStepController(site)
{
    [HttpGet]
    public async Task<IActionResult> Show(CancellationToken cancellation) =>
        (await Site.ProgressAsync(cancellation)).HasOwner
            ? Next(SetupStepKind.Owner)
            : await FormAsync(new OwnerForm(null, null, null), cancellation);

    [HttpPost]
    public async Task<IActionResult> Make(
        OwnerForm form, [FromServices] CreateFirstOwner create, [FromServices] Entrance entrance, CancellationToken cancellation)
    {
        if (form.Password != form.Repeated)
        {
            Refuse(nameof(form.Repeated), "The two passwords differ.");
            return await RetryAsync(() => FormAsync(form, cancellation));
        }
        var made = await create.ExecuteAsync(new(form.Email ?? "", form.Password ?? ""), cancellation);
        if (made.IsSuccess)
            await entrance.EnterAsync(HttpContext, made.Value, cancellation);
        return await AnswerAsync(
            made, _ => Next(SetupStepKind.Owner, "Your account is made, and you are signed in."),
            () => FormAsync(form, cancellation));
    }

    private Task<IActionResult> FormAsync(OwnerForm form, CancellationToken cancellation) =>
        PageAsync("Owner", SetupStepKind.Owner, form, cancellation);
}

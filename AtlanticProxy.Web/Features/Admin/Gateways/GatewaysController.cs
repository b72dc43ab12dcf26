using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Gateways;

/// <summary>How customers can pay.</summary>
[Authorize(Policies.Owners), Route("/admin/gateways")]
internal sealed class GatewaysController(PaymentQueries payments, PortalOptions portal) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(CancellationToken cancellation) =>
        View("List", await payments.GatewaysAsync(cancellation));

    /// <summary>Which kind, and then its form.</summary>
    [HttpGet("new")]
    public IActionResult New(GatewayKind? kind) => kind is not { } known ? View("Kinds", Enum.GetValues<GatewayKind>())
        : Enum.IsDefined(known) ? Form(null, new GatewayForm { Kind = known, Name = T[GatewayPage.LabelOf(known)] })
        : NotFound();

    [HttpPost("new"), StepUp]
    public async Task<IActionResult> Add(GatewayForm form, [FromServices] AddGateway add, CancellationToken cancellation)
    {
        Task<IActionResult> Again() => Task.FromResult<IActionResult>(Form(null, form));
        if (!Enum.IsDefined(form.Kind))
            return NotFound();
        return !ModelState.IsValid ? await RetryAsync(Again)
            : await AnswerAsync(
                await add.ExecuteAsync(new AddGateway.Request(form.Kind, form.Name ?? "", form.ToSettings()), cancellation),
                gateway =>
                {
                    Notify(gateway.Kind == GatewayKind.Bank
                        ? (Phrase)$"{gateway.Name} is added, and customers can pay by it."
                        : $"{gateway.Name} is added. Next: set the webhook address there, and test it.");
                    return LocalRedirect($"/admin/gateways/{gateway.Id}");
                }, Again);
    }

    [HttpGet("{id:long}")]
    public async Task<IActionResult> Edit(long id, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation) is not { } gateway)
            return NotFound();
        var form = GatewayForm.Of(gateway);
        Show(form.Facts);
        return Form(id, form);
    }

    [HttpPost("{id:long}"), StepUp]
    public async Task<IActionResult> Change(
        long id, GatewayForm form, [FromServices] UpdateGateway update, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation) is not { } gateway)
            return NotFound();
        // A gateway stays of its kind, under its name.
        form = form with { Kind = gateway.Kind, Name = gateway.Name };
        Task<IActionResult> Again() => Task.FromResult<IActionResult>(Form(id, form));
        return HasChangedMeanwhile(GatewayForm.Of(gateway).Facts) ? await Again()
            : await AnswerAsync(await update.ExecuteAsync(new UpdateGateway.Request(id, form.ToSettings()), cancellation),
                changed => Back(changed
                    ? (Phrase)$"{gateway.Name} is changed."
                    : $"No changes: {gateway.Name} already has these settings."),
                Again);
    }

    [HttpPost("{id:long}/test")]
    public async Task<IActionResult> Test(long id, [FromServices] TestGateway test, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation) is not { } gateway)
            return NotFound();
        return await AnswerAsync(await test.ExecuteAsync(new TestGateway.Request(id), cancellation), words =>
        {
            Notify($"{words}");
            return LocalRedirect($"/admin/gateways/{id}");
        }, () =>
        {
            var form = GatewayForm.Of(gateway);
            Show(form.Facts);
            return Task.FromResult<IActionResult>(Form(id, form));
        });
    }

    [HttpPost("{id:long}/enable"), StepUp]
    public async Task<IActionResult> Enable(long id, [FromServices] SetGatewayState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetGatewayState.Request(id, true), cancellation),
            _ => Back("The gateway is enabled: customers can pay by it."));

    [HttpPost("{id:long}/disable"), StepUp]
    public async Task<IActionResult> Disable(long id, [FromServices] SetGatewayState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetGatewayState.Request(id, false), cancellation),
            _ => Back("The gateway is disabled. Payments that were begun with it go on."));

    [HttpGet("{id:long}/remove")]
    public async Task<IActionResult> AskRemove(long id, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) is { } gateway ? Confirm(gateway) : NotFound();

    [HttpPost("{id:long}/remove"), StepUp]
    public async Task<IActionResult> Remove(long id, [FromServices] RemoveGateway remove, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation) is not { } gateway)
            return NotFound();
        return await AnswerAsync(await remove.ExecuteAsync(new RemoveGateway.Request(id), cancellation),
            () => Back($"{gateway.Name} is removed."), async () =>
                View("List", await payments.GatewaysAsync(cancellation)));
    }

    private async Task<GatewaySummary?> FindAsync(long id, CancellationToken cancellation) =>
        (await payments.GatewaysAsync(cancellation)).SingleOrDefault(gateway => gateway.Id == id);

    private ViewResult Confirm(GatewaySummary gateway) => View("Confirm", new Confirmation(
        $"Remove {gateway.Name}?",
        "Its secrets are wiped, and the cards that customers saved there can no longer be charged. Its payments stay in the "
            + "books.",
        "Remove gateway", "/admin/gateways"));

    private ViewResult Form(long? id, GatewayForm form) => View("Form", new GatewayPage(id, form,
        form.Kind == GatewayKind.Bank
            ? null
            : $"{OriginOf(portal, Request)}/webhooks/{form.Kind.ToString().ToLowerInvariant()}"));

    /// <summary>The configured name, or the one that this request reached the portal by.</summary>
    private static string OriginOf(PortalOptions portal, HttpRequest request) => portal.HostName.Length > 0
        ? $"https://{portal.HostName}"
        : $"{request.Scheme}://{request.Host}";

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/admin/gateways", words);
}

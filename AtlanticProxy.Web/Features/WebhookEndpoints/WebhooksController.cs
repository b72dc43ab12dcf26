using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Webhooks;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.WebhookEndpoints;

/// <summary>
/// Where events are sent, what became of each, and sending one again; for a customer and for the reseller. Whose a webhook is, is
/// checked with its id.
/// </summary>
internal abstract class WebhooksController(WebhookQueries webhooks) : PortalController
{
    protected abstract WebhookPlace Place { get; }

    [HttpGet]
    public async Task<IActionResult> List(CancellationToken cancellation) =>
        View("Webhooks", new WebhooksPage(Place, await AllAsync(cancellation)));

    [HttpGet("new")]
    public IActionResult New() => Form(null, new WebhookForm(null, null, true));

    [HttpPost("new"), StepUp]
    public async Task<IActionResult> Add(WebhookForm form, [FromServices] AddWebhook add, CancellationToken cancellation) =>
        await AnswerAsync(
            await add.ExecuteAsync(new(User.Scope, Place.CustomerId, form.Url ?? "", form.Kinds ?? []), cancellation),
            secret => ShowSecret(secret, isNew: true), () => Task.FromResult<IActionResult>(Form(null, form)));

    [HttpGet("{id:long}")]
    public async Task<IActionResult> Show(long id, CancellationToken cancellation, int page = 1)
    {
        if (await FindAsync(id, cancellation) is not { } webhook)
            return NotFound();
        var found = (await webhooks.DeliveriesAsync(User.Scope, id, new PageRequest(page), cancellation)).Value;
        return View("Webhook", new WebhookPage(Place, webhook, found,
            new Listing($"{Place.Path}/{id}", null, found.Number, found.Size, found.Total, "")));
    }

    [HttpGet("{id:long}/edit")]
    public async Task<IActionResult> Edit(long id, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) is { } webhook
            ? Form(id, new WebhookForm(webhook.Url, [.. webhook.Kinds], webhook.Enabled))
            : NotFound();

    [HttpPost("{id:long}/edit"), StepUp]
    public async Task<IActionResult> Change(
        long id, WebhookForm form, [FromServices] UpdateWebhook update, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation) is null)
            return NotFound();
        return await AnswerAsync(
            await update.ExecuteAsync(new(User.Scope, id, form.Url ?? "", form.Kinds ?? [], form.Enabled), cancellation),
            changed => Back(id, changed ? "The webhook is saved." : "No changes."),
            () => Task.FromResult<IActionResult>(Form(id, form)));
    }

    [HttpPost("{id:long}/test")]
    public async Task<IActionResult> Test(long id, [FromServices] SendTestWebhook send, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) is null ? NotFound()
            : Answer(await send.ExecuteAsync(new(User.Scope, id), cancellation),
                () => Back(id, "A test is on its way. It shows below within a minute."));

    [HttpPost("{id:long}/deliveries/{delivery:long}/send")]
    public async Task<IActionResult> Redeliver(
        long id, long delivery, [FromServices] RedeliverWebhook redeliver, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) is null ? NotFound()
            : await redeliver.ExecuteAsync(new(User.Scope, delivery), cancellation) is var sent
                && sent.Errors is [{ Kind: ErrorKind.Conflict } waiting]
            ? Back(id, waiting.Words)
            : Answer(sent, () => Back(id, "The event is sent again within a minute."));

    [HttpGet("{id:long}/secret")]
    public async Task<IActionResult> AskSecret(long id, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) is { } webhook
            ? View("Confirm", new Confirmation("Make a new signing secret?",
                $"What is sent to {webhook.Url} is signed with the new one at once. Change it there, too.",
                "New secret", $"{Place.Path}/{id}"))
            : NotFound();

    [HttpPost("{id:long}/secret"), StepUp]
    public async Task<IActionResult> Rotate(
        long id, [FromServices] RotateWebhookSecret rotate, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) is null ? NotFound()
            : Answer(await rotate.ExecuteAsync(new(User.Scope, id), cancellation), secret => ShowSecret(secret, isNew: false));

    [HttpGet("{id:long}/remove")]
    public async Task<IActionResult> AskRemove(long id, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) is { } webhook
            ? View("Confirm", new Confirmation("Remove this webhook?",
                Phrase.Plural(webhook.Pending,
                    $"{webhook.Url} receives no more events. {webhook.Pending:N0} event that waits is not sent. The list of what "
                        + $"was sent is removed.",
                    $"{webhook.Url} receives no more events. {webhook.Pending:N0} events that wait are not sent. The list of "
                        + $"what was sent is removed."),
                "Remove webhook", $"{Place.Path}/{id}"))
            : NotFound();

    [HttpPost("{id:long}/remove")]
    public async Task<IActionResult> Remove(long id, [FromServices] RemoveWebhook remove, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) is null ? NotFound()
            : Answer(await remove.ExecuteAsync(new(User.Scope, id), cancellation), () =>
            {
                Notify("The webhook is removed.");
                return LocalRedirect(Place.Path);
            });

    private Task<IReadOnlyList<WebhookSummary>> AllAsync(CancellationToken cancellation) =>
        webhooks.ListAsync(User.Scope, Place.CustomerId, cancellation);

    /// <summary>Null: it is nobody's, or another's.</summary>
    private async Task<WebhookSummary?> FindAsync(long id, CancellationToken cancellation) =>
        (await AllAsync(cancellation)).SingleOrDefault(webhook => webhook.Id == id);

    private ViewResult Form(long? id, WebhookForm form) => View("Form", new WebhookFormPage(Place, id, form));

    private ViewResult ShowSecret(WebhookSecret secret, bool isNew)
    {
        PageCompression.Prevent(HttpContext);
        return View("Secret", new WebhookSecretPage(Place, secret, isNew));
    }

    private LocalRedirectResult Back(long id, Phrase words) => RedirectSaying($"{Place.Path}/{id}", words);
}

/// <summary>In the customer's own portal.</summary>
[Authorize(Policies.Connectors), Route(Path)]
internal sealed class CustomerWebhooksController(WebhookQueries webhooks) : WebhooksController(webhooks)
{
    private const string Path = "/api-access/webhooks";

    protected override WebhookPlace Place => new(Path, User.CustomerId, EventKinds.OfCustomers);
}

/// <summary>The reseller's own, which are told of every customer.</summary>
[Authorize(Policies.Owners), Route(Path)]
internal sealed class StaffWebhooksController(WebhookQueries webhooks) : WebhooksController(webhooks)
{
    private const string Path = "/admin/settings/webhooks";

    protected override WebhookPlace Place => new(Path, null, EventKinds.All);
}

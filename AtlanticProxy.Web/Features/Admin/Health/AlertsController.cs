using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.ControlPlane.Health.Alerts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Health;

internal sealed record AlertsPage(IReadOnlyList<AlertChannelSummary> Channels, IReadOnlyList<AlertSummary> Told);

/// <summary>A channel as its form has it.</summary>
/// <param name="Secret">Never shown again; empty: the stored one stays.</param>
internal sealed record AlertChannelForm(
    AlertKind Kind, string? Name, string? Target, string? Secret, string? Template, HealthState From, int? AfterMinutes,
    int? IntervalMinutes, int? RemindMinutes, bool Enabled)
{
    /// <summary>Five minutes between failures of a check that comes and goes; an hour until the next reminder.</summary>
    public static AlertChannelForm New(AlertKind kind) =>
        new(kind, null, null, null, null, HealthState.Degraded, 0, 5, 60, true);

    public static AlertChannelForm Of(AlertChannelSummary channel) => new(
        channel.Kind, channel.Name, channel.Target, null, channel.Template, channel.From, channel.AfterMinutes,
        channel.IntervalMinutes, channel.RemindMinutes, channel.Enabled);

    public AlertChannels.Request ToRequest() => new(
        Kind, Name ?? "", Target ?? "", Secret, Template ?? "", From, AfterMinutes ?? 0, IntervalMinutes ?? 0, RemindMinutes ?? 0,
        Enabled);

    /// <summary>Without the secret, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{nameof(AlertChannelForm)} {{ {Name} }}";
}

/// <param name="Id">Null: a new one.</param>
internal sealed record AlertChannelPage(long? Id, AlertChannelForm Form, bool HasSecret);

/// <summary>Whom to tell when a check fails.</summary>
[Reads(Area.Operations), Route(Path)]
internal sealed class AlertsController(AlertChannels channels) : PortalController
{
    public const string Path = "/admin/health/alerts";

    /// <summary>Rows of what was told.</summary>
    private const int Told = 50;

    [HttpGet]
    public async Task<IActionResult> List(CancellationToken cancellation) => View("Alerts",
        new AlertsPage(await channels.ListAsync(cancellation), await channels.ToldAsync(Told, cancellation)));

    /// <summary>Which kind, and then its form.</summary>
    [HttpGet("new"), Writes(Area.Operations)]
    public IActionResult New(AlertKind? kind) => kind is not { } known ? View("AlertKinds", Enum.GetValues<AlertKind>())
        : Enum.IsDefined(known) ? Form(null, AlertChannelForm.New(known), hasSecret: false)
        : NotFound();

    [HttpPost("new"), Writes(Area.Operations)]
    public async Task<IActionResult> Add(AlertChannelForm form, CancellationToken cancellation)
    {
        if (!Enum.IsDefined(form.Kind))
            return NotFound();
        Task<IActionResult> Again() => Task.FromResult<IActionResult>(Form(null, form, hasSecret: false));
        return !ModelState.IsValid ? await RetryAsync(Again)
            : await AnswerAsync(await channels.AddAsync(form.ToRequest(), cancellation),
                id => RedirectSaying($"{Path}/{id}", $"{form.Name} is added. Send a test to verify it."), Again);
    }

    [HttpGet("{id:long}"), Writes(Area.Operations)]
    public async Task<IActionResult> Edit(long id, CancellationToken cancellation) =>
        await channels.FindAsync(id, cancellation) is { } channel
            ? Form(id, AlertChannelForm.Of(channel), channel.HasSecret) : NotFound();

    [HttpPost("{id:long}"), Writes(Area.Operations)]
    public async Task<IActionResult> Change(long id, AlertChannelForm form, CancellationToken cancellation)
    {
        if (await channels.FindAsync(id, cancellation) is not { } channel)
            return NotFound();
        form = form with { Kind = channel.Kind };
        Task<IActionResult> Again() => Task.FromResult<IActionResult>(Form(id, form, channel.HasSecret));
        return !ModelState.IsValid ? await RetryAsync(Again)
            : await AnswerAsync(await channels.ChangeAsync(id, form.ToRequest(), cancellation),
                changed => RedirectSaying(Path, changed
                    ? (Phrase)$"{form.Name} is changed."
                    : $"No changes: {form.Name} already has these settings."), Again);
    }

    [HttpPost("{id:long}/test"), Writes(Area.Operations)]
    public async Task<IActionResult> Test(
        long id, [FromServices] TestAlertChannel test, [FromServices] IHealthLooks looks, CancellationToken cancellation)
    {
        if (await channels.FindAsync(id, cancellation) is not { } channel)
            return NotFound();
        string node = looks.Current is [var first, ..] ? first.Node : "portal";
        return await AnswerAsync(await test.ExecuteAsync(new(id, node), cancellation),
            () => RedirectSaying($"{Path}/{id}", $"The test was delivered to {channel.Name}."),
            () => Task.FromResult<IActionResult>(Form(id, AlertChannelForm.Of(channel), channel.HasSecret)));
    }

    [HttpGet("{id:long}/remove"), Writes(Area.Operations)]
    public async Task<IActionResult> AskRemove(long id, CancellationToken cancellation) =>
        await channels.FindAsync(id, cancellation) is { } channel
            ? View("Confirm", new Confirmation($"Remove {channel.Name}?",
                "No more alerts are sent to it, and its alert history is deleted.", "Remove channel", $"{Path}/{id}"))
            : NotFound();

    [HttpPost("{id:long}/remove"), Writes(Area.Operations)]
    public async Task<IActionResult> Remove(long id, CancellationToken cancellation) =>
        Answer(await channels.RemoveAsync(id, cancellation), () => RedirectSaying(Path, "The channel is removed."));

    private ViewResult Form(long? id, AlertChannelForm form, bool hasSecret) =>
        View("AlertChannel", new AlertChannelPage(id, form, hasSecret));
}

/// <summary>When anything was not healthy.</summary>
[Reads(Area.Operations), Route("/admin/health/incidents")]
internal sealed class IncidentsController(HealthQueries queries) : PortalController
{
    private const int Shown = 100;

    [HttpGet]
    public async Task<IActionResult> List(CancellationToken cancellation) =>
        View("Incidents", await queries.IncidentsAsync(Shown, cancellation));
}

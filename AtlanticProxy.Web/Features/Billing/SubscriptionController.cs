using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Billing;

/// <param name="Now">Null where it cannot be changed before the period's end.</param>
internal sealed record ChangePage(
    SubscriptionSummary Subscription, PlanSummary Plan, PlanChangePreview? Now, PlanChangePreview? AtEnd);

/// <summary>What becomes of the subscription that a customer has: another plan, a pause, its end.</summary>
[Authorize(Policies.Payers), Route("/subscription")]
internal sealed class SubscriptionController(SubscriptionQueries subscriptions, PlanQueries plans) : PortalController
{
    [HttpGet("change")]
    public async Task<IActionResult> AskChange(
        long plan, [FromServices] ChangeSubscription change, CancellationToken cancellation)
    {
        var found = await plans.FindAsync(plan, cancellation);
        if (await RunningAsync(cancellation) is not { } running || !found.IsSuccess)
            return NotFound();
        var atEnd = await change.PreviewAsync(new(User.Scope, running.Id, plan, Now: false), cancellation);
        var now = running.State == SubscriptionState.Trialing
            ? null
            : await change.PreviewAsync(new(User.Scope, running.Id, plan, Now: true), cancellation);
        var page = new ChangePage(running, found.Value, now is { IsSuccess: true } ? now.Value : null,
            atEnd.IsSuccess ? atEnd.Value : null);
        return await AnswerAsync(atEnd, _ => View("Change", page), () => Task.FromResult<IActionResult>(View("Change", page)));
    }

    [HttpPost("change")]
    public async Task<IActionResult> Change(
        long plan, bool now, [FromServices] ChangeSubscription change, CancellationToken cancellation)
    {
        if (await RunningAsync(cancellation) is not { } running)
            return NotFound();
        return await AnswerAsync(await change.ExecuteAsync(new(User.Scope, running.Id, plan, now), cancellation),
            changed => Back((now, changed.NextPlan) switch
            {
                (true, _) => (Phrase)$"You have {changed.Plan} now.",
                (_, { } next) => $"{next} begins on {Format.Day(changed.PeriodEnd)}.",
                _ => $"{changed.Plan} goes on.",
            }),
            () => AskChange(plan, change, cancellation));
    }

    [HttpGet("cancel")]
    public async Task<IActionResult> AskCancel(CancellationToken cancellation) =>
        await RunningAsync(cancellation) is { } running ? View("Cancel", running) : NotFound();

    [HttpPost("cancel")]
    public async Task<IActionResult> Cancel([FromServices] CancelSubscription cancel, CancellationToken cancellation) =>
        await RunningAsync(cancellation) is not { } running ? NotFound()
            : Answer(await cancel.ExecuteAsync(new(User.Scope, running.Id), cancellation), _ => Back(
                running.State is SubscriptionState.PastDue or SubscriptionState.Suspended
                    ? (Phrase)$"{running.Plan} has ended."
                    : $"{running.Plan} works until {Format.Day(running.PeriodEnd)}, and is not renewed."));

    [HttpPost("keep")]
    public async Task<IActionResult> Keep([FromServices] CancelSubscription cancel, CancellationToken cancellation) =>
        await RunningAsync(cancellation) is not { } running ? NotFound()
            : Answer(await cancel.ExecuteAsync(new(User.Scope, running.Id, Withdraw: true), cancellation),
                _ => Back($"{running.Plan} goes on, and renews on {Format.Day(running.PeriodEnd)}."));

    [HttpGet("pause")]
    public async Task<IActionResult> AskPause(CancellationToken cancellation) =>
        await RunningAsync(cancellation) is not { } running ? NotFound()
            : View("Confirm", new Confirmation($"Pause {running.Plan}?",
                "Connections are refused until you resume. The period waits: it ends later by the time of the pause.",
                "Pause", "/plans"));

    [HttpPost("pause")]
    public async Task<IActionResult> Pause([FromServices] PauseSubscription pause, CancellationToken cancellation) =>
        await PauseAsync(pause, resume: false,
            plan => $"{plan} is paused. Connections are refused until you resume.", cancellation);

    [HttpPost("resume")]
    public async Task<IActionResult> Resume([FromServices] PauseSubscription pause, CancellationToken cancellation) =>
        await PauseAsync(pause, resume: true, plan => $"{plan} goes on.", cancellation);

    protected override string FieldOf(string field) => ""; // said at the top of the page

    private async Task<IActionResult> PauseAsync(
        PauseSubscription pause, bool resume, Func<string, Phrase> words, CancellationToken cancellation)
    {
        if (await RunningAsync(cancellation) is not { } running)
            return NotFound();
        var paused = await pause.ExecuteAsync(new(User.Scope, running.Id, resume), cancellation);
        return Back(paused.IsSuccess ? words(running.Plan) : paused.Errors[0].Words);
    }

    private Task<SubscriptionSummary?> RunningAsync(CancellationToken cancellation) =>
        subscriptions.RunningAsync(User.Scope, User.CustomerId, cancellation);

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/plans", words);
}

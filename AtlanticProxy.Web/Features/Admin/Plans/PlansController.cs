using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Plans;

/// <summary>A plan as its form has it.</summary>
/// <param name="Price">As people write it: 9.99.</param>
/// <param name="IncludedGb">10^9 bytes; of subscriptions.</param>
internal sealed record PlanForm(
    string? Name, PlanKind Kind, decimal? Price, string? Currency, DataSize? IncludedGb, string? Pool, string[]? Includes);

/// <param name="Id">Null while it is not added yet.</param>
/// <param name="Terms">What it costs, and what for; null while it is not added yet.</param>
internal sealed record PlanPage(long? Id, PlanForm Form, IReadOnlyList<PoolSummary> Pools, string? Terms);

/// <summary>What customers buy. Prices of a plan stay; its pool, its targeting and whether it is offered can change.</summary>
[Authorize(Policies.Staff), Route("/admin/plans")]
internal sealed class PlansController(PlanQueries plans, PoolQueries pools) : PortalController
{
    /// <summary>
    /// A price that no plan has: in place of one that could not be read, so that all else that is wrong is said too.
    /// </summary>
    private const long Refused = -1;

    [HttpGet]
    public async Task<IActionResult> List(CancellationToken cancellation) => View("List", await plans.ListAsync(cancellation));

    [HttpGet("new"), Authorize(Policies.Operators)]
    public Task<IActionResult> New(CancellationToken cancellation) =>
        FormAsync(null,
            new PlanForm(null, PlanKind.Subscription, null, "USD", null, null,
                [.. TargetingRight.All.Select(right => right.Name)]), cancellation);

    [HttpPost("new"), Authorize(Policies.Operators)]
    public async Task<IActionResult> Add(PlanForm form, [FromServices] CreatePlan create, CancellationToken cancellation)
    {
        long? price = MinorUnitsOf(nameof(form.Price), form.Price, form.Currency, "Give a price; 0 is free.");
        if (!ModelState.IsValid && price is not null)
            return await RetryAsync(() => FormAsync(null, form, cancellation));
        var request = new CreatePlan.Request(
            form.Name ?? "", form.Kind, price ?? Refused, form.Currency ?? "", form.IncludedGb?.Bytes, form.Pool, form.Includes
            ?? []);
        return await AnswerAsync(await create.ExecuteAsync(request, cancellation), plan =>
            Back($"{plan.Name} is added."), () => FormAsync(null, form, cancellation));
    }

    [HttpGet("{id:long}"), Authorize(Policies.Operators)]
    public async Task<IActionResult> Edit(long id, CancellationToken cancellation)
    {
        var found = await plans.FindAsync(id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        Show(FactsOf(found.Value));
        return await FormAsync(found.Value, FormOf(found.Value), cancellation);
    }

    [HttpPost("{id:long}"), Authorize(Policies.Operators)]
    public async Task<IActionResult> Change(
        long id, string? pool, string[]? includes, [FromServices] SetPlanRouting set, CancellationToken cancellation)
    {
        var found = await plans.FindAsync(id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        var form = FormOf(found.Value) with { Pool = pool, Includes = includes ?? [] };
        if (HasChangedMeanwhile(FactsOf(found.Value)))
            return await FormAsync(found.Value, form, cancellation);
        return await AnswerAsync(
            await set.ExecuteAsync(new SetPlanRouting.Request(id, pool, includes ?? []), cancellation),
            changed => Back(changed
                ? $"{form.Name} is changed. New connections follow within a second."
                : $"{form.Name} is so already."),
            () => FormAsync(found.Value, form, cancellation));
    }

    [HttpPost("{id:long}/offer"), Authorize(Policies.Operators)]
    public async Task<IActionResult> Offer(long id, [FromServices] SetPlanState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetPlanState.Request(id, true), cancellation), () =>
            Back("The plan is offered again."));

    [HttpPost("{id:long}/withdraw"), Authorize(Policies.Operators)]
    public async Task<IActionResult> Withdraw(long id, [FromServices] SetPlanState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetPlanState.Request(id, false), cancellation), () =>
            Back("The plan is withdrawn. Customers who have it keep it."));

    protected override string FieldOf(string field) => field == nameof(CreatePlan.Request.IncludedBytes)
        ? nameof(PlanForm.IncludedGb)
        : field;

    private static PlanForm FormOf(PlanSummary plan) =>
        new(plan.Name, plan.Kind, new Money(plan.Price, plan.Currency).Number, plan.Currency,
            plan.IncludedBytes is { } bytes ? new DataSize(bytes) : null, plan.PoolName, [.. plan.Includes]);

    private static FormFact[] FactsOf(PlanSummary plan) =>
    [
        new("Pool", plan.PoolName),
        new("Targeting", string.Join(", ", TargetingRight.All.Where(right => plan.Includes.Contains(right.Name))
            .Select(right => right.Label))),
    ];

    private async Task<IActionResult> FormAsync(PlanSummary? plan, PlanForm form, CancellationToken cancellation) =>
        View("Form", new PlanPage(plan?.Id, form, await pools.ListAsync(cancellation), plan is null ? null : PlanWords.Of(plan)));

    private LocalRedirectResult Back(string words)
    {
        Notify(words);
        return LocalRedirect("/admin/plans");
    }
}

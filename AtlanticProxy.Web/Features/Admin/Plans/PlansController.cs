using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Plans;

/// <summary>A plan as its form has it.</summary>
/// <param name="Price">As people write it: 9.99.</param>
/// <param name="IncludedGb">10^9 bytes; of subscriptions.</param>
/// <param name="Period">As <c>month</c>, <c>30day</c> or <c>year</c>; empty is a month.</param>
internal sealed record PlanForm(
    string? Name, PlanKind Kind, decimal? Price, string? Currency, DataSize? IncludedGb, string? Pool, string[]? Includes,
    string? Period = null);

/// <param name="Id">Null while it is not added yet.</param>
/// <param name="Terms">What it costs, and what for; null while it is not added yet.</param>
/// <param name="Offer">How it is to be sold; null once it is added, when its terms have a page of their own.</param>
internal sealed record PlanPage(
    long? Id, PlanForm Form, IReadOnlyList<PoolSummary> Pools, Phrase? Terms, PlanTermsForm? Offer = null,
    PlanLimitsForm? Limits = null);

/// <summary>What customers buy. Prices of a plan stay; its pool, its targeting and whether it is offered can change.</summary>
[Reads(Area.Plans), Route("/admin/plans")]
internal sealed class PlansController(PlanQueries plans, PoolQueries pools) : PortalController
{
    /// <summary>
    /// A price that no plan has: in place of one that could not be read, so that all else that is wrong is said too.
    /// </summary>
    private const long Refused = -1;

    [HttpGet]
    public async Task<IActionResult> List(CancellationToken cancellation) => View("List", await plans.ListAsync(cancellation));

    [HttpGet("new"), Writes(Area.Plans)]
    public Task<IActionResult> New(CancellationToken cancellation) =>
        NewAsync(
            new PlanForm(null, PlanKind.Subscription, null, "USD", null, null,
                [.. TargetingRight.All.Select(right => right.Name)]),
            PlanTermsForm.Of(PlanOffer.Usual, PlanKind.Subscription, "USD"), PlanLimitsForm.Of(PlanLimits.None), cancellation);

    [HttpPost("new"), Writes(Area.Plans)]
    public async Task<IActionResult> Add(
        PlanForm form, PlanTermsForm terms, PlanLimitsForm limits, [FromServices] CreatePlan create,
        CancellationToken cancellation)
    {
        long? price = MinorUnitsOf(nameof(form.Price), form.Price, form.Currency, "Give a price; 0 is free.");
        // Without a currency that exists there are no prices: that is said first.
        var offer = terms.HasTerms && Money.FindCurrency(form.Currency ?? "") is { } currency
            ? terms.ToOffer(form.Kind, currency)
            : PlanOffer.Usual;
        foreach (var error in offer.Errors)
            Refuse(error.Field ?? "", error.Words);
        var period = string.IsNullOrWhiteSpace(form.Period)
            ? new PlanPeriod(PlanLimits.None.PeriodLength, PlanLimits.None.PeriodUnit)
            : PlanPeriod.Parse(form.Period);
        foreach (var error in period.Errors)
            Refuse(nameof(form.Period), error.Words);
        if (!offer.IsSuccess || !period.IsSuccess || (!ModelState.IsValid && price is not null))
            return await RetryAsync(() => NewAsync(form, terms, limits, cancellation));
        var request = new CreatePlan.Request(
            form.Name ?? "", form.Kind, price ?? Refused, form.Currency ?? "", form.IncludedGb?.Bytes, form.Pool,
            form.Includes ?? [],
            limits.ToLimits(PlanLimits.None) with { PeriodLength = period.Value.Length, PeriodUnit = period.Value.Unit },
            offer.Value);
        return await AnswerAsync(await create.ExecuteAsync(request, cancellation), plan =>
            Back($"{plan.Name} is added."), () => NewAsync(form, terms, limits, cancellation));
    }

    [HttpGet("{id:long}"), Writes(Area.Plans)]
    public async Task<IActionResult> Edit(long id, CancellationToken cancellation)
    {
        var found = await plans.FindAsync(id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        Show(FactsOf(found.Value));
        return await FormAsync(found.Value, FormOf(found.Value), cancellation);
    }

    [HttpPost("{id:long}"), Writes(Area.Plans)]
    public async Task<IActionResult> Change(
        long id, string? pool, string[]? includes, [FromServices] SetPlanRouting set, CancellationToken cancellation)
    {
        var found = await plans.FindAsync(id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        var form = FormOf(found.Value) with { Pool = pool, Includes = includes ?? [] };
        if (HasChangedMeanwhile(FactsOf(found.Value)))
            return await FormAsync(found.Value, form, cancellation);
        int having = await plans.CustomersOfAsync(id, cancellation);
        if (Preview.Of(Request.Form, $"Change {form.Name}?",
                $"{Having(having)} Their new connections follow within a second; those that are open stay as they are.",
                $"/admin/plans/{id}", FactsOf(found.Value), FactsOf(form)) is { } preview)
            return View("Preview", preview);
        return await AnswerAsync(
            await set.ExecuteAsync(new SetPlanRouting.Request(id, pool, includes ?? []), cancellation),
            changed => Back(changed
                ? (Phrase)$"{form.Name} is changed. New connections follow within a second."
                : $"{form.Name} is so already."),
            () => FormAsync(found.Value, form, cancellation));
    }

    [HttpPost("{id:long}/offer"), Writes(Area.Plans)]
    public async Task<IActionResult> Offer(long id, [FromServices] SetPlanState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetPlanState.Request(id, true), cancellation), () =>
            Back("The plan is offered again."));

    [HttpPost("{id:long}/withdraw"), Writes(Area.Plans)]
    public async Task<IActionResult> Withdraw(long id, [FromServices] SetPlanState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetPlanState.Request(id, false), cancellation), () =>
            Back("The plan is withdrawn. Customers who have it keep it."));

    protected override string FieldOf(string field) => field switch
    {
        nameof(CreatePlan.Request.IncludedBytes) => nameof(PlanForm.IncludedGb),
        nameof(PlanLimits.PeriodLength) => nameof(PlanForm.Period),
        _ => PlanLimitsForm.FieldOf(field),
    };

    private static PlanForm FormOf(PlanSummary plan) =>
        new(plan.Name, plan.Kind, new Money(plan.Price, plan.Currency).Number, plan.Currency,
            plan.IncludedBytes is { } bytes ? new DataSize(bytes) : null, plan.PoolName, [.. plan.Includes]);

    private static FormFact[] FactsOf(PlanSummary plan) => FactsOf(FormOf(plan));

    private static FormFact[] FactsOf(PlanForm plan) =>
    [
        new("Pool", plan.Pool),
        new("Targeting", string.Join(", ", TargetingRight.All.Where(right => plan.Includes!.Contains(right.Name))
            .Select(right => T[$"{right.Label}"]))),
    ];

    private static Phrase Having(int customers) => Phrase.Plural(customers,
        $"{Format.Count(customers)} customer has this plan.", $"{Format.Count(customers)} customers have this plan.");

    private async Task<IActionResult> NewAsync(
        PlanForm form, PlanTermsForm offer, PlanLimitsForm limits, CancellationToken cancellation) =>
        View("Form", new PlanPage(null, form, await pools.ListAsync(cancellation), null, offer, limits));

    private async Task<IActionResult> FormAsync(PlanSummary plan, PlanForm form, CancellationToken cancellation) =>
        View("Form", new PlanPage(plan.Id, form, await pools.ListAsync(cancellation), PlanWords.Of(plan)));

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/admin/plans", words);
}

using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Features.Admin.Plans;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Setup;

/// <summary>A plan to begin with.</summary>
/// <param name="Words">Who it is for.</param>
internal sealed record PlanTemplate(string Key, Phrase Words, PlanForm Form)
{
    /// <summary>
    /// Of the order of what residential traffic is sold for in these amounts; the first is what the form begins with.
    /// </summary>
    public static readonly IReadOnlyList<PlanTemplate> All =
    [
        new("personal", "For one person's tools", Of("Personal", PlanKind.Subscription, 29m, 50)),
        new("business", "For a team that scrapes every day", Of("Business", PlanKind.Subscription, 99m, 200)),
        new("per-gb", "A price a GB, paid from a wallet", Of("Pay as you go", PlanKind.PerGb, 1m, null)),
    ];

    public static PlanTemplate? Find(string key) => All.FirstOrDefault(template => template.Key == key);

    private static PlanForm Of(string name, PlanKind kind, decimal price, int? gigabytes) => new(
        name, kind, price, "USD", gigabytes is { } amount ? new DataSize(amount * DataSize.BytesPerGb) : null, null,
        [.. TargetingRight.All.Select(right => right.Name)]);
}

/// <param name="Template">What the form begins with.</param>
/// <param name="Plans">Those that there are.</param>
internal sealed record FirstPlanPage(PlanTemplate Template, PlanForm Form, IReadOnlyList<PlanSummary> Plans);

/// <summary>The first plan, from a template.</summary>
[Route("/setup/plan")]
internal sealed class SetupPlanController(SiteQueries site, PlanQueries plans) : SetupStepController(site)
{
    /// <summary>
    /// A price that no plan has: in place of one that could not be read, so that all else that is wrong is said too.
    /// </summary>
    private const long Refused = -1;

    [HttpGet]
    public async Task<IActionResult> Show(string? template, CancellationToken cancellation)
    {
        if (template is null)
            return await FormAsync(PlanTemplate.All[0], PlanTemplate.All[0].Form, cancellation);
        return PlanTemplate.Find(template) is { } known ? await FormAsync(known, known.Form, cancellation) : NotFound();
    }

    [HttpPost]
    public async Task<IActionResult> Add(
        string? template, PlanForm form, [FromServices] CreatePlan create, CancellationToken cancellation)
    {
        var known = PlanTemplate.Find(template ?? "") ?? PlanTemplate.All[0];
        form = form with { Kind = known.Form.Kind, Includes = known.Form.Includes, Pool = null };
        long? price = MinorUnitsOf(nameof(form.Price), form.Price, form.Currency, "Give a price; 0 is free.");
        if (!ModelState.IsValid && price is not null)
            return await RetryAsync(() => FormAsync(known, form, cancellation));
        return await AnswerAsync(
            await create.ExecuteAsync(
                new(form.Name ?? "", form.Kind, price ?? Refused, form.Currency ?? "", form.IncludedGb?.Bytes), cancellation),
            _ => Next(SetupStepKind.Plan), () => FormAsync(known, form, cancellation));
    }

    protected override string FieldOf(string field) => field == nameof(CreatePlan.Request.IncludedBytes)
        ? nameof(PlanForm.IncludedGb)
        : field;

    private async Task<IActionResult> FormAsync(PlanTemplate template, PlanForm form, CancellationToken cancellation) =>
        await PageAsync("Plan", SetupStepKind.Plan, new FirstPlanPage(template, form, await plans.ListAsync(cancellation)),
            cancellation);
}

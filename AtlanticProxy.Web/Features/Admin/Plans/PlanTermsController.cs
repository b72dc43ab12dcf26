using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Plans;

/// <param name="Price">As people write it: 9.99.</param>
/// <param name="IncludedGb">10^9 bytes; of subscriptions.</param>
internal sealed record PlanTermsPage(
    PlanSummary Plan, decimal? Price, DataSize? IncludedGb, PlanTermsForm Terms, PlanLimitsForm Limits);

/// <summary>Sells a plan on other terms from now on. Customers who have it keep those that they bought.</summary>
[Writes(Area.Prices), Route("/admin/plans/{id:long}/terms")]
internal sealed class PlanTermsController(PlanQueries plans) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Edit(long id, CancellationToken cancellation) =>
        Answer(await plans.FindAsync(id, cancellation), plan =>
        {
            Show(FactsOf(plan));
            return View("Terms", PageOf(plan));
        });

    [HttpPost]
    public async Task<IActionResult> Change(
        long id, decimal? price, DataSize? includedGb, PlanTermsForm terms, PlanLimitsForm limits,
        [FromServices] ChangePlan change, CancellationToken cancellation)
    {
        var found = await plans.FindAsync(id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        var plan = found.Value;
        if (!limits.HasLimits)
            limits = PlanLimitsForm.Of(plan.Limits);
        Task<IActionResult> Again() =>
            Task.FromResult<IActionResult>(View("Terms", new PlanTermsPage(plan, price, includedGb, terms, limits)));
        if (HasChangedMeanwhile(FactsOf(plan)))
            return await Again();
        long? minorUnits = MinorUnitsOf(nameof(price), price, plan.Currency, "Give a price; 0 is free.");
        var offer = terms.ToOffer(plan.Kind, plan.Currency);
        foreach (var error in offer.Errors)
            Refuse(error.Field ?? "", error.Words);
        if (minorUnits is null || !ModelState.IsValid)
            return await RetryAsync(Again);
        var wanted = plan with
        {
            Price = minorUnits.Value, IncludedBytes = includedGb?.Bytes,
            Limits = limits.ToLimits(plan.Limits), Offer = offer.Value,
        };
        int having = await plans.CustomersOfAsync(id, cancellation);
        if (Preview.Of(Request.Form, $"Change the terms of {plan.Name}?",
                $"New customers get the new terms. {Having(having, plan.Name)}",
                $"/admin/plans/{id}/terms", FactsOf(plan), FactsOf(wanted)) is { } preview)
            return View("Preview", preview);
        return await AnswerAsync(
            await change.ExecuteAsync(
                new(id, wanted.Price, wanted.IncludedBytes, wanted.Limits, wanted.Offer), cancellation),
            changed =>
            {
                Notify(changed.VersionId == plan.VersionId
                    ? (Phrase)$"No changes: {plan.Name} already has these terms."
                    : $"{plan.Name} is sold on these terms from now on. Customers who have it keep theirs.");
                return LocalRedirect($"/admin/plans/{id}");
            }, Again);
    }

    protected override string FieldOf(string field) => field switch
    {
        nameof(ChangePlan.Request.Price) => "price",
        nameof(ChangePlan.Request.IncludedBytes) => "includedGb",
        _ => PlanLimitsForm.FieldOf(field),
    };

    private static Phrase Having(int customers, string plan) => Phrase.Plural(customers,
        $"{Format.Count(customers)} customer has {plan} and keep the terms that they bought until they buy it again.",
        $"{Format.Count(customers)} customers have {plan} and keep the terms that they bought until they buy it again.");

    private static PlanTermsPage PageOf(PlanSummary plan) => new(
        plan, new Money(plan.Price, plan.Currency).Number, plan.IncludedBytes is { } bytes ? new DataSize(bytes) : null,
        PlanTermsForm.Of(plan.Offer, plan.Kind, plan.Currency), PlanLimitsForm.Of(plan.Limits));

    private static FormFact[] FactsOf(PlanSummary plan)
    {
        var page = PageOf(plan);
        return
        [
            new("Price", $"{page.Price}"), new("Traffic included", $"{page.IncludedGb}"),
            .. page.Terms.Facts, .. page.Limits.Facts,
        ];
    }
}

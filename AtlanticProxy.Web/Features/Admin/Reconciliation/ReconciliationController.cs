using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Reconciliation;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Reconciliation;

/// <summary>What a provider counted, as its form has it.</summary>
internal sealed record BillForm(long ProviderId, DateOnly? Day, long? Bytes, string? Source);

/// <param name="Margins">By <paramref name="By"/>.</param>
internal sealed record ReconciliationPage(
    DateOnly From, DateOnly To, MarginOf By, IReadOnlyList<ReconciledDay> Days, IReadOnlyList<MarginRow> Margins,
    IReadOnlyList<ProviderSummary> Providers,
    ReconciliationOptions Options, BillForm Form)
{
    /// <summary>What margins are by, in a sentence.</summary>
    public static Phrase Noun(MarginOf by) => by switch
    {
        MarginOf.Customer => "customer",
        MarginOf.Plan => "plan",
        MarginOf.Provider => "provider",
    };

    /// <summary>The head of their column.</summary>
    public static Phrase Head(MarginOf by) => by switch
    {
        MarginOf.Customer => "Customer",
        MarginOf.Plan => "Plan",
        MarginOf.Provider => "Provider",
    };
}

/// <summary>Bytes sold against bytes bought, revenue against cost.</summary>
[Reads(Area.Money), Route("/admin/reconciliation")]
internal sealed class ReconciliationController(
    ReconciliationQueries queries, ProviderQueries providers, ReconciliationOptions options) : PortalController
{
    /// <summary>As long as usage by hour is kept: what a page can show and a person read.</summary>
    private const int MaxDays = 92;

    [HttpGet]
    public Task<IActionResult> Show(DateOnly? from, DateOnly? to, MarginOf by, CancellationToken cancellation) =>
        PageAsync(from, to, by, new BillForm(0, null, null, null), cancellation);

    [HttpPost("bills"), Writes(Area.Bookkeeping)]
    public async Task<IActionResult> EnterBill(
        BillForm form, [FromServices] EnterProviderBill enter, CancellationToken cancellation)
    {
        Task<IActionResult> Again() => PageAsync(null, null, MarginOf.Customer, form, cancellation);
        if (!ModelState.IsValid)
            return await RetryAsync(Again);
        var bill = new EnterProviderBill.Request(
            form.ProviderId, form.Day ?? default, form.Bytes ?? -1, string.IsNullOrWhiteSpace(form.Source)
                ? EnterProviderBill.ByHand
                : form.Source);
        return await AnswerAsync(await enter.ExecuteAsync(bill, cancellation), () =>
        {
            Notify("The count is noted.");
            return LocalRedirect("/admin/reconciliation");
        }, Again);
    }

    private async Task<IActionResult> PageAsync(
        DateOnly? from, DateOnly? to, MarginOf by, BillForm form, CancellationToken cancellation)
    {
        var (first, last) = (from ?? queries.LastDays.From, to ?? queries.LastDays.To);
        if (first > last || last.DayNumber - first.DayNumber >= MaxDays || last == DateOnly.MaxValue)
            (first, last) = queries.LastDays;
        return View("Reconciliation", new ReconciliationPage(
            first, last, by, await queries.DaysAsync(first, last, cancellation),
            await queries.MarginsAsync(first, last, by, cancellation),
            await providers.ListAsync(cancellation), options, form));
    }
}

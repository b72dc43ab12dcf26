using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Customers;

/// <param name="Floor">A GB, as people write it; null: any price.</param>
internal sealed record ResellerForm(bool MayResell, decimal? Floor, string? Currency);

/// <param name="Figures">Null for who has never been a reseller.</param>
internal sealed record ResellerPage(CustomerSummary Customer, ResellerSummary? Figures, ResellerForm Form);

/// <summary>Whether a customer may have customers of its own, and from which price on.</summary>
[Authorize(Policies.Owners), Route("/admin/customers/{id:long}/reseller")]
internal sealed class ResellerController(CustomerQueries customers, ResaleQueries resale) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Edit(long id, CancellationToken cancellation)
    {
        var present = await resale.FindAsync(id, cancellation);
        return await PageAsync(id, new ResellerForm(present?.MayResell ?? false,
            present is { FloorPrice: { } floor } ? new Money(floor, present.Currency).Number : null, present?.Currency),
            cancellation);
    }

    [HttpPost]
    public async Task<IActionResult> Set(
        long id, ResellerForm form, [FromServices] SetReseller set, CancellationToken cancellation)
    {
        Task<IActionResult> Again() => PageAsync(id, form, cancellation);
        long? floor = form is { MayResell: true, Floor: not null }
            ? MinorUnitsOf(nameof(form.Floor), form.Floor, form.Currency, "")
            : null;
        if (!ModelState.IsValid)
            return await RetryAsync(Again);
        return await AnswerAsync(await set.ExecuteAsync(new(Scope.Staff, id, form.MayResell, floor, form.Currency), cancellation),
            changed =>
            {
                Notify(!changed ? "No changes." : form.MayResell ? "This customer may have customers of its own now."
                    : "This customer gets no more customers.");
                return LocalRedirect($"{CustomerChoice.Path}/{id}/reseller");
            }, Again);
    }

    protected override string FieldOf(string field) =>
        field == nameof(SetReseller.Request.FloorPrice) ? nameof(ResellerForm.Floor) : field;

    private async Task<IActionResult> PageAsync(long id, ResellerForm form, CancellationToken cancellation)
    {
        var figures = await resale.FindAsync(id, cancellation);
        return Answer(await customers.FindAsync(Scope.Staff, id, cancellation),
            customer => View("Reseller", new ResellerPage(customer, figures, form)));
    }
}

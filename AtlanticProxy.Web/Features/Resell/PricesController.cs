using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Resell;

/// <summary>The price list that a reseller's customers read.</summary>
[Authorize(Policies.Resellers), Route("/resell/prices")]
internal sealed class PricesController(ResaleQueries resale) : PortalController
{
    [HttpGet]
    public Task<IActionResult> Show(CancellationToken cancellation) => PageAsync(new PriceForm(null, null), cancellation);

    [HttpPost]
    public async Task<IActionResult> Set(PriceForm form, [FromServices] SetResalePrice set, CancellationToken cancellation)
    {
        Task<IActionResult> Again() => PageAsync(form, cancellation);
        if (await resale.FindAsync(User.CustomerId, cancellation) is not { } figures)
            return NotFound();
        long? price = MinorUnitsOf(nameof(form.Price), form.Price, figures.Currency, "Give a price.");
        if (!ModelState.IsValid)
            return await RetryAsync(Again);
        return await AnswerAsync(await set.ExecuteAsync(new(User.CustomerId, form.Amount?.Bytes ?? 0, price ?? 0), cancellation),
            line => Back($"{Format.BytesText(line.Bytes)} is offered for {new Money(line.Price, line.Currency)}."), Again);
    }

    [HttpPost("{id:long}/remove")]
    public async Task<IActionResult> Remove(long id, [FromServices] RemoveResalePrice remove, CancellationToken cancellation) =>
        Answer(await remove.ExecuteAsync(new(User.CustomerId, id), cancellation), () => Back("The price is removed."));

    protected override string FieldOf(string field) =>
        field == nameof(SetResalePrice.Request.Bytes) ? nameof(PriceForm.Amount) : field;

    private async Task<IActionResult> PageAsync(PriceForm form, CancellationToken cancellation) =>
        await resale.FindAsync(User.CustomerId, cancellation) is { } figures
            ? View("Prices", new PricesPage(figures, await resale.PricesAsync(User.CustomerId, cancellation), form))
            : NotFound();

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/resell/prices", words);
}

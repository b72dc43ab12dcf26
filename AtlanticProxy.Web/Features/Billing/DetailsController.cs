using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Billing;

/// <summary>Billing details, as their form has them.</summary>
/// <param name="ReturnUrl">The page to go back to; null for the invoices.</param>
internal sealed record DetailsForm(
    string? Company, string? StreetAddress, string? Country, string? VatId, string? Language, string? ReturnUrl)
{
    public static DetailsForm Of(BillingDetails details) => new(
        details.Company, details.StreetAddress, details.Country, details.VatId, details.Language, null);
}

/// <summary>Whom invoices are made out to, and by that which tax is due.</summary>
[Authorize(Policies.Payers), Route("/billing-details")]
internal sealed class DetailsController(BillingDetailsQueries billing) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Show(CancellationToken cancellation) =>
        Answer(await billing.FindAsync(User.Scope, User.CustomerId, cancellation),
            details => View("Details", DetailsForm.Of(details)));

    [HttpPost]
    public async Task<IActionResult> Save(
        DetailsForm form, [FromServices] SetBillingDetails set, CancellationToken cancellation) =>
        await AnswerAsync(await set.ExecuteAsync(new(User.Scope, User.CustomerId, form.Company ?? "", form.StreetAddress ?? "",
            form.Country, form.VatId, form.Language ?? "en"), cancellation),
            _ =>
            {
                Notify("Your billing details are saved.");
                return LocalRedirect(Url.IsLocalUrl(form.ReturnUrl) ? form.ReturnUrl : "/invoices");
            }, () => Task.FromResult<IActionResult>(View("Details", form)));
}

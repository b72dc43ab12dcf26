using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Customers;

/// <summary>Forgets who a customer was. Also of one that has been removed.</summary>
[Authorize(Policies.Owners), Route("/admin/customers/{id:long}/anonymise")]
internal sealed class AnonymiseController(AnonymiseCustomer anonymise) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Ask(long id, CancellationToken cancellation) =>
        Answer(await anonymise.FindAsync(id, cancellation), customer => View("Anonymise", customer));

    [HttpPost]
    public async Task<IActionResult> Anonymise(long id, string? email, CancellationToken cancellation) => await AnswerAsync(
        await anonymise.ExecuteAsync(new(id, email ?? ""), cancellation),
        () =>
        {
            Notify("The customer is anonymised. Invoices and payments stay in the books.");
            return LocalRedirect(CustomerChoice.Path);
        },
        () => Ask(id, cancellation));
}

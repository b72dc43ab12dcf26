using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Billing;

/// <summary>What is charged when nobody is there to choose.</summary>
[Authorize(Policies.Payers), Route("/methods")]
internal sealed class MethodsController(PaymentQueries payments) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(CancellationToken cancellation) =>
        View("Methods", await payments.MethodsAsync(User.Scope, User.CustomerId, cancellation));

    [HttpPost("{id:long}/default")]
    public async Task<IActionResult> MakeDefault(
        long id, [FromServices] SetDefaultMethod set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new(User.Scope, User.CustomerId, id), cancellation),
            () => Back("Renewals and automatic top-ups are charged to it from now on."));

    [HttpGet("{id:long}/remove")]
    public async Task<IActionResult> AskRemove(long id, CancellationToken cancellation)
    {
        var methods = await payments.MethodsAsync(User.Scope, User.CustomerId, cancellation);
        if (methods.FirstOrDefault(method => method.Id == id) is not { } method)
            return NotFound();
        return View("Confirm", new Confirmation($"Remove {BillingWords.Of(method)}?",
            methods.Count == 1
                ? "It is the only one. Renewals are then paid from the wallet, and automatic top-up has nothing to charge."
                : "Another one of yours is charged for renewals and automatic top-ups then.",
            "Remove", "/methods"));
    }

    [HttpPost("{id:long}/remove")]
    public async Task<IActionResult> Remove(long id, [FromServices] RemoveMethod remove, CancellationToken cancellation) =>
        Answer(await remove.ExecuteAsync(new(User.Scope, User.CustomerId, id), cancellation),
            () => Back("The payment method is removed."));

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/methods", words);
}

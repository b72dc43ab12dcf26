using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Features.Admin.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Customers;

/// <summary>Takes the second factor of a customer's login away, for who has lost it.</summary>
[Authorize(Policies.Owners), Route("/admin/customers/{id:long}/logins/{login:long}/second-factor/reset")]
internal sealed class LoginsController(AccountQueries accounts) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Ask(long id, long login, CancellationToken cancellation) =>
        (await accounts.ListAsync(id, cancellation)).SingleOrDefault(account => account.Id == login) is { } account
            ? View("Confirm", SecondFactorReset.Ask(account, $"/admin/customers/{id}"))
            : StatusCode(StatusCodes.Status404NotFound);

    [HttpPost, StepUp]
    public async Task<IActionResult> Reset(
        long id, long login, [FromServices] RemoveSecondFactor remove, CancellationToken cancellation)
    {
        var done = await remove.ByOwnerAsync(login, id, cancellation);
        return await AnswerAsync(done, user => Back(id, SecondFactorReset.Done(user.Email)),
            () => Task.FromResult<IActionResult>(Back(id, done.Errors[0].Words)));
    }

    private LocalRedirectResult Back(long id, Phrase words) => RedirectSaying($"/admin/customers/{id}", words);
}

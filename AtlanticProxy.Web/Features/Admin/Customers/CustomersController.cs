using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Customers;

/// <summary>The list of customers, and adding one.</summary>
[Authorize(Policies.Staff), Route("/admin/customers")]
internal sealed class CustomersController(CustomerQueries customers, PlanQueries plans, SiteQueries site) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(string? search, CancellationToken cancellation, int page = 1)
    {
        var request = new PageRequest(page, search: search);
        var found = await customers.ListAsync(request, cancellation);
        return View("List", new CustomerListPage(
            found, new Listing("/admin/customers", request.Search, found.Number, found.Size, found.Total,
                "Search name or email")));
    }

    [HttpGet("new"), Authorize(Policies.Operators)]
    public Task<IActionResult> New(CancellationToken cancellation) =>
        FormAsync(new NewCustomerForm(null, null, null), cancellation);

    [HttpPost("new"), Authorize(Policies.Operators)]
    public async Task<IActionResult> Create(
        NewCustomerForm form, [FromServices] CreateCustomer create, [FromServices] InviteCustomer invite,
        CancellationToken cancellation)
    {
        if (!ModelState.IsValid)
            return await RetryAsync(() => FormAsync(form, cancellation));
        var created = await create.ExecuteAsync(new CreateCustomer.Request(form.Email ?? "", form.Name ?? "", form.PlanId),
            cancellation);
        string next = created.IsSuccess && form.Invite
            ? await InviteAsync(created.Value.Id, invite, cancellation)
            : "Next: a proxy user, and a sign-in to the portal.";
        return await AnswerAsync(
            created,
            customer =>
            {
                Notify($"{customer.Name} is added. {next}");
                return LocalRedirect($"/admin/customers/{customer.Id}");
            },
            () => FormAsync(form, cancellation));
    }

    private static async Task<string> InviteAsync(long id, InviteCustomer invite, CancellationToken cancellation)
    {
        var invited = await invite.ExecuteAsync(new(id), cancellation);
        return invited.IsSuccess ? InvitationWords.Sent(invited.Value) : invited.Errors[0].Message;
    }

    private async Task<IActionResult> FormAsync(NewCustomerForm form, CancellationToken cancellation) =>
        View("New", new NewCustomerPage(form, await plans.ListAsync(cancellation),
            (await site.SignUpAsync(cancellation)).Mode != SignUpMode.Off));
}

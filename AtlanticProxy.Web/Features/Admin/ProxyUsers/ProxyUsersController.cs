using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.ProxyUsers;

/// <summary>The list of proxy users, and adding one.</summary>
[Reads(Area.Customers), Route("/admin/proxy-users")]
internal sealed class ProxyUsersController(ProxyUserQueries proxyUsers, UsageQueries usage) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(string? search, CancellationToken cancellation, int page = 1)
    {
        var request = new PageRequest(page, search: search);
        var found = await proxyUsers.ListAsync(Scope.Staff, request, cancellation);
        var today = await usage.TodayByProxyUserAsync(Scope.Staff, [.. found.Items.Select(user => user.Id)], cancellation);
        return View("List", new ProxyUserListPage(
            found, today,
            new Listing("/admin/proxy-users", request.Search, found.Number, found.Size, found.Total, "Search name or customer")));
    }

    [HttpGet("new"), Writes(Area.Customers)]
    public IActionResult New(string? customer) => View("New", new NewProxyUserForm(customer, null));

    [HttpPost("new"), Writes(Area.Customers)]
    public async Task<IActionResult> Create(
        NewProxyUserForm form, [FromServices] CustomerQueries customers, [FromServices] CreateProxyUser create,
        CancellationToken cancellation)
    {
        var owner = await customers.FindByEmailAsync(form.Customer ?? "", cancellation);
        if (!owner.IsSuccess)
        {
            Refuse(nameof(form.Customer), "No customer has this email address. Add the customer first.");
            return await RetryAsync(FormAsync);
        }
        var created = await create.ExecuteAsync(new CreateProxyUser.Request(Scope.Staff, owner.Value.Id, form.Name?.Trim() ?? ""),
            cancellation);
        return await AnswerAsync(
            created,
            credentials =>
            {
                Notify($"{credentials.Name} is added, and works within a second.");
                RevealNext(credentials.ProxyUserId);
                return LocalRedirect($"/admin/proxy-users/{credentials.ProxyUserId}");
            },
            FormAsync);

        Task<IActionResult> FormAsync() => Task.FromResult<IActionResult>(View("New", form));
    }
}

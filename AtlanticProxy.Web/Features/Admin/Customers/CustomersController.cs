using System.Runtime.CompilerServices;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Customers;

/// <summary>The list of customers, and adding one.</summary>
[Reads(Area.Customers), Route(CustomerChoice.Path)]
internal sealed class CustomersController(
    CustomerList customers, PlanQueries plans, SiteQueries site, ResaleQueries resale) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(CustomerChoice choice, CancellationToken cancellation, int page = 1)
    {
        ModelState.Clear();
        var request = new PageRequest(page, search: choice.Search);
        var found = await customers.ListAsync(choice.Filter, request, cancellation);
        return View("List", new CustomerListPage(found, choice.Listing(found, await plans.ListAsync(cancellation),
            await customers.TagsAsync(cancellation), await resale.ResellersAsync(cancellation))));
    }

    [HttpGet("csv")]
    public async Task<IActionResult> Csv(CustomerChoice choice, CancellationToken cancellation) => await CsvFile.Of("customers",
        ["email", "name", "state", "subscription", "plan", "proxy_users", "used", "limit", "unit", "balance", "currency",
            "renews_at", "ends_at", "tags", "created_at", "last_signed_in_at", "seller"],
        RowsAsync(choice, cancellation), cancellation);

    [HttpGet("new"), Writes(Area.Customers)]
    public Task<IActionResult> New(CancellationToken cancellation) =>
        FormAsync(new NewCustomerForm(null, null, null), cancellation);

    [HttpPost("new"), Writes(Area.Customers)]
    public async Task<IActionResult> Create(
        NewCustomerForm form, [FromServices] CreateCustomer create, [FromServices] InviteCustomer invite,
        CancellationToken cancellation)
    {
        if (!ModelState.IsValid)
            return await RetryAsync(() => FormAsync(form, cancellation));
        var created = await create.ExecuteAsync(new CreateCustomer.Request(form.Email ?? "", form.Name ?? "", form.PlanId),
            cancellation);
        Phrase next = created.IsSuccess && form.Invite
            ? await InviteAsync(created.Value.Id, invite, cancellation)
            : "Next: a proxy user, and a sign-in to the portal.";
        return await AnswerAsync(
            created,
            customer =>
            {
                Notify($"{customer.Name} is added. {next}");
                return LocalRedirect($"{CustomerChoice.Path}/{customer.Id}");
            },
            () => FormAsync(form, cancellation));
    }

    private async IAsyncEnumerable<IReadOnlyList<object?>> RowsAsync(
        CustomerChoice choice, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (int number = 1; ; number++)
        {
            var part = await customers.ListAsync(choice.Filter, new PageRequest(number, PageRequest.MaxSize, choice.Search),
                cancellation);
            foreach (var row in part.Items)
                yield return
                [
                    row.Email, row.Name, StandingText.Of(row.Standing).Words, row.Subscription, row.PlanName, row.ProxyUsers,
                    row.Used, row.Limit, row.InMinutes ? "minutes" : "bytes",
                    row is { Balance: { } balance, Currency: { } currency } ? new Money(balance, currency) : null, row.Currency,
                    row.RenewsAt, row.EndsAt, string.Join(", ", row.Tags), row.CreatedAt, row.SeenAt, row.Seller,
                ];
            if (!part.HasNext)
                yield break;
        }
    }

    private static async Task<Phrase> InviteAsync(long id, InviteCustomer invite, CancellationToken cancellation)
    {
        var invited = await invite.ExecuteAsync(new(id), cancellation);
        return invited.IsSuccess ? InvitationWords.Sent(invited.Value) : invited.Errors[0].Words;
    }

    private async Task<IActionResult> FormAsync(NewCustomerForm form, CancellationToken cancellation) =>
        View("New", new NewCustomerPage(form, await plans.ListAsync(cancellation),
            (await site.SignUpAsync(cancellation)).Mode != SignUpMode.Off));
}

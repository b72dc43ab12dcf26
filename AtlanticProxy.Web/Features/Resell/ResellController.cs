using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Resell;

/// <summary>A reseller's customers, and adding one.</summary>
[Authorize(Policies.Resellers), Route("/resell")]
internal sealed class ResellController(ResaleQueries resale) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(string? search, CancellationToken cancellation, int page = 1)
    {
        var request = new PageRequest(page, search: search);
        if (await resale.FindAsync(User.CustomerId, cancellation) is not { } figures)
            return NotFound();
        var found = await resale.ListAsync(User.CustomerId, request, cancellation);
        return View("Customers", new ResellPage(figures, found,
            new Listing("/resell", request.Search, found.Number, found.Size, found.Total, "Search name or email")));
    }

    [HttpGet("customers/new")]
    public Task<IActionResult> New(CancellationToken cancellation) =>
        FormAsync(new InviteCustomerForm(null, null, null, null, false, null), cancellation);

    [HttpPost("customers/new")]
    public async Task<IActionResult> Invite(
        InviteCustomerForm form, [FromServices] InviteSoldCustomer invite, [FromServices] MailThrottle throttle,
        CancellationToken cancellation)
    {
        Task<IActionResult> Again() => FormAsync(form, cancellation);
        if (await resale.FindAsync(User.CustomerId, cancellation) is not { } figures)
            return NotFound();
        long? floor = form is { MayResell: true, Floor: not null }
            ? MinorUnitsOf(nameof(form.Floor), form.Floor, figures.Currency, "")
            : null;
        if (!ModelState.IsValid)
            return await RetryAsync(Again);
        if (throttle.TakeInvitation(User.CustomerId, form.Email) is { } wait)
            return TooMany(wait);
        var invited = await invite.ExecuteAsync(new(User.CustomerId, form.Email ?? "", form.Name ?? "", form.Amount?.Bytes ?? 0,
            UtcDay.EndOf(form.LastDay), form.MayResell, floor), cancellation);
        return await AnswerAsync(invited, id =>
        {
            Notify($"Invitation sent to {form.Email!.Trim()}. Valid for {InviteCustomer.Lifetime.TotalDays} days.");
            return LocalRedirect($"/resell/customers/{id}");
        }, Again);
    }

    protected override string FieldOf(string field) => field switch
    {
        nameof(InviteSoldCustomer.Request.Bytes) => nameof(InviteCustomerForm.Amount),
        nameof(InviteSoldCustomer.Request.Until) => nameof(InviteCustomerForm.LastDay),
        nameof(InviteSoldCustomer.Request.FloorPrice) => nameof(InviteCustomerForm.Floor),
        _ => field,
    };

    private async Task<IActionResult> FormAsync(InviteCustomerForm form, CancellationToken cancellation) =>
        await resale.FindAsync(User.CustomerId, cancellation) is { } figures
            ? View("Invite", new InviteCustomerPage(form, figures))
            : NotFound();
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Resell;

/// <summary>One customer of a reseller. Every id is looked up among the reseller's own: another's is not found.</summary>
[Authorize(Policies.Resellers), Route("/resell/customers/{id:long}")]
internal sealed class SoldCustomerController(ResaleQueries resale, GrantQueries grants, ProxyUserQueries proxyUsers)
    : PortalController
{
    [HttpGet]
    public Task<IActionResult> Show(long id, CancellationToken cancellation) =>
        PageAsync(id, new SellForm(null, null), null, cancellation);

    [HttpPost("traffic")]
    public async Task<IActionResult> Sell(
        long id, SellForm form, [FromServices] SellTraffic sell, CancellationToken cancellation)
    {
        Task<IActionResult> Again() => PageAsync(id, form, null, cancellation);
        var present = await grants.ListAsync(Scope.Staff, id, cancellation);
        if (!(await resale.FindCustomerAsync(User.Scope, id, cancellation)).IsSuccess)
            return NotFound();
        // Sent twice, it would be given twice.
        if (HasChangedMeanwhile(FactsOf(present)))
            return await Again();
        if (!ModelState.IsValid)
            return await RetryAsync(Again);
        var sold = await sell.ExecuteAsync(
            new(User.Scope, id, form.Amount?.Bytes ?? 0, UtcDay.EndOf(form.LastDay)), cancellation);
        return await AnswerAsync(sold, bytes => Back(id, $"{Format.BytesText(bytes)} is reserved for this customer."), Again);
    }

    [HttpGet("take-back")]
    public Task<IActionResult> AskTakeBack(long id, CancellationToken cancellation) => AskAsync(id, customer => new(
        $"Take back what {customer.Name} has not used?",
        $"Up to {Format.BytesText(customer.Left)} comes back to your stock. What open connections are using now stays, and so "
            + $"does what is reserved for single proxy users or sold on. Without traffic, connections are refused.",
        "Take back", PathOf(id)), cancellation);

    [HttpPost("take-back")]
    public async Task<IActionResult> TakeBack(
        long id, [FromServices] ReturnTraffic take, CancellationToken cancellation) =>
        Answer(await take.ExecuteAsync(new(User.Scope, id), cancellation), bytes => Back(id, bytes == 0
            ? "There was nothing to take back." : (Phrase)$"{Format.BytesText(bytes)} is in your stock again."));

    [HttpGet("suspend")]
    public Task<IActionResult> AskSuspend(long id, CancellationToken cancellation) => AskAsync(id, customer => new(
        $"Suspend {customer.Name}?",
        "Proxy users of this customer stop, open connections are cut, and the same holds for customers of theirs. "
            + "Traffic and data stay.",
        "Suspend", PathOf(id)), cancellation);

    [HttpPost("suspend")]
    public Task<IActionResult> Suspend(long id, [FromServices] HoldSoldCustomer hold, CancellationToken cancellation) =>
        HoldAsync(id, true, hold, "Suspended. All proxy users of this customer are refused now.", cancellation);

    [HttpPost("activate")]
    public Task<IActionResult> Activate(long id, [FromServices] HoldSoldCustomer hold, CancellationToken cancellation) =>
        HoldAsync(id, false, hold, "Active again.", cancellation);

    [HttpGet("remove")]
    public Task<IActionResult> AskRemove(long id, CancellationToken cancellation) => AskAsync(id, customer => new(
        $"Remove {customer.Name}?",
        $"Their sign-ins and proxy users are deleted for good. Up to {Format.BytesText(customer.Left)} comes back to your stock.",
        "Remove", PathOf(id)), cancellation);

    [HttpPost("remove")]
    public async Task<IActionResult> Remove(
        long id, [FromServices] RemoveSoldCustomer remove, CancellationToken cancellation)
    {
        var removed = await remove.ExecuteAsync(new(User.Scope, id), cancellation);
        if (removed.IsSuccess)
            Notify("The customer is removed.");
        return await AnswerAsync(removed, _ => LocalRedirect("/resell"), () => Show(id, cancellation));
    }

    [HttpPost("invite")]
    public async Task<IActionResult> Invite(
        long id, [FromServices] InviteSoldCustomer invite, [FromServices] MailThrottle throttle, CancellationToken cancellation)
    {
        var customer = await resale.FindCustomerAsync(User.Scope, id, cancellation);
        if (!customer.IsSuccess)
            return NotFound();
        if (throttle.TakeInvitation(User.CustomerId, customer.Value.Email) is { } wait)
            return TooMany(wait);
        return await AnswerAsync(await invite.AgainAsync(User.Scope, id, cancellation),
            email => Back(id, $"Invitation sent to {email}. Valid for {InviteCustomer.Lifetime.TotalDays} days."),
            () => Show(id, cancellation));
    }

    [HttpPost("proxy-users")]
    public async Task<IActionResult> AddProxyUser(
        long id, ProxyUserNameForm form, [FromServices] CreateProxyUser create, CancellationToken cancellation)
    {
        if (!(await resale.FindCustomerAsync(User.Scope, id, cancellation)).IsSuccess)
            return NotFound();
        var created = await create.ExecuteAsync(new(Scope.Of(id), id, form.ProxyUser?.Trim() ?? ""), cancellation);
        return await AnswerAsync(created,
            made => Back(id, $"{made.Name} is added. The customer finds its proxy password under Endpoints."),
            () => PageAsync(id, new SellForm(null, null), form.ProxyUser, cancellation));
    }

    [HttpGet("reseller")]
    public async Task<IActionResult> AskReseller(long id, CancellationToken cancellation)
    {
        var present = await resale.FindAsync(id, cancellation);
        return await ResellerPageAsync(id, new SubResellerForm(present?.MayResell ?? false, present is { FloorPrice: { } floor }
            ? new ControlPlane.Ledger.Money(floor, present.Currency).Number : null), cancellation);
    }

    [HttpPost("reseller")]
    public async Task<IActionResult> SetReseller(
        long id, SubResellerForm form, [FromServices] SetReseller set, CancellationToken cancellation)
    {
        Task<IActionResult> Again() => ResellerPageAsync(id, form, cancellation);
        if (await resale.FindAsync(User.CustomerId, cancellation) is not { } own
            || !(await resale.FindCustomerAsync(User.Scope, id, cancellation)).IsSuccess)
            return NotFound();
        long? floor = form.Floor is null ? null : MinorUnitsOf(nameof(form.Floor), form.Floor, own.Currency, "");
        if (!ModelState.IsValid)
            return await RetryAsync(Again);
        return await AnswerAsync(await set.ExecuteAsync(new(User.Scope, id, form.MayResell, floor), cancellation),
            changed => Back(id, !changed ? "No changes."
                : form.MayResell ? "This customer may have customers of its own now." : "This customer gets no more customers."),
            Again);
    }

    protected override string FieldOf(string field) => field switch
    {
        nameof(SellTraffic.Request.Bytes) => nameof(SellForm.Amount),
        nameof(SellTraffic.Request.Until) => nameof(SellForm.LastDay),
        nameof(ControlPlane.Resale.SetReseller.Request.FloorPrice) => nameof(SubResellerForm.Floor),
        nameof(CreateProxyUser.Request.Name) => nameof(ProxyUserNameForm.ProxyUser),
        _ => field,
    };

    private static string PathOf(long id) => $"/resell/customers/{id}";

    private static FormFact[] FactsOf(IReadOnlyList<GrantSummary> present) =>
        [new("Traffic so far", Format.Count(present.Count, "reservation", "reservations"))];

    private async Task<IActionResult> AskAsync(
        long id, Func<SoldCustomer, Confirmation> question, CancellationToken cancellation) =>
        Answer(await resale.FindCustomerAsync(User.Scope, id, cancellation), customer => View("Confirm", question(customer)));

    private async Task<IActionResult> HoldAsync(
        long id, bool held, HoldSoldCustomer hold, Phrase words, CancellationToken cancellation) =>
        Answer(await hold.ExecuteAsync(new(User.Scope, id, held), cancellation), _ => Back(id, words));

    private async Task<IActionResult> PageAsync(long id, SellForm form, string? proxyUser, CancellationToken cancellation)
    {
        var found = await resale.FindCustomerAsync(User.Scope, id, cancellation);
        if (!found.IsSuccess || await resale.FindAsync(User.CustomerId, cancellation) is not { } figures)
            return NotFound();
        var theirs = await grants.ListAsync(Scope.Staff, id, cancellation);
        Show(FactsOf(theirs));
        return View("Customer", new SoldCustomerPage(found.Value,
            [.. theirs.Where(grant => grant.ProxyUser is null)],
            await proxyUsers.ListAsync(Scope.Of(id), new PageRequest(), cancellation), figures, form, proxyUser));
    }

    private async Task<IActionResult> ResellerPageAsync(long id, SubResellerForm form, CancellationToken cancellation)
    {
        var found = await resale.FindCustomerAsync(User.Scope, id, cancellation);
        return found.IsSuccess && await resale.FindAsync(User.CustomerId, cancellation) is { MayHaveResellers: true } figures
            ? View("Reseller", new SubResellerPage(found.Value, figures, form))
            : NotFound();
    }

    private LocalRedirectResult Back(long id, Phrase words) => RedirectSaying(PathOf(id), words);
}

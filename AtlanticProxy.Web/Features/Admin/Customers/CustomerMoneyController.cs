using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Customers;

/// <summary>What a customer has bought, and what it may use.</summary>
[Reads(Area.Customers), Reads(Area.Money), Route("/admin/customers/{id:long}/money")]
internal sealed class CustomerMoneyController(CustomerQueries customers, SubscriptionQueries subscriptions, GrantQueries grants)
    : PortalController
{
    [HttpGet]
    public Task<IActionResult> Show(long id, CancellationToken cancellation) =>
        PageAsync(id, new GrantForm(null, null, null), cancellation);

    [HttpPost("grants"), Authorize(Policies.Owners)]
    public async Task<IActionResult> Give(
        long id, GrantForm form, [FromServices] GiveGrant give, CancellationToken cancellation)
    {
        Task<IActionResult> Again() => PageAsync(id, form, cancellation);
        // Sent twice, it would be given twice.
        if (HasChangedMeanwhile(FactsOf(await grants.ListAsync(Scope.Staff, id, cancellation))))
            return await Again();
        if (!ModelState.IsValid)
            return await RetryAsync(Again);
        var given = await give.ExecuteAsync(new GiveGrant.Request(
            id, form.Amount?.Bytes ?? 0, Until: UtcDay.EndOf(form.LastDay), Memo: form.Memo ?? ""), cancellation);
        return await AnswerAsync(given, _ => Back(id, $"{Format.BytesText(form.Amount?.Bytes ?? 0)} is given."), Again);
    }

    [HttpPost("subscription/{subscription:long}/cancel"), Writes(Area.Money)]
    public Task<IActionResult> Cancel(
        long id, long subscription, [FromServices] CancelSubscription cancel, CancellationToken cancellation) =>
        CancelAsync(id, new(Scope.Staff, subscription), cancel, "The subscription ends with its period, or now if it is unpaid.",
            cancellation);

    [HttpPost("subscription/{subscription:long}/resume"), Writes(Area.Money)]
    public Task<IActionResult> Resume(
        long id, long subscription, [FromServices] CancelSubscription cancel, CancellationToken cancellation) =>
        CancelAsync(id, new(Scope.Staff, subscription, Withdraw: true), cancel, "The subscription goes on.", cancellation);

    [HttpGet("subscription/{subscription:long}/end"), Writes(Area.Money)]
    public async Task<IActionResult> AskEnd(long id, long subscription, CancellationToken cancellation) =>
        Answer(await subscriptions.FindAsync(Scope.Staff, subscription, cancellation), found =>
            found.CustomerId == id ? View("EndNow", found) : NotFound());

    /// <param name="credit">Whether what is unused of the period goes to the wallet.</param>
    [HttpPost("subscription/{subscription:long}/end"), Writes(Area.Money)]
    public async Task<IActionResult> End(
        long id, long subscription, bool credit, [FromServices] CancelSubscription cancel, CancellationToken cancellation)
    {
        var found = await subscriptions.FindAsync(Scope.Staff, subscription, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        return await AnswerAsync(await cancel.EndNowAsync(subscription, credit, cancellation), credited =>
            Back(id, credited > 0
                ? (Phrase)$"The subscription has ended, and {new Money(credited, found.Value.Currency)} is in the wallet."
                : "The subscription has ended. Nothing was credited."), () => Show(id, cancellation));
    }

    protected override string FieldOf(string field) =>
        field == nameof(GiveGrant.Request.Until) ? nameof(GrantForm.LastDay) : field;

    private static FormFact[] FactsOf(IReadOnlyList<GrantSummary> grants) =>
        [new("Grants so far", Format.Count(grants.Count, "grant", "grants"))];

    private async Task<IActionResult> CancelAsync(
        long id, CancelSubscription.Request request, CancelSubscription cancel, Phrase words, CancellationToken cancellation) =>
        await AnswerAsync(await cancel.ExecuteAsync(request, cancellation),
            changed => Back(id, changed ? words : "No changes: it is so already."), () => Show(id, cancellation));

    private async Task<IActionResult> PageAsync(long id, GrantForm form, CancellationToken cancellation)
    {
        var customer = await customers.FindAsync(Scope.Staff, id, cancellation);
        if (!customer.IsSuccess)
            return Answer(customer, Ok);
        var given = await grants.ListAsync(Scope.Staff, id, cancellation);
        Show(FactsOf(given));
        return View("Money", new CustomerMoneyPage(customer.Value,
            await subscriptions.RunningAsync(Scope.Staff, id, cancellation), given, form));
    }

    private LocalRedirectResult Back(long id, Phrase words) => RedirectSaying($"/admin/customers/{id}/money", words);
}

using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Billing;

/// <param name="Offered">What can be bought in the customer's currency; of who has a subscription, what it can change to.</param>
/// <param name="OpenOrder">That still waits for money.</param>
/// <param name="Unpaid">The open invoice that is due first.</param>
/// <param name="Ended">The last subscription of who has none now.</param>
internal sealed record PlansPage(
    CustomerSummary Customer, SubscriptionSummary? Subscription, WhatNext? Next, IReadOnlyList<GrantSummary> Grants,
    IReadOnlyList<PlanSummary> Offered, OrderSummary? OpenOrder, InvoiceSummary? Unpaid, SubscriptionSummary? Ended)
{
    /// <summary>What the customer had, where it is still sold.</summary>
    public PlanSummary? Former => OpenOrder is null ? Offered.FirstOrDefault(plan => plan.Id == Ended?.PlanId) : null;

    /// <summary>Plans are chosen as a change of the one that there is.</summary>
    public bool MayChange => Subscription is { State: SubscriptionState.Active or SubscriptionState.Trialing };
}

/// <summary>What a customer has, what it costs, and what else there is.</summary>
[Authorize(Policies.Payers)]
internal sealed class PlanController(CustomerQueries customers, SubscriptionQueries subscriptions, PlanQueries plans)
    : PortalController
{
    [HttpGet("/plans")]
    public async Task<IActionResult> Show(
        [FromServices] GrantQueries grants, [FromServices] BillingDetailsQueries billing, [FromServices] InvoiceQueries invoices,
        CancellationToken cancellation)
    {
        var (scope, id) = (User.Scope, User.CustomerId);
        var found = await customers.FindAsync(scope, id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        var running = await subscriptions.RunningAsync(scope, id, cancellation);
        string? currency = (await billing.FindAsync(scope, id, cancellation)).Value.Currency;
        var lastOrder = await subscriptions.OrdersAsync(scope, id, new PageRequest(size: 1), cancellation);
        return View("Plans", new PlansPage(
            found.Value,
            running,
            await grants.WhatNextAsync(scope, id, cancellation),
            [.. (await grants.ListAsync(scope, id, cancellation)).Where(grant => grant.IsGood && grant.Left > 0)],
            [.. (await plans.ListAsync(cancellation)).Where(plan => plan.IsShownTo(currency, running is not null))
                .OrderBy(plan => plan.Offer.OnRequest).ThenBy(plan => plan.Kind).ThenBy(plan => plan.Price)],
            lastOrder.Items is [{ State: OrderState.Open } open] ? open : null,
            await invoices.UnpaidAsync(scope, cancellation) is [var first, ..] ? first : null,
            running is null ? await subscriptions.LastEndedAsync(scope, id, cancellation) : null));
    }
}

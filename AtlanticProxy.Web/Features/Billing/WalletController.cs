using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Billing;

/// <param name="Key">Of the form: sent twice, it is one payment.</param>
internal sealed record TopUpForm(decimal? Amount, long? GatewayId, Guid? Key, bool KeepMethod);

/// <param name="Currency">What the customer pays in.</param>
internal sealed record WalletPage(
    Wallet Wallet, Page<WalletEntry> Entries, string Currency, decimal? Amount, IReadOnlyList<GatewaySummary> Gateways,
    AutoTopUpView? AutoTopUp, SavedMethod? Method, WhatNext? Next)
{
    public Money Balance =>
        new(Wallet.Balances.Where(each => each.Currency == Currency).Sum(each => each.Balance), Currency);
}

/// <summary>How much money there is, where it went, and more of it.</summary>
[Authorize(Policies.Payers), Route("/wallet")]
internal sealed class WalletController(WalletQueries wallets, PaymentQueries payments, AskPayment ask)
    : BillingController(payments, ask)
{
    [HttpGet]
    public async Task<IActionResult> Show(
        decimal? amount, [FromServices] GrantQueries grants, [FromServices] BillingDetailsQueries billing,
        CancellationToken cancellation, int page = 1)
    {
        var (scope, id) = (User.Scope, User.CustomerId);
        var found = await wallets.FindAsync(scope, id, cancellation, entries: 0);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        string currency = await CurrencyAsync(billing, found.Value, cancellation);
        return View("Wallet", new WalletPage(
            found.Value,
            await wallets.EntriesAsync(scope, id, new PageRequest(page), cancellation),
            currency,
            amount,
            await GatewaysAsync(currency, cancellation),
            await Payments.AutoTopUpAsync(scope, id, cancellation),
            (await Payments.MethodsAsync(scope, id, cancellation)).FirstOrDefault(method => method.IsDefault),
            await grants.WhatNextAsync(scope, id, cancellation)));
    }

    [HttpPost("top-up")]
    public async Task<IActionResult> TopUp(
        TopUpForm form, [FromServices] StartTopUp start, [FromServices] GrantQueries grants,
        [FromServices] BillingDetailsQueries billing, CancellationToken cancellation)
    {
        var found = await wallets.FindAsync(User.Scope, User.CustomerId, cancellation, entries: 0);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        string currency = await CurrencyAsync(billing, found.Value, cancellation);
        long? amount = MinorUnitsOf(nameof(form.Amount), form.Amount, currency, "Enter an amount, such as 25.00.");
        if (form.Key is null && ModelState.IsValid)
            Refuse("", "The form came without its key, so nothing was paid. Here it is again.");
        if (!ModelState.IsValid)
            return await RetryAsync(() => Show(form.Amount, grants, billing, cancellation));
        string page = $"/wallet/top-ups/{form.Key:n}";
        var started = await start.ExecuteAsync(new(User.Scope, User.CustomerId, form.GatewayId ?? 0, amount!.Value, currency,
            $"{form.Key:n}", ReturnTo(page), form.KeepMethod), cancellation);
        return await AnswerAsync(started, payment => GoToPay(payment, page),
            () => Show(form.Amount, grants, billing, cancellation));
    }

    /// <summary>The page of one top-up: the customer comes back to it from the gateway.</summary>
    [HttpGet("top-ups/{key}")]
    public async Task<IActionResult> ShowTopUp(string key, int back, CancellationToken cancellation)
    {
        if (!Guid.TryParseExact(key, "n", out _))
            return NotFound();
        var part = await PaymentAsync(PaidFor.TopUp(User.CustomerId, key), $"/wallet/top-ups/{key}", back, cancellation);
        return part.Last is null ? NotFound() : View("TopUp", part);
    }

    protected override string FieldOf(string field) => field == nameof(TopUpForm.Amount) ? field : "";

    private async Task<string> CurrencyAsync(
        BillingDetailsQueries billing, Wallet wallet, CancellationToken cancellation) =>
        (await billing.FindAsync(User.Scope, User.CustomerId, cancellation)).Value.Currency ?? wallet.Currencies[0];
}

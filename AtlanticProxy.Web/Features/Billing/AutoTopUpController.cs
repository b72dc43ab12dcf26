using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Billing;

/// <summary>When the wallet fills itself, as its form has it.</summary>
internal sealed record AutoTopUpForm(decimal? Threshold, decimal? Amount, int? DailyLimit, decimal? MonthlyLimit);

/// <param name="Method">What is charged; null while none is kept.</param>
internal sealed record AutoTopUpPage(AutoTopUpForm Form, string Currency, SavedMethod? Method, bool IsOn);

/// <summary>A customer says when the wallet fills itself.</summary>
[Authorize(Policies.Payers), Route("/wallet/auto-top-up")]
internal sealed class AutoTopUpController(
    PaymentQueries payments, WalletQueries wallets, BillingDetailsQueries billing, SetAutoTopUp set) : PortalController
{
    /// <summary>
    /// What a first form suggests, in the currency's own units: a week of a small customer's use, twice a day at most.
    /// </summary>
    private static readonly AutoTopUpForm Suggested = new(10, 25, 2, 200);

    /// <summary>
    /// What no wallet is filled by: in place of what could not be read, so that all else that is wrong is said too.
    /// </summary>
    private const long Refused = -1;

    [HttpGet]
    public async Task<IActionResult> Show(CancellationToken cancellation)
    {
        var now = await payments.AutoTopUpAsync(User.Scope, User.CustomerId, cancellation);
        return await FormAsync(now is null ? Suggested : FormOf(now), cancellation);
    }

    [HttpPost]
    public async Task<IActionResult> Save(AutoTopUpForm form, CancellationToken cancellation)
    {
        string currency = await CurrencyAsync(cancellation);
        long? threshold = MinorUnitsOf(nameof(form.Threshold), form.Threshold, currency, "Enter an amount, such as 10.00.");
        long? amount = MinorUnitsOf(nameof(form.Amount), form.Amount, currency, "Enter an amount, such as 25.00.");
        long? month = MinorUnitsOf(nameof(form.MonthlyLimit), form.MonthlyLimit, currency, "Enter an amount, such as 200.00.");
        if (!ModelState.IsValid)
            return await RetryAsync(() => FormAsync(form, cancellation));
        return await AnswerAsync(await set.ExecuteAsync(new(User.Scope, User.CustomerId, threshold ?? Refused, amount ?? Refused,
            currency, form.DailyLimit ?? 0, month ?? Refused), cancellation),
            () => Back("Automatic top-up is on."), () => FormAsync(form, cancellation));
    }

    [HttpPost("off")]
    public async Task<IActionResult> SwitchOff(CancellationToken cancellation)
    {
        if (await payments.AutoTopUpAsync(User.Scope, User.CustomerId, cancellation) is not { } now)
            return NotFound();
        return Answer(await set.ExecuteAsync(new(User.Scope, User.CustomerId, now.Threshold, now.Amount, now.Currency,
            now.DailyLimit, now.MonthlyLimit, Enabled: false), cancellation), () => Back("Automatic top-up is off."));
    }

    protected override string FieldOf(string field) =>
        field is nameof(SetAutoTopUp.Request.Enabled) or nameof(SetAutoTopUp.Request.Currency) ? "" : field;

    private static AutoTopUpForm FormOf(AutoTopUpView now) => new(
        new Money(now.Threshold, now.Currency).Number, new Money(now.Amount, now.Currency).Number, now.DailyLimit,
        new Money(now.MonthlyLimit, now.Currency).Number);

    private async Task<IActionResult> FormAsync(AutoTopUpForm form, CancellationToken cancellation) => View("AutoTopUp",
        new AutoTopUpPage(form, await CurrencyAsync(cancellation),
            (await payments.MethodsAsync(User.Scope, User.CustomerId, cancellation)).FirstOrDefault(method => method.IsDefault),
            await payments.AutoTopUpAsync(User.Scope, User.CustomerId, cancellation) is { Enabled: true }));

    private async Task<string> CurrencyAsync(CancellationToken cancellation) =>
        (await billing.FindAsync(User.Scope, User.CustomerId, cancellation)).Value.Currency
            ?? (await wallets.FindAsync(User.Scope, User.CustomerId, cancellation, entries: 0)).Value.Currencies[0];

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/wallet", words);
}

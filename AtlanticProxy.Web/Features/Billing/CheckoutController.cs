using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Billing;

/// <summary>What is to be bought, as the address of the page has it.</summary>
/// <param name="Plan">Null of what is bought on top of a subscription.</param>
/// <param name="Kind">Null for what the plan is usually bought as.</param>
/// <param name="Amount">GB or hours of packages and top-ups, proxy users of seats.</param>
/// <param name="After">The customer's latest order when the form was made.</param>
internal sealed record CheckoutForm(long? Plan, OrderKind? Kind, decimal? Amount, string? Coupon, long? After);

/// <param name="Kind">What is bought.</param>
/// <param name="Plan">What it is bought of.</param>
/// <param name="Subscription">Null unless it is bought on top of one.</param>
/// <param name="Preview">Null while something is missing, or wrong.</param>
internal sealed record CheckoutPage(
    CheckoutForm Form, OrderKind Kind, PlanSummary Plan, SubscriptionSummary? Subscription, OrderPreview? Preview,
    DetailsForm Details)
{
    public bool HasAmount => Kind is OrderKind.Package or OrderKind.TopUp or OrderKind.Seats;

    public Phrase About => Kind switch
    {
        OrderKind.Subscription => (Phrase)$"{Plan.Name}: {BillingWords.Price(Plan)}. It renews until you cancel.",
        OrderKind.Trial => $"{Format.Count(Plan.Offer.TrialDays ?? 0, "day", "days")} of {Plan.Name} with "
            + $"{Format.BytesText(Plan.Offer.TrialBytes ?? 0)}. Unless you cancel before its end, it goes on then: "
            + $"{BillingWords.Price(Plan)}.",
        OrderKind.Package => $"{Plan.Name}: {BillingWords.Price(Plan)}. What you buy has no end.",
        OrderKind.TopUp => $"Traffic on top of {Plan.Name}. It stays when the period ends.",
        OrderKind.Seats => $"More proxy users for {Plan.Name}: now for the rest of the period, then with each renewal.",
    };

    public Phrase AmountLabel => Kind == OrderKind.Seats ? "Proxy users" : Plan.Kind == PlanKind.Hourly ? "Hours" : "GB";
}

/// <summary>What exactly is bought, what it costs with tax, and who pays it. Nothing is ordered before the button.</summary>
[Authorize(Policies.Payers), Route("/checkout")]
internal sealed class CheckoutController(
    PlanQueries plans, SubscriptionQueries subscriptions, BillingDetailsQueries billing, PlaceOrder place) : PortalController
{
    /// <summary>Beyond any purchase, in GB, hours or proxy users; and far from overflow in bytes.</summary>
    private const decimal MaxAmount = 1_000_000;

    [HttpGet]
    public async Task<IActionResult> Show(CheckoutForm form, CancellationToken cancellation)
    {
        if (await FindAsync(form, cancellation) is not { } page)
            return LocalRedirect("/plans");
        if (page.Kind == OrderKind.Subscription
            && await subscriptions.RunningAsync(User.Scope, User.CustomerId, cancellation) is not null)
            return LocalRedirect($"/subscription/change?plan={page.Plan.Id}");
        long? amount = AmountOf(page);
        if (!ModelState.IsValid)
            return await RetryAsync(() => Task.FromResult<IActionResult>(View("Checkout", page)));
        if (page.HasAmount && amount is null)
            return View("Checkout", page);
        var preview = await place.PreviewAsync(RequestOf(page, amount), cancellation);
        return await AnswerAsync(preview, priced => View("Checkout", page with { Preview = priced }),
            () => Task.FromResult<IActionResult>(View("Checkout", page)));
    }

    [HttpPost]
    public async Task<IActionResult> Place(CheckoutForm form, CancellationToken cancellation)
    {
        if (await FindAsync(form, cancellation) is not { } page)
            return LocalRedirect("/plans");
        long? amount = AmountOf(page);
        if (!ModelState.IsValid)
            return await RetryAsync(() => Task.FromResult<IActionResult>(View("Checkout", page)));
        return await AnswerAsync(await place.ExecuteAsync(RequestOf(page, amount), cancellation),
            order => LocalRedirect($"/orders/{order.Id}"), () => Task.FromResult<IActionResult>(View("Checkout", page)));
    }

    protected override string FieldOf(string field) => field == nameof(PlaceOrder.Request.PlanId) ? "" : field;

    /// <summary>What of what; null when there is no such thing to buy.</summary>
    private async Task<CheckoutPage?> FindAsync(CheckoutForm form, CancellationToken cancellation)
    {
        bool onTop = form.Kind is OrderKind.TopUp or OrderKind.Seats;
        var running = onTop ? await subscriptions.RunningAsync(User.Scope, User.CustomerId, cancellation) : null;
        long? id = onTop ? running?.PlanId : form.Plan;
        var details = await billing.FindAsync(User.Scope, User.CustomerId, cancellation);
        if (id is null || !details.IsSuccess || await plans.FindAsync(id.Value, cancellation) is not { IsSuccess: true } found)
            return null;
        var kind = form.Kind ?? (found.Value.Kind == PlanKind.Subscription ? OrderKind.Subscription : OrderKind.Package);
        return new CheckoutPage(form, kind, found.Value, running, null,
            DetailsForm.Of(details.Value) with { ReturnUrl = AddressOf(form) });
    }

    /// <summary>Bytes, minutes or proxy users; null while none is given.</summary>
    private long? AmountOf(CheckoutPage page)
    {
        if (!page.HasAmount || page.Form.Amount is not { } typed)
            return null;
        decimal unit = page.Kind == OrderKind.Seats ? 1 : PricedAmount.UnitOf(page.Plan.Kind);
        if (typed is > 0 and <= MaxAmount && decimal.IsInteger(typed * unit))
            return (long)(typed * unit);
        Refuse(nameof(CheckoutForm.Amount), page.Kind == OrderKind.Seats ? "Enter a whole number, such as 2."
            : page.Plan.Kind == PlanKind.Hourly ? "Enter a number of Hours, such as 10."
            : "Enter a number of GB, such as 10.");
        return null;
    }

    private PlaceOrder.Request RequestOf(CheckoutPage page, long? amount) =>
        new(User.Scope, User.CustomerId, page.Kind, page.Subscription is null ? page.Plan.Id : null, amount, page.Form.Coupon,
            page.Form.After);

    private static string AddressOf(CheckoutForm form) => "/checkout" + Microsoft.AspNetCore.Http.QueryString.Create(
        new Dictionary<string, string?>
        {
            ["plan"] = form.Plan?.ToString(System.Globalization.CultureInfo.InvariantCulture), ["kind"] = form.Kind?.ToString(),
            ["amount"] = form.Amount?.ToString(System.Globalization.CultureInfo.InvariantCulture), ["coupon"] = form.Coupon,
        }.Where(each => !string.IsNullOrEmpty(each.Value)));
}

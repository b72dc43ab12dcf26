using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Billing;

/// <summary>
/// How the billing pages say where things stand: words, and a class of <c>badge-state</c> where there is a badge.
/// </summary>
internal static class BillingWords
{
    public static string Price(PlanSummary plan)
    {
        var price = new Money(plan.Price, plan.Currency);
        return plan.Kind switch
        {
            PlanKind.Subscription => $"{price} {new PlanPeriod(plan.Limits.PeriodLength, plan.Limits.PeriodUnit).Every}",
            PlanKind.PerGb => $"{price} a GB",
            PlanKind.Hourly => $"{price} an hour",
        };
    }

    /// <summary>What finer targeting adds to an hour.</summary>
    public static string Surcharges(TargetingSurcharges surcharges) => "Targeting: " + string.Join(", ",
        surcharges.Parts.Select(part => $"{(part.Name == "asn" ? "ASN" : part.Name)} +{part.Percent} %"));

    /// <summary>With a plus, or a true minus.</summary>
    public static string Moved(WalletEntry entry) =>
        $"{(entry.Amount < 0 ? "−" : "+")}{new Money(Math.Abs(entry.Amount), entry.Currency)}";

    public static string Amount(long amount, bool inMinutes) =>
        inMinutes ? Format.Count(amount, "minute", "minutes") : Format.BytesText(amount);

    /// <summary>What an order is about: <c>Personal</c>, <c>10 GB on top of Personal</c>.</summary>
    public static string Of(OrderSummary order) => (order.Kind, order.Amount) switch
    {
        (OrderKind.Trial, _) => $"Trial of {order.Plan}",
        (OrderKind.TopUp, { } bytes) => $"{Format.BytesText(bytes)} on top of {order.Plan}",
        (OrderKind.Seats, { } seats) => $"{Format.Count(seats, "more proxy user", "more proxy users")} for {order.Plan}",
        (OrderKind.Package, _) => $"{order.Plan}, bought at once",
        _ => order.Plan,
    };

    public static (string Words, string? Mood) Of(SubscriptionSummary subscription) => subscription.State switch
    {
        SubscriptionState.Trialing when subscription.CancelAtEnd => ("Trial, ends soon", "warn"),
        SubscriptionState.Trialing => ("Trial", "good"),
        SubscriptionState.Active when subscription.CancelAtEnd => ("Ends soon", "warn"),
        SubscriptionState.Active => ("Paid", "good"),
        SubscriptionState.PastDue => ("Past due", "warn"),
        SubscriptionState.Suspended => ("Refusing: unpaid", "bad"),
        SubscriptionState.Paused => ("Paused", null),
        SubscriptionState.Ended => ("Ended", null),
    };

    public static (string Words, string? Mood) Of(OrderState state) => state switch
    {
        OrderState.Open => ("Not paid yet", "warn"),
        OrderState.Paid => ("Paid", "good"),
        OrderState.Expired => ("Expired", null),
        OrderState.Cancelled => ("Cancelled", null),
    };

    public static (string Words, string? Mood) Of(InvoiceState state) => state switch
    {
        InvoiceState.Draft => ("Draft", null),
        InvoiceState.Open => ("To be paid", "warn"),
        InvoiceState.Paid => ("Paid", "good"),
        InvoiceState.Credited => ("Taken back", null),
        InvoiceState.Issued => ("Credit note", null),
    };

    public static string Of(GrantOrigin origin) => origin switch
    {
        GrantOrigin.Period => "This period",
        GrantOrigin.CarryOver => "Carried over",
        GrantOrigin.TopUp => "Top-up",
        GrantOrigin.Lifetime => "Bought at once",
        GrantOrigin.Trial => "Trial",
        GrantOrigin.Bonus => "Bonus",
        GrantOrigin.Coupon => "Coupon",
        GrantOrigin.Staff => "From support",
        GrantOrigin.Share => "Reserved",
        GrantOrigin.Resale => "Traffic",
    };

    /// <summary>Why a payment was refused, and what to do.</summary>
    public static string Of(FailureReason? reason) => reason switch
    {
        FailureReason.Declined => "the bank declined the card. Nothing was charged. Try another card, or ask your bank.",
        FailureReason.InsufficientFunds => "there was not enough on the card. Nothing was charged. Try another one.",
        FailureReason.ExpiredCard => "the card has expired. Nothing was charged. Try another one.",
        FailureReason.AuthenticationRequired => "your bank wants you to confirm. Nothing was charged. Pay again, and confirm.",
        FailureReason.LostOrStolen => "the bank does not take this card any more. Nothing was charged. Try another one.",
        _ => "the payment did not succeed. Nothing was charged. Try again, or pay another way.",
    };

    /// <summary><c>Visa 4242</c>; the gateway's name of what has no card's.</summary>
    public static string Of(SavedMethod method) =>
        method.Brand.Length + method.Last4.Length == 0 ? method.Gateway : $"{Capital(method.Brand)} {method.Last4}".Trim();

    /// <summary>What the wallet and grants have for the next connection, in a few words.</summary>
    public static string Source(WhatNext next) => next.Source switch
    {
        NextSource.Unbounded => "the plan has no bound",
        NextSource.Grant when next.GoodUntil is { } until => $"good until {Format.Day(until)}",
        NextSource.Grant => "good for good",
        NextSource.Wallet => $"the wallet pays{PriceOf(next)}: enough for {Amount(next.ByWallet, next.InMinutes)}",
        NextSource.Floor => "used up: slow until more is bought or the plan renews",
        NextSource.Nothing => "connections are refused",
    };

    private static string PriceOf(WhatNext next) => next is { Price: { } price, Currency: { } currency }
        ? $" {new Money(price, currency)} {(next.InMinutes ? "an hour" : "a GB")}"
        : "";

    private static string Capital(string brand) => brand.Length == 0 ? "" : char.ToUpperInvariant(brand[0]) + brand[1..];
}

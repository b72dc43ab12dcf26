using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Shell;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Billing;

/// <summary>
/// How the billing pages say where things stand: words, and a class of <c>badge-state</c> where there is a badge.
/// </summary>
internal static class BillingWords
{
    private const int MonthsPerYear = 12;

    public static Phrase Price(PlanSummary plan)
    {
        var price = new Money(plan.Price, plan.Currency);
        return plan.Kind switch
        {
            PlanKind.Subscription => (Phrase)$"{price} {Every(plan.Limits.PeriodLength, plan.Limits.PeriodUnit)}",
            PlanKind.PerGb => $"{price} a GB",
            PlanKind.Hourly => $"{price} an hour",
        };
    }

    /// <summary>How often a plan is charged: <c>a month</c>, <c>every 30 days</c>; twelve months are a year.</summary>
    public static Phrase Every(int length, PeriodUnit unit) => (unit, length) switch
    {
        (PeriodUnit.Day, 1) => (Phrase)"a day",
        (PeriodUnit.Day, _) => $"every {length} days",
        (PeriodUnit.Week, 1) => "a week",
        (PeriodUnit.Week, _) => $"every {length} weeks",
        (PeriodUnit.Month, 1) => "a month",
        (PeriodUnit.Month, MonthsPerYear) => "a year",
        (PeriodUnit.Month, _) when length % MonthsPerYear == 0 => $"every {length / MonthsPerYear} years",
        (PeriodUnit.Month, _) => $"every {length} months",
    };

    /// <summary>What finer targeting adds to an hour.</summary>
    public static Phrase Surcharges(TargetingSurcharges surcharges) =>
        $"Targeting: {string.Join(", ", surcharges.Parts.Select(part => $"{T[FieldOf(part.Name)]} +{part.Percent} %"))}";

    private static Phrase FieldOf(string targeting) => targeting switch
    {
        "country" => "country",
        "state" => "state",
        "city" => "city",
        "asn" => "ASN",
        _ => Phrase.Verbatim(targeting),
    };

    /// <summary>With a plus, or a true minus.</summary>
    public static string Moved(WalletEntry entry) =>
        $"{(entry.Amount < 0 ? "−" : "+")}{new Money(Math.Abs(entry.Amount), entry.Currency)}";

    public static string Amount(long amount, bool inMinutes) =>
        inMinutes ? Format.Count(amount, "minute", "minutes") : Format.BytesText(amount);

    /// <summary>What an order is about: <c>Personal</c>, <c>10 GB on top of Personal</c>.</summary>
    public static Phrase Of(OrderSummary order) => (order.Kind, order.Amount) switch
    {
        (OrderKind.Trial, _) => $"Trial of {order.Plan}",
        (OrderKind.TopUp, { } bytes) => $"{Format.BytesText(bytes)} on top of {order.Plan}",
        (OrderKind.Seats, { } seats) => $"{Format.Count(seats, "more proxy user", "more proxy users")} for {order.Plan}",
        (OrderKind.Package, _) => $"{order.Plan}, bought at once",
        _ => Phrase.Verbatim(order.Plan),
    };

    public static (Phrase Words, string? Mood) Of(SubscriptionSummary subscription) => subscription.State switch
    {
        SubscriptionState.Trialing when subscription.CancelAtEnd => ((Phrase)"Trial, ends soon", "warn"),
        SubscriptionState.Trialing => ("Trial", "good"),
        SubscriptionState.Active when subscription.CancelAtEnd => ("Ends soon", "warn"),
        SubscriptionState.Active => ("Paid", "good"),
        SubscriptionState.PastDue => ("Past due", "warn"),
        SubscriptionState.Suspended => ("Refusing: unpaid", "bad"),
        SubscriptionState.Paused => ("Paused", null),
        SubscriptionState.Ended => ("Ended", null),
    };

    public static (Phrase Words, string? Mood) Of(OrderState state) => state switch
    {
        OrderState.Open => ((Phrase)"Not paid yet", "warn"),
        OrderState.Paid => ("Paid", "good"),
        OrderState.Expired => ("Expired", null),
        OrderState.Cancelled => ("Cancelled", null),
    };

    public static (Phrase Words, string? Mood) Of(InvoiceState state) => state switch
    {
        InvoiceState.Draft => ((Phrase)"Draft", null),
        InvoiceState.Open => ("To be paid", "warn"),
        InvoiceState.Paid => ("Paid", "good"),
        InvoiceState.Credited => ("Taken back", null),
        InvoiceState.Issued => ("Credit note", null),
    };

    public static Phrase Of(GrantOrigin origin) => origin switch
    {
        GrantOrigin.Period => (Phrase)"This period",
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
    public static Phrase Of(FailureReason? reason) => reason switch
    {
        FailureReason.Declined => (Phrase)"the bank declined the card. Nothing was charged. Try another card, or ask your bank.",
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
    public static Phrase Source(WhatNext next) => next.Source switch
    {
        NextSource.Unbounded => (Phrase)"the plan has no bound",
        NextSource.Grant when next.GoodUntil is { } until => $"good until {Format.Day(until)}",
        NextSource.Grant => "good for good",
        NextSource.Wallet when next is { Price: { } price, Currency: { } currency } => next.InMinutes
            ? (Phrase)$"the wallet pays {new Money(price, currency)} an hour: enough for {Amount(next.ByWallet, true)}"
            : $"the wallet pays {new Money(price, currency)} a GB: enough for {Amount(next.ByWallet, false)}",
        NextSource.Wallet => $"the wallet pays: enough for {Amount(next.ByWallet, next.InMinutes)}",
        NextSource.Floor => "used up: slow until more is bought or the plan renews",
        NextSource.Nothing => "connections are refused",
    };

    private static string Capital(string brand) => brand.Length == 0 ? "" : char.ToUpperInvariant(brand[0]) + brand[1..];
}

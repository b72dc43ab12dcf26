using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Admin.Customers;

/// <summary>Traffic for a customer, as the form has it.</summary>
/// <param name="LastDay">Included, UTC; null for good.</param>
internal sealed record GrantForm(DataSize? Amount, DateOnly? LastDay, string? Memo);

/// <param name="Subscription">Null when none runs.</param>
internal sealed record CustomerMoneyPage(
    CustomerSummary Customer, SubscriptionSummary? Subscription, IReadOnlyList<GrantSummary> Grants, GrantForm Form);

/// <summary>How it is said where a subscription stands, and what a grant is from.</summary>
internal static class SubscriptionWords
{
    /// <summary>A word or two, and a class of <c>badge-state</c>; null for a quiet one.</summary>
    public static (Phrase Words, string? Mood) Of(SubscriptionState state) => state switch
    {
        SubscriptionState.Trialing => ((Phrase)"Trial", "good"),
        SubscriptionState.Active => ("Active", "good"),
        SubscriptionState.PastDue => ("Past due", "warn"),
        SubscriptionState.Suspended => ("Suspended: unpaid", "bad"),
        SubscriptionState.Paused => ("Paused", null),
        SubscriptionState.Ended => ("Ended", null),
    };

    public static Phrase Of(GrantOrigin origin) => origin switch
    {
        GrantOrigin.Period => "The plan's period",
        GrantOrigin.CarryOver => "Carried over",
        GrantOrigin.TopUp => "Top-up",
        GrantOrigin.Lifetime => "Package",
        GrantOrigin.Trial => "Trial",
        GrantOrigin.Bonus => "Bonus",
        GrantOrigin.Coupon => "Coupon",
        GrantOrigin.Staff => "Given by staff",
        GrantOrigin.Share => "Share of a proxy user",
        GrantOrigin.Resale => "From its reseller",
    };

    /// <summary>Bytes or minutes.</summary>
    public static string AmountOf(GrantSummary grant, long amount) =>
        grant.InMinutes ? Format.Count(amount, "minute", "minutes") : Format.BytesText(amount);
}

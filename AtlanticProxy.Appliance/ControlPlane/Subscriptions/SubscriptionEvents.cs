namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>What can happen to subscriptions and orders: names for programs, which stay as they are.</summary>
public static class SubscriptionEvents
{
    public const string Started = "subscription_started", TrialStarted = "trial_started", Renewed = "subscription_renewed",
        PastDue = "subscription_past_due", Recovered = "subscription_recovered", Suspended = "subscription_suspended",
        Changed = "subscription_changed", Paused = "subscription_paused", Resumed = "subscription_resumed",
        CancellationWithdrawn = "subscription_kept", Ended = "subscription_ended", OrderPaid = "order_paid",
        OrderExpired = "order_expired";

    internal static readonly string[] All =
    [
        Started, TrialStarted, Renewed, PastDue, Recovered, Suspended, Changed, Paused, Resumed, CancellationWithdrawn, Ended,
        OrderPaid, OrderExpired,
    ];
}

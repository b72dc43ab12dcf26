using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Webhooks;

namespace AtlanticProxy.Web.Features.WebhookEndpoints;

/// <summary>Webhooks in words.</summary>
internal static class WebhookWords
{
    /// <summary>"Invoice paid", of <c>invoice_paid</c>.</summary>
    public static Phrase Of(string kind) => kind switch
    {
        EventKinds.CustomerCreated => "Customer created",
        EventKinds.QuotaWarning => "Quota warning",
        EventKinds.QuotaExhausted => "Quota exhausted",
        EventKinds.InvoiceFinalised => "Invoice finalised",
        EventKinds.InvoicePaid => "Invoice paid",
        EventKinds.CreditNoteIssued => "Credit note issued",
        EventKinds.TrialEnding => "Trial ending",
        EventKinds.RenewalDue => "Renewal due",
        EventKinds.RenewalFailed => "Renewal failed",
        EventKinds.SubscriptionCancelled => "Subscription cancelled",
        EventKinds.WinBack => "Win back",
        EventKinds.DepositRefunded => "Deposit refunded",
        EventKinds.NewSignIn => "New sign in",
        EventKinds.ProviderDrift => "Provider drift",
        EventKinds.WebhookDisabled => "Webhook disabled",
        EventKinds.WebhookTest => "Webhook test",
        _ => Phrase.Verbatim(kind),
    };

    /// <summary>What is measured of an endpoint, and its mood.</summary>
    public static (Phrase Words, string Mood) Of(WebhookSummary webhook) => webhook switch
    {
        { Enabled: false } => ((Phrase)"Off", ""),
        { FailingSince: not null } => ("Retrying", "warn"),
        _ => ("On", "good"),
    };

    public static (Phrase Words, string Mood) Of(DeliveryState state) => state switch
    {
        DeliveryState.Pending => ((Phrase)"Waiting", "warn"),
        DeliveryState.Delivered => ("Delivered", "good"),
        DeliveryState.Failed => ("Failed", "bad"),
    };
}

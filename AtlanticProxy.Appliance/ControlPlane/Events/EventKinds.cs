using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Subscriptions;

namespace AtlanticProxy.ControlPlane.Events;

/// <summary>What can happen: names for programs, which stay as they are. In brackets, what the payload says beyond ids.</summary>
public static class EventKinds
{
    /// <summary>A customer has an account.</summary>
    public const string CustomerCreated = "customer_created";

    /// <summary>Most of what a plan includes is used (percent, measure, left).</summary>
    public const string QuotaWarning = "quota_warning";

    /// <summary>All of it is used.</summary>
    public const string QuotaExhausted = "quota_exhausted";

    /// <summary>An invoice has its number: it is owed (invoiceId, number, total, dueOn).</summary>
    public const string InvoiceFinalised = "invoice_finalised";

    /// <summary>(invoiceId, number, total)</summary>
    public const string InvoicePaid = "invoice_paid";

    /// <summary>(invoiceId of the note, number, total)</summary>
    public const string CreditNoteIssued = "credit_note_issued";

    /// <summary>(plan, endsOn, price)</summary>
    public const string TrialEnding = "trial_ending";

    /// <summary>(plan, renewsOn, price)</summary>
    public const string RenewalDue = "renewal_due";

    /// <summary>(plan, price, reason, retryOn)</summary>
    public const string RenewalFailed = "renewal_failed";

    /// <summary>(plan, endsOn)</summary>
    public const string SubscriptionCancelled = "subscription_cancelled";

    /// <summary>A customer who left is asked back, once (plan, planId, endedOn, coupon).</summary>
    public const string WinBack = "win_back";

    /// <summary>(amount)</summary>
    public const string DepositRefunded = "deposit_refunded";

    /// <summary>From a network or with a browser that the account was not seen with (email, browser, address, at).</summary>
    public const string NewSignIn = "new_sign_in";

    /// <summary>Of the staff: a provider's count and ours are too far apart.</summary>
    public const string ProviderDrift = "provider_drift";

    /// <summary>An endpoint failed for days and was switched off (url).</summary>
    public const string WebhookDisabled = "webhook_disabled";

    /// <summary>Means nothing: for whoever sets a webhook up.</summary>
    public const string WebhookTest = "webhook_test";

    /// <summary>What webhooks can be told of. Those of the staff are not for customers.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        CustomerCreated, QuotaWarning, QuotaExhausted, InvoiceFinalised, InvoicePaid, CreditNoteIssued, TrialEnding, RenewalDue,
        RenewalFailed, SubscriptionCancelled, WinBack, DepositRefunded, NewSignIn, ProviderDrift, WebhookDisabled,
        .. SubscriptionEvents.All, .. PaymentEvents.All,
    ];

    /// <summary>Those of them that can be about a customer.</summary>
    public static readonly IReadOnlyList<string> OfCustomers = [.. All.Except([CustomerCreated, ProviderDrift])];
}

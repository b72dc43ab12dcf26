using AtlanticProxy.ControlPlane.Webhooks;

namespace AtlanticProxy.Web.Features.WebhookEndpoints;

/// <summary>Webhooks in words.</summary>
internal static class WebhookWords
{
    /// <summary>"Invoice paid", of <c>invoice_paid</c>.</summary>
    public static string Of(string kind) => char.ToUpperInvariant(kind[0]) + kind[1..].Replace('_', ' ');

    /// <summary>What is measured of an endpoint, and its mood.</summary>
    public static (string Words, string Mood) Of(WebhookSummary webhook) => webhook switch
    {
        { Enabled: false } => ("Off", ""),
        { FailingSince: not null } => ("Retrying", "warn"),
        _ => ("On", "good"),
    };

    public static (string Words, string Mood) Of(DeliveryState state) => state switch
    {
        DeliveryState.Pending => ("Waiting", "warn"),
        DeliveryState.Delivered => ("Delivered", "good"),
        DeliveryState.Failed => ("Failed", "bad"),
    };
}

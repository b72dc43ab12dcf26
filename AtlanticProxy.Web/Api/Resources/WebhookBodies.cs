using System.ComponentModel.DataAnnotations;
using AtlanticProxy.ControlPlane.Webhooks;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>An address that is told what happens.</summary>
/// <param name="Kinds">Of events; empty is all.</param>
/// <param name="FailingSince">Null: the last delivery was accepted, or there was none.</param>
/// <param name="Pending">Deliveries that wait.</param>
internal sealed record WebhookBody(
    PublicId<OfWebhook> Id, string Url, IReadOnlyList<string> Kinds, bool Enabled, DateTimeOffset? FailingSince, int Pending,
    DateTimeOffset CreatedAt) : IExample<WebhookBody>
{
    public static WebhookBody Example => new(new(4), "https://example.com/hooks", ["quota_warning", "invoice_paid"], true, null,
        0, ExampleTime.Noon);

    public static WebhookBody Of(WebhookSummary webhook) => new(new(webhook.Id), webhook.Url, webhook.Kinds, webhook.Enabled,
        webhook.FailingSince, webhook.Pending, webhook.CreatedAt);

    /// <summary>Changes with what an operation can change.</summary>
    public static string TagOf(WebhookSummary webhook) =>
        EntityTag.Of(new { webhook.Id, webhook.Url, webhook.Kinds, webhook.Enabled });
}

/// <summary>What deliveries are signed with. It is answered where it is made, and nowhere else.</summary>
internal sealed record WebhookSecretBody(PublicId<OfWebhook> Id, string Secret) : IExample<WebhookSecretBody>
{
    public static WebhookSecretBody Example => new(new(4), "whsec_Kq3vX9mWz2Lr7TfYb6Nc4Hd8");

    public static WebhookSecretBody Of(WebhookSecret made) => new(new(made.WebhookId), made.Secret);
}

/// <param name="Url">By HTTPS, without a user name in it.</param>
/// <param name="Kinds">Of events; left out or empty is all.</param>
internal sealed record NewWebhookBody([property: Required] string? Url, IReadOnlyList<string>? Kinds)
    : IRequestBody, IExample<NewWebhookBody>
{
    public static NewWebhookBody Example => new("https://example.com/hooks", ["quota_warning", "invoice_paid"]);
}

/// <summary>What is left out stays as it is.</summary>
/// <param name="Enabled">Switched on again, it is tried at once.</param>
internal sealed record WebhookChangeBody(string? Url, IReadOnlyList<string>? Kinds, bool? Enabled)
    : IRequestBody, IExample<WebhookChangeBody>
{
    public static WebhookChangeBody Example => new(null, null, false);
}

/// <summary>An event, as one webhook was told of it.</summary>
/// <param name="Status">HTTP's; null: there was no answer.</param>
/// <param name="Answer">The beginning of what was answered, or why there was no answer.</param>
internal sealed record DeliveryBody(
    PublicId<OfDelivery> Id, string Kind, DeliveryState State, int Attempts, int? Status, string Answer, int? TookMs,
    DateTimeOffset QueuedAt, DateTimeOffset? TriedAt) : IExample<DeliveryBody>
{
    public static DeliveryBody Example => new(new(81), "quota_warning", DeliveryState.Delivered, 1, 200, "ok", 96,
        ExampleTime.Noon, ExampleTime.Noon.AddSeconds(3));

    public static DeliveryBody Of(DeliverySummary one) => new(new(one.Id), one.Kind, one.State, one.Attempts, one.Status,
        one.Answer, one.TookMs, one.QueuedAt, one.TriedAt);
}

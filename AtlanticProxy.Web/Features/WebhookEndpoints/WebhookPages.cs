using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Webhooks;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.WebhookEndpoints;

/// <summary>Where a webhook's pages are, and whose they are.</summary>
/// <param name="Path">Of the list.</param>
/// <param name="Kinds">Events that can be chosen.</param>
internal sealed record WebhookPlace(string Path, long? CustomerId, IReadOnlyList<string> Kinds);

internal sealed record WebhooksPage(WebhookPlace Place, IReadOnlyList<WebhookSummary> Webhooks);

/// <param name="Kinds">Of events; none: all.</param>
internal sealed record WebhookForm(string? Url, string[]? Kinds, bool Enabled);

/// <param name="Id">Null while it is not added yet.</param>
internal sealed record WebhookFormPage(WebhookPlace Place, long? Id, WebhookForm Form);

internal sealed record WebhookPage(WebhookPlace Place, WebhookSummary Webhook, Page<DeliverySummary> Deliveries, Listing Listing);

/// <param name="IsNew">It was just added; else its secret was replaced.</param>
internal sealed record WebhookSecretPage(WebhookPlace Place, WebhookSecret Secret, bool IsNew);

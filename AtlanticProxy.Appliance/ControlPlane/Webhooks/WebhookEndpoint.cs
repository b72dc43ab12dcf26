using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Webhooks;

/// <summary>Where somebody wants to be told what happens.</summary>
[Table("webhook_endpoints")]
internal sealed class WebhookEndpoint
{
    [PrimaryKey]
    public long Id { get; set; }

    /// <summary>Null: the reseller's, who is told of everybody's.</summary>
    public long? CustomerId { get; set; }

    public required string Url { get; set; }

    /// <summary>Under <see cref="Secrets.SecretBox"/>.</summary>
    public required byte[] SecretSealed { get; set; }

    /// <summary>Of events; empty: all.</summary>
    public required string[] Kinds { get; set; }

    public bool Enabled { get; set; }

    /// <summary>Since when nothing was accepted; null: the last one was.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>Failures since then.</summary>
    public int Attempts { get; set; }

    public DateTimeOffset NextTryAt { get; set; }

    /// <summary>Until when some node delivers to it.</summary>
    public DateTimeOffset ClaimedUntil { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

public enum DeliveryState
{
    /// <summary>Waits for its (next) try.</summary>
    Pending,

    /// <summary>Answered with a status of 200 to 299.</summary>
    Delivered,

    /// <summary>Not accepted within three days.</summary>
    Failed,
}

/// <summary>One event for one endpoint.</summary>
[Table("webhook_deliveries")]
internal sealed class WebhookDelivery
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public long EndpointId { get; set; }
    public long EventId { get; set; }
    public DeliveryState State { get; set; }

    /// <summary>Its place in the endpoint's queue.</summary>
    public DateTimeOffset QueuedAt { get; set; }

    public int Attempts { get; set; }

    /// <summary>HTTP's; null: there was no answer.</summary>
    public int? Status { get; set; }

    /// <summary>The beginning of what was answered, or why there was no answer.</summary>
    public string Answer { get; set; } = "";

    public int? TookMs { get; set; }
    public DateTimeOffset? TriedAt { get; set; }
}

/// <summary>An endpoint, as pages show it: without its secret.</summary>
/// <param name="Kinds">Of events; empty: all.</param>
/// <param name="FailingSince">Null: the last delivery was accepted, or there was none.</param>
public sealed record WebhookSummary(
    long Id, long? CustomerId, string Url, IReadOnlyList<string> Kinds, bool Enabled, DateTimeOffset? FailingSince, int Pending,
    DateTimeOffset CreatedAt);

/// <summary>A delivery, as lists show it.</summary>
/// <param name="Status">HTTP's; null: there was no answer.</param>
/// <param name="Answer">The beginning of what was answered, or why there was no answer.</param>
public sealed record DeliverySummary(
    long Id, long EndpointId, string Kind, DeliveryState State, int Attempts, int? Status, string Answer, int? TookMs,
    DateTimeOffset QueuedAt, DateTimeOffset? TriedAt);

using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Payments;

public enum DeliveryState
{
    /// <summary>Stored and answered; its turn comes.</summary>
    Received,

    Handled,

    /// <summary>Not understood: kept, and staff told. It can be handled again by a version that does.</summary>
    Parked,

    /// <summary>The gateway could not be asked, or a fault came; it is tried again.</summary>
    Failed,
}

/// <summary>What a gateway delivered, as it came.</summary>
[Table("webhook_inbox")]
internal sealed class WebhookDelivery
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public long GatewayId { get; set; }

    /// <summary>Unique at the gateway: the same delivery again has the same.</summary>
    public required string DeliveryKey { get; set; }

    public string EventType { get; set; } = "";

    /// <summary>What the event was rendered for; empty where gateways have no versions.</summary>
    public string ApiVersion { get; set; } = "";

    /// <summary>One a line, without cookies and authorization.</summary>
    public required string Headers { get; set; }

    public required byte[] Body { get; set; }
    public DeliveryState State { get; set; }
    public int Attempts { get; set; }

    /// <summary>What came of it, in a sentence.</summary>
    public string Note { get; set; } = "";

    public required DateTimeOffset ReceivedAt { get; set; }
    public DateTimeOffset? HandledAt { get; set; }
    public DateTimeOffset NextTryAt { get; set; }
}

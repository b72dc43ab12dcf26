using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Payments;

public enum DisputeState
{
    /// <summary>The bank asks; no money has been taken.</summary>
    Inquiry,

    /// <summary>The gateway holds the money back.</summary>
    Opened,
    Won,
    Lost,
}

/// <summary>A payment that its payer's bank questions.</summary>
[Table("disputes")]
internal sealed class Dispute
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public long GatewayId { get; set; }
    public required string GatewayDisputeId { get; set; }
    public long PaymentId { get; set; }

    /// <summary>Minor units.</summary>
    public long Amount { get; set; }

    public required string Currency { get; set; }
    public DisputeState State { get; set; }
    public string Reason { get; set; } = "";

    /// <summary>Until when evidence is taken; silence loses.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public required DateTimeOffset OpenedAt { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
}

using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>Where a refund goes.</summary>
public enum RefundTarget
{
    /// <summary>Back to the card, or whatever was paid with.</summary>
    Method,

    /// <summary>What was bought is taken back, and the money stays with us for the customer to spend.</summary>
    Wallet,
}

public enum RefundState
{
    /// <summary>Taken out of the wallet; nothing has been sent.</summary>
    Created,

    /// <summary>The gateway works on it, or its answer did not come.</summary>
    Sent,

    /// <summary>The gateway wants something of the customer or of us first.</summary>
    NeedsAction,

    Settled,

    /// <summary>It did not arrive; the money is in the wallet again.</summary>
    Failed,
}

/// <summary>Money of a payment that goes back.</summary>
[Table("refunds")]
internal sealed class Refund
{
    public const int MaxReasonLength = 200;

    [PrimaryKey, Identity]
    public long Id { get; set; }

    /// <summary>Ours, unique.</summary>
    public required string Reference { get; set; }

    public long PaymentId { get; set; }

    /// <summary>Minor units of the payment's currency.</summary>
    public long Amount { get; set; }

    public RefundTarget Target { get; set; }
    public RefundState State { get; set; }
    public string? GatewayRefundId { get; set; }

    /// <summary>Why, in the words of who asked.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Where the customer collects it, of BTCPay; empty elsewhere.</summary>
    public string ActionUrl { get; set; } = "";

    public string LastAnswer { get; set; } = "";
    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? SettledAt { get; set; }
}

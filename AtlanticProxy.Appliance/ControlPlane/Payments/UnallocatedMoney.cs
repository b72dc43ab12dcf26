using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Payments;

public enum UnallocatedState
{
    Open,

    /// <summary>A customer has it.</summary>
    Allocated,

    /// <summary>It was sent back.</summary>
    Returned,
}

/// <summary>Money that came and fits nothing.</summary>
[Table("unallocated_money")]
internal sealed class UnallocatedMoney
{
    public const int MaxNoteLength = 200;

    [PrimaryKey, Identity]
    public long Id { get; set; }

    public long GatewayId { get; set; }

    /// <summary>What the gateway or the bank statement calls it: the same money is written down once.</summary>
    public required string ReceiptKey { get; set; }

    /// <summary>What it came with; may be nobody's.</summary>
    public string Reference { get; set; } = "";

    /// <summary>The payment that it was perhaps meant for.</summary>
    public long? PaymentId { get; set; }

    /// <summary>Minor units.</summary>
    public long Amount { get; set; }

    public required string Currency { get; set; }

    /// <summary>In a sentence.</summary>
    public required string Why { get; set; }

    public string Payer { get; set; } = "";
    public UnallocatedState State { get; set; }
    public long? CustomerId { get; set; }
    public string Note { get; set; } = "";
    public required DateTimeOffset ReceivedAt { get; set; }
    public DateTimeOffset? ResolvedAt { get; set; }
}

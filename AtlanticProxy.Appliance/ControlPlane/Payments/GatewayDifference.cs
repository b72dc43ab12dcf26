using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Payments;

public enum DifferenceKind
{
    /// <summary>The gateway took money that we never asked for.</summary>
    UnknownToUs,

    /// <summary>We have money that the gateway knows nothing of.</summary>
    MissingAtGateway,

    /// <summary>Another amount, currency or account.</summary>
    Differs,

    /// <summary>Settled once, and no longer, without a refund or dispute that would explain it.</summary>
    TakenBack,
}

/// <summary>Where a gateway's books and ours differ.</summary>
[Table("gateway_differences")]
internal sealed class GatewayDifference
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public long GatewayId { get; set; }
    public DifferenceKind Kind { get; set; }

    /// <summary>Our reference, or the gateway's id where it has none of ours.</summary>
    public required string Reference { get; set; }

    public string Ours { get; set; } = "";
    public string Theirs { get; set; } = "";
    public required DateTimeOffset FoundAt { get; set; }
    public DateTimeOffset LastSeenAt { get; set; }
}

using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>A card, or the like, that a customer has left with a gateway. A removed one stays as a row without token.</summary>
[Table("payment_methods")]
internal sealed class PaymentMethod
{
    [PrimaryKey]
    public long Id { get; set; }

    public long CustomerId { get; set; }
    public long GatewayId { get; set; }

    /// <summary>What it is known by when it comes again: the gateway's own mark of the card.</summary>
    public required string Fingerprint { get; set; }

    /// <summary>What it is charged by, under the secret box; null when removed.</summary>
    public byte[]? TokenSealed { get; set; }

    /// <summary>The customer's id there; empty where there is none.</summary>
    public string GatewayCustomer { get; set; } = "";

    /// <summary>Of the first payment: Paystack takes no other with the token.</summary>
    public string Email { get; set; } = "";

    public string Brand { get; set; } = "";
    public string Last4 { get; set; } = "";
    public int? ExpiryMonth { get; set; }
    public int? ExpiryYear { get; set; }
    public bool IsDefault { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? RemovedAt { get; set; }
}

/// <summary>A saved method, as pages show one.</summary>
public sealed record SavedMethod(
    long Id, string Gateway, string Brand, string Last4, int? ExpiryMonth, int? ExpiryYear, bool IsDefault);

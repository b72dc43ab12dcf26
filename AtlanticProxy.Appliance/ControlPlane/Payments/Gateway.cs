using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>Who takes the money, by the protocol that it speaks.</summary>
public enum GatewayKind
{
    Paystack,
    Stripe,

    /// <summary>A BTCPay Server: cryptocurrencies.</summary>
    Btcpay,

    /// <summary>Transfers to a bank account: nothing is asked of anybody, staff confirm what came.</summary>
    Bank,
}

/// <summary>An account with a payment gateway.</summary>
[Table("gateways")]
internal sealed class Gateway
{
    public const int MaxNameLength = 40;
    public const int MaxInstructionsLength = 2000;

    [PrimaryKey]
    public long Id { get; set; }

    /// <summary>Never changes.</summary>
    public GatewayKind Kind { get; set; }

    /// <summary>As customers see it; unique among those not removed.</summary>
    public required string Name { get; set; }

    /// <summary>What it takes: ISO 4217, upper case.</summary>
    public string[] Currencies { get; set; } = [];

    /// <summary>Of its API, without a slash at the end; empty for the gateway's usual one. BTCPay has none.</summary>
    public string BaseUrl { get; set; } = "";

    /// <summary>The store's id, of BTCPay.</summary>
    public string Store { get; set; } = "";

    /// <summary>Where to transfer to, as customers read it; of banks.</summary>
    public string Instructions { get; set; } = "";

    /// <summary><see cref="GatewaySecrets"/> under the secret box; null for banks and removed ones.</summary>
    public byte[]? SecretsSealed { get; set; }

    /// <summary>Whether it may be chosen. What was begun with it goes on in any case.</summary>
    public bool Enabled { get; set; } = true;

    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }
}

/// <summary>What proves us to a gateway, and its deliveries to us.</summary>
/// <param name="ApiKey">Of its API.</param>
/// <param name="WebhookSecret">What its deliveries are signed with; Paystack signs with the API key.</param>
/// <param name="FormerSecret">The one before: good until deliveries that are under way have come. Empty for none.</param>
internal sealed record GatewaySecrets(string ApiKey, string WebhookSecret, string FormerSecret = "")
{
    /// <summary>Without the secrets, so that a stray log line cannot leak them.</summary>
    public override string ToString() => nameof(GatewaySecrets);
}

/// <summary>A gateway, as lists and pages show one.</summary>
public sealed record GatewaySummary(
    long Id, GatewayKind Kind, string Name, IReadOnlyList<string> Currencies, string BaseUrl, string Store, string Instructions,
    bool HasSecrets, bool Enabled);

using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.ControlPlane.Payments.Gateways;

/// <summary>How a payment stands, as the gateway says.</summary>
internal enum GatewayStatus
{
    /// <summary>It did not say: a time-out, a cut connection, 5xx, 429. What was asked may have been done, or not.</summary>
    NoAnswer,

    /// <summary>It refused what was asked, and did nothing.</summary>
    Refused,

    /// <summary>It knows no such payment.</summary>
    Unknown,

    /// <summary>It waits for the customer.</summary>
    NeedsAction,

    /// <summary>It has not decided.</summary>
    Pending,
    Settled,
    Failed,
    Expired,

    /// <summary>The money was there, and went back.</summary>
    TakenBack,
}

/// <summary>What a gateway says of one payment.</summary>
internal sealed record GatewayAnswer(GatewayStatus Status)
{
    /// <summary>Null where it names none.</summary>
    public string? GatewayPaymentId { get; init; }

    /// <summary>Ours, as it has it; empty where it has none.</summary>
    public string Reference { get; init; } = "";

    /// <summary>
    /// What has come, all together; null while nothing has, and where its amount is none that the currency has.
    /// </summary>
    public Money? Received { get; init; }

    /// <summary>Whose it is, compared with <see cref="IGateway.Account"/>; null where it does not say.</summary>
    public string? Account { get; init; }

    /// <summary>
    /// What it kept, in minor units of the payment's currency; 0 where it does not say, or in another currency.
    /// </summary>
    public long Fee { get; init; }

    /// <summary>Where the customer goes; empty for nowhere.</summary>
    public string ActionUrl { get; init; } = "";

    public FailureReason? Failure { get; init; }

    /// <summary>In its own words, for people.</summary>
    public string Message { get; init; } = "";

    /// <summary>The card, when it may be charged again.</summary>
    public MethodToken? Method { get; init; }

    /// <summary>Where the card was issued, as it spells that; null where it does not say.</summary>
    public string? CardCountry { get; init; }

    /// <summary>As it came, without tokens.</summary>
    public string Raw { get; init; } = "";
}

/// <summary>What a card can be charged by again.</summary>
internal sealed record MethodToken(
    string Token, string Fingerprint, string Customer, string Email, string Brand, string Last4, int? ExpiryMonth,
    int? ExpiryYear)
{
    /// <summary>Without the token, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{Brand} {Last4}";
}

internal enum RefundStatus
{
    /// <inheritdoc cref="GatewayStatus.NoAnswer"/>
    NoAnswer,

    /// <inheritdoc cref="GatewayStatus.Refused"/>
    Refused,

    /// <summary>It knows no such refund.</summary>
    Unknown,
    Pending,
    NeedsAction,
    Settled,

    /// <summary>It did not arrive, and the money is with the gateway again.</summary>
    Failed,
}

/// <summary>What a gateway says of one refund.</summary>
internal sealed record RefundAnswer(RefundStatus Status)
{
    public string? GatewayRefundId { get; init; }

    /// <summary>Where the customer collects it; empty for nowhere.</summary>
    public string ActionUrl { get; init; } = "";

    public string Message { get; init; } = "";
    public string Raw { get; init; } = "";
}

/// <summary>What a gateway says of one dispute.</summary>
/// <param name="Reference">Of the payment, ours; empty where only its id is known.</param>
/// <param name="Amount">Null where it is none that the currency has.</param>
internal sealed record DisputeAnswer(
    string Id, string Reference, string? GatewayPaymentId, Money? Amount, DisputeState State, string Reason,
        DateTimeOffset? DueAt);

/// <summary>What to ask money for.</summary>
/// <param name="ReturnUrl">Where the customer comes back to. That proves nothing.</param>
/// <param name="Description">Shown to the customer by the gateway.</param>
/// <param name="KeepMethod">Whether the card may be charged again later.</param>
internal sealed record CheckoutRequest(
    string Reference, Money Amount, string Email, string Description, string ReturnUrl, DateTimeOffset ExpiresAt,
    bool KeepMethod);

/// <summary>A saved card to charge.</summary>
internal sealed record SavedCharge(string Reference, Money Amount, string Token, string Customer, string Email,
    string Description);

/// <summary>A payment that was sent, as a gateway may know it.</summary>
internal sealed record SentPayment(string Reference, string? GatewayPaymentId, Money Amount, DateTimeOffset CreatedAt);

/// <summary>A refund of a payment, as a gateway may know it.</summary>
internal sealed record SentRefund(
    string Reference, string? GatewayRefundId, string PaymentReference, string? GatewayPaymentId, Money Amount, string Reason,
    DateTimeOffset CreatedAt);

/// <summary>What a delivery is about.</summary>
internal enum DeliverySubject
{
    /// <summary>Not understood.</summary>
    Unknown,
    Payment,
    Refund,
    Dispute,

    /// <summary>Nothing to do: a test, or what another event says too.</summary>
    Nothing,
}

/// <summary>A delivery, read. It is a hint: what it is about is asked of the gateway.</summary>
/// <param name="DeliveryKey">The same for the same delivery.</param>
/// <param name="Type">The gateway's name of the event.</param>
/// <param name="Reference">Ours, of the payment; empty where it is not said.</param>
/// <param name="ObjectId">The gateway's id of the payment, refund or dispute; null where it is not said.</param>
internal sealed record WebhookHint(
    string DeliveryKey, string Type, DeliverySubject Subject, string Reference, string? ObjectId, string ApiVersion = "");

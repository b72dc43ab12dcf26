using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>How far a payment is. <c>docs/payments.md</c> has the transitions.</summary>
public enum PaymentState
{
    /// <summary>Written down; nothing has been sent.</summary>
    Created,

    /// <summary>Sent, and the gateway has not decided, or its answer did not come. Nothing else is charged meanwhile.</summary>
    Sent,

    /// <summary>The customer has to do something: pay on the gateway's page, confirm with the bank, transfer.</summary>
    NeedsAction,

    /// <summary>All of the money came.</summary>
    Settled,

    /// <summary>Refused, and why is known.</summary>
    Failed,

    /// <summary>Nobody paid in time.</summary>
    Expired,

    /// <summary>Given up by us or the customer before anyone paid.</summary>
    Cancelled,
}

/// <summary>Why a payment was refused, in the words that decide what to do next.</summary>
public enum FailureReason
{
    Declined,
    InsufficientFunds,
    ExpiredCard,

    /// <summary>The bank wants the customer present: bring them to a checkout.</summary>
    AuthenticationRequired,
    LostOrStolen,
    Other,
}

/// <summary>One asking for money, under one reference.</summary>
[Table("payments")]
internal sealed class Payment
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    /// <summary>Ours, unique; stored before anything is sent, and all that a gateway is asked by.</summary>
    public required string Reference { get; set; }

    public long CustomerId { get; set; }
    public long GatewayId { get; set; }

    /// <summary>What is charged off session; null at a checkout.</summary>
    public long? PaymentMethodId { get; set; }

    /// <summary>The gateway's own id; null until it has told.</summary>
    public string? GatewayPaymentId { get; set; }

    /// <summary>Minor units.</summary>
    public long Amount { get; set; }

    /// <summary>ISO 4217, upper case.</summary>
    public required string Currency { get; set; }

    /// <summary>Of an <see cref="IPaymentPurpose"/>.</summary>
    public required string PurposeKind { get; set; }

    /// <summary>What of that kind: it is paid once.</summary>
    public required string PurposeKey { get; set; }

    /// <summary>Whether the purpose goes by this payment: under way, or settled. Unique to the purpose.</summary>
    public bool HoldsPurpose { get; set; } = true;

    public PaymentState State { get; set; }

    /// <summary>Whether the customer agreed that the card is kept, to be charged again.</summary>
    public bool KeepMethod { get; set; }

    /// <summary>How often it was sent, always under the same reference.</summary>
    public int Attempts { get; set; }

    /// <summary>While a request is under way, until when at most: nobody else sends one then. Null when none is.</summary>
    public DateTimeOffset? InFlightUntil { get; set; }

    /// <summary>When the gateway was last asked how it stands.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>Where the customer goes to pay or confirm; empty for nowhere.</summary>
    public string CheckoutUrl { get; set; } = "";

    /// <summary>Null unless it failed.</summary>
    public FailureReason? Failure { get; set; }

    /// <summary>What the gateway said last, as it said it, without tokens.</summary>
    public string LastAnswer { get; set; } = "";

    /// <summary>
    /// What came of it and is in the wallet, in minor units: less than asked in part payments, more in overpaid ones.
    /// </summary>
    public long Received { get; set; }

    /// <summary>What of that went back or is on its way back, in minor units.</summary>
    public long Refunded { get; set; }

    /// <summary>What the gateway kept, in minor units; 0 while it has not told.</summary>
    public long Fee { get; set; }

    /// <summary>Where the card was issued: ISO 3166-1 alpha-2; null where the gateway has not told.</summary>
    public string? CardCountry { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? SentAt { get; set; }
    public DateTimeOffset? SettledAt { get; set; }

    /// <summary>When it ends unless it is paid.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Whether it may still come to something without anybody beginning anew.</summary>
    [NotColumn]
    public bool IsOpen => State is PaymentState.Created or PaymentState.Sent or PaymentState.NeedsAction;
}

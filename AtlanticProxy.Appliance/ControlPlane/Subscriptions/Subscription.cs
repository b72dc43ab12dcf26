using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>Where a subscription stands. Transitions are in docs/subscriptions.md.</summary>
public enum SubscriptionState
{
    /// <summary>Used and not yet paid, until the trial's end.</summary>
    Trialing,

    Active,

    /// <summary>A renewal is unpaid: it goes on for the plan's grace.</summary>
    PastDue,

    /// <summary>Unpaid for too long: refused until it is paid.</summary>
    Suspended,

    /// <summary>Stopped by its customer, with its clock.</summary>
    Paused,

    Ended,
}

/// <summary>Why a subscription ended.</summary>
public enum EndReason
{
    /// <summary>By its customer, at the period's end.</summary>
    Cancelled,

    Unpaid,
    TrialOver,
    Refunded,
    Disputed,

    /// <summary>By another plan.</summary>
    Replaced,

    Staff,
}

/// <summary>A plan that a customer has bought, period by period. A customer has one that has not ended.</summary>
[Table("subscriptions")]
internal sealed class Subscription
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public long CustomerId { get; set; }
    public long PlanVersionId { get; set; }
    public SubscriptionState State { get; set; }

    /// <summary>Beyond those that the plan has.</summary>
    public int ExtraSeats { get; set; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; set; }

    /// <summary>What periods are counted from, by the wall clock of the customer's zone.</summary>
    public DateTimeOffset AnchorAt { get; set; }

    public DateTimeOffset PeriodStart { get; set; }
    public DateTimeOffset PeriodEnd { get; set; }
    public bool CancelAtEnd { get; set; }

    /// <summary>What holds from the next period on; null: nothing changes.</summary>
    public long? NextVersionId { get; set; }

    public int? NextExtraSeats { get; set; }

    /// <summary>When the unpaid period fell due.</summary>
    public DateTimeOffset? PastDueSince { get; set; }

    /// <summary>Charges of the saved method for the unpaid period, so far.</summary>
    public int Tries { get; set; }

    /// <summary>When dunning goes on; null: not by itself.</summary>
    public DateTimeOffset? NextTryAt { get; set; }

    public DateTimeOffset? SuspendedAt { get; set; }
    public DateTimeOffset? PausedAt { get; set; }
    public bool Disputed { get; set; }

    /// <summary>The period's end that its customer was reminded of.</summary>
    public DateTimeOffset? RemindedFor { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public EndReason? EndReason { get; set; }
}

/// <summary>What one period of a subscription cost: there is one row for each, whoever renews.</summary>
[Table("subscription_periods")]
internal sealed class SubscriptionPeriod
{
    [PrimaryKey(1)]
    public long SubscriptionId { get; set; }

    [PrimaryKey(2)]
    public DateTimeOffset PeriodStart { get; set; }

    public DateTimeOffset PeriodEnd { get; set; }
    public long PlanVersionId { get; set; }

    /// <summary>Null of a trial.</summary>
    public long? InvoiceId { get; set; }
}

[Table("subscription_pauses")]
internal sealed class SubscriptionPause
{
    [PrimaryKey(1)]
    public long SubscriptionId { get; set; }

    [PrimaryKey(2)]
    public DateTimeOffset PausedAt { get; set; }

    public DateTimeOffset? ResumedAt { get; set; }
}

/// <summary>What is bought by an order.</summary>
public enum OrderKind
{
    Subscription,

    /// <summary>A plan's trial: only its deposit is paid, where it has one.</summary>
    Trial,

    /// <summary>An amount of pay as you go, for good.</summary>
    Package,

    /// <summary>Traffic on top of a subscription, which outlives its period.</summary>
    TopUp,

    /// <summary>More proxy users, for the rest of the period and from then on.</summary>
    Seats,
}

public enum OrderState
{
    /// <summary>It is done as soon as the wallet has the money.</summary>
    Open,

    Paid,

    /// <summary>Nobody paid in time.</summary>
    Expired,

    Cancelled,
}

/// <summary>Something that a customer wants to buy.</summary>
[Table("orders")]
internal sealed class Order
{
    /// <summary>Taken before the row is written: its coupon is reserved under it.</summary>
    [PrimaryKey]
    public long Id { get; set; }

    public long CustomerId { get; set; }
    public OrderKind Kind { get; set; }
    public OrderState State { get; set; }
    public long PlanVersionId { get; set; }

    /// <summary>Bytes or minutes of packages and top-ups, proxy users of seats.</summary>
    public long? Amount { get; set; }

    /// <summary>Minor units with tax and deposit, as of when it was placed.</summary>
    public long Total { get; set; }

    public long Deposit { get; set; }
    public required string Currency { get; set; }

    /// <summary>A draft until it is paid; null where nothing but a deposit is paid.</summary>
    public long? InvoiceId { get; set; }

    /// <summary>Of the coupon that it reserves, or has used; null for none.</summary>
    public long? CouponRedemptionId { get; set; }

    /// <summary>What the coupon gives on top.</summary>
    public long CouponBytes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
}

/// <summary>Money of a customer that is given back once what it was taken for has ended.</summary>
[Table("deposits")]
internal sealed class Deposit
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public long CustomerId { get; set; }
    public long OrderId { get; set; }

    /// <summary>Minor units.</summary>
    public long Amount { get; set; }

    public required string Currency { get; set; }
    public DateTimeOffset TakenAt { get; set; }
    public DateTimeOffset? ReturnAt { get; set; }
    public DateTimeOffset? ReturnedAt { get; set; }
}

using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>What a wallet paid for traffic or time that was used: written by <c>quota_settle</c>.</summary>
[Table("usage_charges")]
internal sealed class UsageCharge
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public long CustomerId { get; set; }

    /// <summary>As it was when the customer got the plan.</summary>
    public required string PlanName { get; set; }

    public UsageMeasure Measure { get; set; }

    /// <summary>Bytes, or minutes.</summary>
    public long Amount { get; set; }

    /// <summary>Minor units a GB or an hour.</summary>
    public long Price { get; set; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; set; }

    /// <summary>Minor units: rounded down, the fraction comes with the next charge.</summary>
    public long Cost { get; set; }

    /// <summary>In the ledger; null where there was only a fraction to pay.</summary>
    public long? TransactionId { get; set; }

    public DateTimeOffset ChargedAt { get; set; }

    /// <summary>Null until its month is over.</summary>
    public long? InvoiceId { get; set; }
}

internal enum UsageMeasure
{
    Bytes,
    Minutes,
}

/// <summary>The one invoice about a customer's use in a month, in a currency.</summary>
[Table("usage_invoices")]
internal sealed class UsageInvoice
{
    [PrimaryKey(1)]
    public long CustomerId { get; set; }

    [PrimaryKey(2)]
    public required string Currency { get; set; }

    /// <summary>Its first day (UTC).</summary>
    [PrimaryKey(3)]
    public DateOnly Month { get; set; }

    public long InvoiceId { get; set; }
}

using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>Why money moved.</summary>
public enum TransactionKind
{
    /// <summary>Staff put money into a wallet.</summary>
    Credit,

    /// <summary>A wallet paid for something.</summary>
    Charge,

    /// <summary>A wallet paid for traffic or time that was used, many requests at once.</summary>
    Usage,

    /// <summary>A customer's money came: by a gateway, or by transfer.</summary>
    Payment,

    /// <summary>Money went back to where it came from.</summary>
    Refund,

    /// <summary>An invoice was finalised: it is owed from now on.</summary>
    Invoice,

    /// <summary>A wallet paid an invoice.</summary>
    InvoicePayment,

    /// <summary>An invoice, or a part of it, was taken back.</summary>
    CreditNote,

    /// <summary>A deposit was taken, given back, or became credit.</summary>
    Deposit,

    /// <summary>A payment was disputed, or its dispute was decided.</summary>
    Dispute,

    /// <summary>Whoever referred a customer earned their part, or lost it again.</summary>
    Commission,

    /// <summary>A wallet was given money that nobody paid: spent first, never refunded.</summary>
    Bonus,

    /// <summary>Money that had fitted nothing found its place.</summary>
    Allocation,

    /// <summary>A gateway kept its fee.</summary>
    Fee,

    /// <summary>A gateway paid out what it held for us.</summary>
    Payout,
}

/// <summary>Entries that sum to zero in each currency. Never changed once written.</summary>
[Table("ledger_transactions")]
internal sealed class LedgerTransaction
{
    /// <summary>Of keys and memos, in characters.</summary>
    public const int MaxTextLength = 200;

    [PrimaryKey, Identity]
    public long Id { get; set; }

    public TransactionKind Kind { get; set; }

    /// <summary>Unique: a request that is sent again finds its first transaction.</summary>
    public required string IdempotencyKey { get; set; }

    /// <summary>SHA-256 of what was asked: another request under the same key is refused.</summary>
    public required byte[] RequestHash { get; set; }

    public required string Memo { get; set; }

    /// <summary>How many entries it has.</summary>
    public int Lines { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What one transaction did to one account.</summary>
[Table("ledger_entries")]
internal sealed class LedgerEntry
{
    [PrimaryKey(1)]
    public long TransactionId { get; set; }

    [Association(ThisKey = nameof(TransactionId), OtherKey = nameof(LedgerTransaction.Id), CanBeNull = false)]
    public LedgerTransaction? Transaction { get; set; }

    /// <summary>From 1.</summary>
    [PrimaryKey(2)]
    public int Line { get; set; }

    public long AccountId { get; set; }

    [Association(ThisKey = nameof(AccountId), OtherKey = nameof(LedgerAccount.Id), CanBeNull = false)]
    public LedgerAccount? Account { get; set; }

    /// <summary>Minor units; positive is more for whom the account stands for.</summary>
    public long Amount { get; set; }

    public long BalanceAfter { get; set; }
}

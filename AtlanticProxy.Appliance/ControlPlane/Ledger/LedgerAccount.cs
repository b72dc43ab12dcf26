using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>
/// What an account of the ledger stands for. Positive is more for whom it stands for: of wallets, deposits and what is owed, the
/// customer (who owes is below zero); of the others, the reseller.
/// </summary>
public enum AccountKind
{
    /// <summary>A customer's money with us, to spend.</summary>
    Wallet,

    /// <summary>A customer's money with us, to be given back.</summary>
    Deposit,

    /// <summary>What a customer owes for finalised invoices: below zero by what is unpaid.</summary>
    Receivable,

    /// <summary>What was sold, without tax.</summary>
    Revenue,

    /// <summary>Tax on what was sold, which is the state's.</summary>
    TaxPayable,

    /// <summary>Money that gateways hold for us: below zero by what they have taken and not yet paid out.</summary>
    PaymentsClearing,

    /// <summary>What gateways have paid out to us, and what came by transfer: below zero by what is there.</summary>
    Bank,

    /// <summary>What gateways have kept for their work: below zero.</summary>
    Fees,

    /// <summary>What gateways hold back while a dispute is open: below zero.</summary>
    DisputesHeld,

    /// <summary>What lost disputes and bad debts have cost: below zero.</summary>
    Losses,

    /// <summary>What referrals have cost: below zero.</summary>
    CommissionExpense,

    /// <summary>What was given away to win customers: below zero.</summary>
    Marketing,

    /// <summary>Money that came and fits nothing yet: somebody's, not ours.</summary>
    Unallocated,

    /// <summary>The other side of what staff credit and correct by hand.</summary>
    Adjustments,
}

/// <summary>One account in one currency. Its rows and its balance are written by <c>ledger_post</c> only.</summary>
[Table("ledger_accounts")]
internal sealed class LedgerAccount
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public AccountKind Kind { get; set; }

    /// <summary>Of wallets, deposits and receivables; null of the reseller's own.</summary>
    public long? CustomerId { get; set; }

    /// <summary>ISO 4217, upper case.</summary>
    public required string Currency { get; set; }

    /// <summary>Minor units: the sum of its entries.</summary>
    public long Balance { get; set; }

    /// <summary>
    /// The part of a wallet's balance that was given and not paid for, in minor units: spent first, never refunded.
    /// </summary>
    public long Bonus { get; set; }
}

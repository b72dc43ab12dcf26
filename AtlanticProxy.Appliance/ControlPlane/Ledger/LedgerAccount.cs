using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>What an account of the ledger stands for.</summary>
public enum AccountKind
{
    /// <summary>A customer's money with us, to spend.</summary>
    Wallet,

    /// <summary>A customer's money with us, to be given back.</summary>
    Deposit,

    /// <summary>What customers have paid for.</summary>
    Revenue,

    /// <summary>Money that payment gateways have taken for us: negative by what they passed on.</summary>
    PaymentsClearing,

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

    /// <summary>Of wallets and deposits; null of the reseller's own.</summary>
    public long? CustomerId { get; set; }

    /// <summary>ISO 4217, upper case.</summary>
    public required string Currency { get; set; }

    /// <summary>Minor units: the sum of its entries.</summary>
    public long Balance { get; set; }
}

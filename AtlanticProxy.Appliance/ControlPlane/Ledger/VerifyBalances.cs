using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>An account whose balance is not the sum of its entries. Minor units.</summary>
public sealed record LedgerDifference(long AccountId, string Kind, long? CustomerId, string Currency, long Balance, long Entries);

/// <summary>
/// Compares every account's balance with its entries, as of one instant. Reads the whole ledger: for the night, and for an
/// auditor.
/// </summary>
public sealed class VerifyBalances(AtlanticDb db)
{
    /// <summary>Enough to see what is wrong; when more differ, the ledger needs an expert, not a longer list.</summary>
    public const int MaxDifferences = 100;

    /// <summary>Empty when all is well.</summary>
    public async Task<IReadOnlyList<LedgerDifference>> ExecuteAsync(CancellationToken cancellation) =>
        await db.QueryAsync<LedgerDifference>($"""
            select a.id as account_id, a.kind, a.customer_id, a.currency, a.balance, coalesce(e.total, 0)::bigint as entries
            from ledger_accounts a left join (select account_id, sum(amount) as total from ledger_entries
                group by account_id) e on e.account_id = a.id
            where a.balance <> coalesce(e.total, 0)
            order by a.id limit {MaxDifferences}
            """, cancellation);
}

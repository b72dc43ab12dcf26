using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Importing;

/// <summary>
/// Removes a customer that an import made, with the balance that it gave, where nobody has touched it since; else notes why not.
/// </summary>
public sealed class UndoCustomer(AtlanticDb db, RemoveCustomer remove, TimeProvider time)
{
    private const string Memo = "Import undone";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["removed"] = "It was removed already.",
        ["connected"] = "Its proxy users have connected.",
        ["paid"] = "It has paid, or begun to.",
        ["ordered"] = "It has ordered.",
        ["signed_in"] = "It has signed in.",
        ["changed"] = "It was changed after the import.",
    };

    internal async Task<Result> ExecuteAsync(ImportCustomerRow customer, CancellationToken cancellation)
    {
        long id = customer.CustomerId;
        // Locked before it is looked at: whoever orders, or adds a proxy user, holds it too.
        await db.Customers.Where(row => row.Id == id).LockedForUpdate().ToListAsync(cancellation);
        string? touched = await TouchedAsync(customer, cancellation);
        var row = db.ImportCustomers.Where(made => made.CustomerId == id);
        if (touched is not null)
        {
            await row.Set(made => made.LeftBecause, Reasons[touched]).UpdateAsync(cancellation);
            return Result.Success;
        }
        foreach (var wallet in await db.LedgerAccounts
            .Where(account => account.CustomerId == id && account.Kind == AccountKind.Wallet && account.Balance != 0)
            .ToListAsync(cancellation))
        {
            var reversed = await new WalletBook(db, time).MoveAsync(TransactionKind.Credit, id, -wallet.Balance, wallet.Currency,
                AccountKind.Adjustments, $"{ImportBook.KeyOf(customer.ImportId, id)}/undo", Memo, cancellation);
            if (!reversed.IsSuccess)
                return reversed;
        }
        var removed = await remove.ExecuteAsync(new(id), cancellation);
        if (removed.IsSuccess)
            await row.Set(made => made.RemovedAt, time.GetUtcNow()).UpdateAsync(cancellation);
        return removed;
    }

    /// <summary>
    /// What somebody did with it; null: nothing. Whatever people change is in the audit log, behind the import's own entries; the
    /// rest is what nodes, payment gateways and visitors write.
    /// </summary>
    private Task<string?> TouchedAsync(ImportCustomerRow customer, CancellationToken cancellation) => db.ScalarAsync<string?>($"""
        select case
            when c.deleted_at is not null then 'removed'
            when exists (select from quota_accounts q where q.customer_id = c.id and (q.consumed > 0
                    or exists (select from quota_leases l where l.account_id = q.id)))
                or exists (select from proxy_users u where u.customer_id = c.id
                    and (exists (select from usage_daily d where d.proxy_user_id = u.id)
                        or exists (select from connection_hours h where h.proxy_user_id = u.id))) then 'connected'
            when exists (select from payments p where p.customer_id = c.id) then 'paid'
            when exists (select from orders o where o.customer_id = c.id)
                or exists (select from subscriptions s where s.customer_id = c.id) then 'ordered'
            when exists (select from users u where u.customer_id = c.id and (u.last_signed_in_at is not null
                or exists (select from sign_ins s where s.user_id = u.id))) then 'signed_in'
            when exists (select from audit_entries a where a.customer_id = c.id and a.id > {customer.AuditEntryId})
                or exists (select from users u where u.customer_id = c.id)
                or exists (select from customer_notes n where n.customer_id = c.id) then 'changed'
        end
        from customers c where c.id = {customer.CustomerId}
        """, cancellation);
}

using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Ledger;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Referrals;

/// <summary>
/// Notes what referrers earn by paid invoices, gives it once it is cleared, and takes back what refunds have made undue: as far
/// as
/// the wallet has it, the rest when it comes.
/// </summary>
public sealed class ClearCommissions(AtlanticDb db, TimeProvider time) : IClusterJob
{
    private sealed record Owing(long InvoiceId, long Due);

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        int noted = await db.ExecuteSqlAsync($"""
            insert into commissions (invoice_id, referrer_id, currency, basis_points, clears_at)
            select i.id, r.referrer_id, i.currency, s.basis_points, i.paid_at + make_interval(days => s.clearing_days)
            from referral_settings s, referrals r join invoices i on i.customer_id = r.customer_id
            where s.enabled and i.kind = 'invoice' and i.state = 'paid' and i.net > 0 and i.paid_at >= r.created_at
            on conflict (invoice_id) do nothing
            """, cancellation);
        var owing = await db.QueryAsync<Owing>($"""
            select invoice_id, commission_due(c) as due from commissions c
            where (not cleared and clears_at <= {now}) or (cleared and given > commission_due(c)) order by invoice_id
            """, cancellation);
        int settled = 0;
        foreach (var (invoice, _) in owing)
            if (await SettleAsync(invoice, cancellation))
                settled++;
        return new JobReport($"{noted} commissions noted, {settled} given or taken back");
    }

    private async Task<bool> SettleAsync(long invoiceId, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var commission = await db.Commissions.Where(row => row.InvoiceId == invoiceId).LockedForUpdate()
            .SingleAsync(cancellation);
        long due = await db.ScalarAsync<long>(
            $"select commission_due(c) from commissions c where invoice_id = {invoiceId}", cancellation);
        long change = due - commission.Given;
        if (change < 0)
            change = -Math.Min(-change, await SpendableAsync(commission, cancellation));
        if (change == 0 ? commission.Cleared : !await PostAsync(commission, change, cancellation))
            return false; // all is as it should be; or the money was spent meanwhile, and the next run looks again
        await db.Commissions.Where(row => row.InvoiceId == invoiceId)
            .Set(row => row.Cleared, true).Set(row => row.Given, commission.Given + change).UpdateAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private async Task<bool> PostAsync(Commission commission, long change, CancellationToken cancellation) =>
        (await new LedgerBook(db, time).PostAsync(new LedgerPosting(
            TransactionKind.Commission, $"commission/{commission.InvoiceId}/{commission.Given + change}",
            change > 0 ? "Referral commission" : "Referral commission taken back", commission.Currency,
            [
                new(AccountKind.Wallet, commission.ReferrerId, change), new(AccountKind.CommissionExpense, null, -change),
            ]), cancellation)).IsSuccess;

    /// <summary>What the referrer's wallet has and nothing else speaks for, in minor units.</summary>
    private async Task<long> SpendableAsync(Commission commission, CancellationToken cancellation) => Math.Max(0,
        await db.ScalarAsync<long>($"""
            select balance - ledger_held({commission.ReferrerId}, {commission.Currency}) from ledger_accounts
            where kind = 'wallet' and customer_id = {commission.ReferrerId} and currency = {commission.Currency}
            """, cancellation));
}

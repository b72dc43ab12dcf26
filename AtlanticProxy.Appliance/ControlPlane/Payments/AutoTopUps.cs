using System.Globalization;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Ledger;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Fills wallets that have fallen below their threshold, within the customer's limits. Each time is a purpose of its own: while
/// one is undecided, nothing more is charged. Three failures in a row switch it off.
/// </summary>
public sealed class AutoTopUps(AtlanticDb db, PaymentDesk desk, TimeProvider time) : IClusterJob
{
    private const int MaxFailures = 3;

    /// <summary>Pause after a failure, times their number: banks count tries within the hour against a card.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        int charged = 0;
        var failures = new List<string>();
        foreach (long customerId in await db.QueryAsync<long>($"""
            select t.customer_id from auto_top_ups t join customers c on c.id = t.customer_id
                left join ledger_accounts w on w.kind = 'wallet' and w.customer_id = t.customer_id and w.currency = t.currency
            where t.enabled and c.deleted_at is null and c.state = 'active' and coalesce(w.balance, 0) < t.threshold
                and (t.failures = 0 or t.changed_at + t.failures * {Pause}::interval <= {now})
            order by t.customer_id
            """, cancellation))
        {
            var wish = await db.AutoTopUps.SingleAsync(row => row.CustomerId == customerId, cancellation);
            // Looked at once more, with the number in hand: another run may have filled it since, and counted on.
            if (!await IsLowAsync(wish, cancellation) || !await IsWithinLimitsAsync(wish, now, cancellation))
                continue;
            var outcome = await new ChargeSavedMethod(db, desk, time).ExecuteAsync(new(customerId, wish.Amount, wish.Currency,
                TopUp.KindName, KeyOf(wish, wish.Charges), "Automatic top-up"), cancellation);
            if (outcome.IsSuccess && outcome.Value.State is PaymentState.Created or PaymentState.Sent or PaymentState.NeedsAction)
                continue; // undecided: the next run asks again
            bool paid = outcome.IsSuccess && outcome.Value.State == PaymentState.Settled;
            await NoteAsync(wish, paid, cancellation);
            charged += paid ? 1 : 0;
            if (!paid)
                failures.Add($"Customer {customerId} was not charged: "
                    + (outcome.IsSuccess ? $"{outcome.Value.Failure}." : outcome.Errors[0].Message));
        }
        return new JobReport($"{charged} wallets filled", failures);
    }

    /// <summary>Not of what forms use, which begins with the customer's id.</summary>
    private static string KeyOf(AutoTopUp wish, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"auto/{wish.CustomerId}/{number}");

    private async Task<bool> IsLowAsync(AutoTopUp wish, CancellationToken cancellation) =>
        await db.LedgerAccounts.Where(account => account.Kind == AccountKind.Wallet && account.CustomerId == wish.CustomerId
            && account.Currency == wish.Currency).Select(account => account.Balance).SingleOrDefaultAsync(cancellation)
                < wish.Threshold;

    private async Task<bool> IsWithinLimitsAsync(AutoTopUp wish, DateTimeOffset now, CancellationToken cancellation)
    {
        string own = KeyOf(wish, wish.Charges), prefix = $"auto/{wish.CustomerId}/";
        var day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        // What is under way for the present number has been counted when it was begun.
        var before = await db.Payments.Where(payment => payment.CustomerId == wish.CustomerId
                && payment.PurposeKind == TopUp.KindName && payment.PurposeKey.StartsWith(prefix) && payment.CreatedAt >= month
                && !(payment.HoldsPurpose && payment.PurposeKey == own))
            .Select(payment => new { payment.CreatedAt, payment.State, payment.Amount }).ToListAsync(cancellation);
        return before.Count(payment => payment.CreatedAt >= day) < wish.DailyLimit
            && before.Where(payment => payment.State == PaymentState.Settled).Sum(payment => payment.Amount) + wish.Amount
                <= wish.MonthlyLimit;
    }

    private async Task NoteAsync(AutoTopUp wish, bool paid, CancellationToken cancellation)
    {
        int failures = paid ? 0 : wish.Failures + 1;
        bool goesOn = failures < MaxFailures;
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        int noted = await db.AutoTopUps.Where(row => row.CustomerId == wish.CustomerId && row.Charges == wish.Charges)
            .Set(row => row.Charges, wish.Charges + 1).Set(row => row.Failures, failures).Set(row => row.Enabled, goesOn)
            .Set(row => row.ChangedAt, time.GetUtcNow()).UpdateAsync(cancellation);
        if (noted == 1 && !goesOn)
            await desk.Events.WriteAsync(PaymentEvents.AutoTopUpOff, wish.CustomerId,
                new { new Money(wish.Amount, wish.Currency).Amount, wish.Currency, failures }, cancellation);
        await transaction.CommitAsync(cancellation);
    }
}

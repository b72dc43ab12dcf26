using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Jobs;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>
/// Renews what is due, in order: a subscription whose clock stood for several periods is renewed several times. Ends trials and
/// cancelled ones, lets pauses end that have reached their bound.
/// </summary>
public sealed class RenewSubscriptions(
    AtlanticDb db, IServiceScopeFactory scopes, BillingOptions options, TimeProvider time, ILogger<RenewSubscriptions> log)
    : IClusterJob
{
    /// <summary>While one renewal waits for the disk or for the next number of an invoice, others go on.</summary>
    private const int AtOnce = 4;

    /// <summary>Of one round of reading: the rest is due in the next round of the same run.</summary>
    private const int Batch = 500;

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var rows = new RowByRow(db, log);
        var (book, pauses) = (new SubscriptionBook(db, options, time), new PauseSubscription(db, options, time));
        int resumed = 0;
        foreach (long id in await db.Subscriptions.Where(row => row.State == SubscriptionState.Paused).Select(row => row.Id)
            .ToListAsync(cancellation))
            if (await rows.DoAsync($"Subscription {id}", async () =>
                await book.HoldAsync(id, cancellation) is { State: SubscriptionState.Paused } held
                && await pauses.LeftAsync(held, time.GetUtcNow(), cancellation) <= TimeSpan.Zero
                && (await pauses.ResumeAsync(held, cancellation)).IsSuccess, cancellation))
                resumed++;

        var (renewed, failed, failures) = (0, new HashSet<long>(), rows.Failures.ToList());
        while (await DueAsync(failed, cancellation) is { Count: > 0 } due)
            await Parallel.ForEachAsync(due,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                async (id, stop) =>
                {
                    var (did, why) = await RenewAsync(id, stop);
                    lock (failed)
                    {
                        renewed += did ? 1 : 0;
                        failures.AddRange(why);
                        if (!did)
                            failed.Add(id); // or done by somebody else meanwhile
                    }
                });
        return new JobReport($"{renewed} renewed or ended, {resumed} resumed", failures);
    }

    private async Task<(bool Did, IReadOnlyList<string> Failures)> RenewAsync(long id, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var own = scope.ServiceProvider.GetRequiredService<AtlanticDb>();
        var (rows, book) = (new RowByRow(own, log), new SubscriptionBook(own, options, time));
        bool did = await rows.DoAsync($"Subscription {id}", async () =>
        {
            var held = (await book.HoldAsync(id, cancellation))!;
            var (state, end) = (held.State, held.PeriodEnd);
            await book.RenewAsync(held, cancellation);
            return (held.State, held.PeriodEnd) != (state, end);
        }, cancellation);
        return (did, rows.Failures);
    }

    private async Task<List<long>> DueAsync(HashSet<long> failed, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        long[] not = [.. failed];
        return await db.Subscriptions.Where(row => (row.State == SubscriptionState.Active
            || row.State == SubscriptionState.Trialing)
                && row.PeriodEnd <= now && !not.Contains(row.Id))
            .OrderBy(row => row.PeriodEnd).ThenBy(row => row.Id).Select(row => row.Id).Take(Batch).ToListAsync(cancellation);
    }
}

/// <summary>Gives up orders that nobody has paid in time, and does those whose money has come.</summary>
public sealed class SettleOrders(AtlanticDb db, BillingOptions options, TimeProvider time, ILogger<SettleOrders> log)
    : IClusterJob
{
    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var rows = new RowByRow(db, log);
        var book = new OrderBook(db, options, time);
        int paid = 0, expired = 0;
        foreach (long id in await db.Orders.Where(row => row.State == OrderState.Open).OrderBy(row => row.Id)
            .Select(row => row.Id)
            .ToListAsync(cancellation))
            await rows.DoAsync($"Order {id}", async () =>
            {
                var order = (await db.HoldOrderAsync(id, cancellation))!;
                await book.TrySettleAsync(order, cancellation);
                if (order is { State: OrderState.Open } && order.ExpiresAt <= time.GetUtcNow())
                    await book.CloseAsync(order, OrderState.Expired, cancellation);
                paid += order.State == OrderState.Paid ? 1 : 0;
                expired += order.State == OrderState.Expired ? 1 : 0;
                return order.State != OrderState.Open;
            }, cancellation);
        return new JobReport($"{paid} orders paid, {expired} expired", rows.Failures);
    }
}

/// <summary>Gives back deposits whose time has come.</summary>
public sealed class ReturnDeposits(AtlanticDb db, TimeProvider time, ILogger<ReturnDeposits> log) : IClusterJob
{
    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var rows = new RowByRow(db, log);
        int returned = 0;
        var now = time.GetUtcNow();
        foreach (long id in await db.Deposits.Where(row => row.ReturnAt <= now && row.ReturnedAt == null).Select(row => row.Id)
            .ToListAsync(cancellation))
            if (await rows.DoAsync($"Deposit {id}", async () =>
            {
                var deposit = await db.Deposits.Where(row => row.Id == id).LockedForUpdate().SingleAsync(cancellation);
                bool isStill = deposit.ReturnedAt is null;
                if (isStill)
                    await new DepositBook(db, time).ReturnAsync(deposit, cancellation);
                return isStill;
            }, cancellation))
                returned++;
        return new JobReport($"{returned} deposits returned", rows.Failures);
    }
}

/// <summary>Tells customers before a renewal or a trial's end, once for each.</summary>
public sealed class RemindOfRenewals(
    AtlanticDb db, BillingOptions options, TimeProvider time, ILogger<RemindOfRenewals> log) : IClusterJob
{
    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var rows = new RowByRow(db, log);
        var book = new SubscriptionBook(db, options, time);
        int reminded = 0;
        var (now, until) = (time.GetUtcNow(), time.GetUtcNow() + options.Reminder);
        foreach (long id in await db.Subscriptions.Where(row =>
                (row.State == SubscriptionState.Active || row.State == SubscriptionState.Trialing) && !row.CancelAtEnd
                && row.PeriodEnd > now && row.PeriodEnd <= until && (row.RemindedFor == null || row.RemindedFor != row.PeriodEnd))
            .Select(row => row.Id).ToListAsync(cancellation))
            if (await rows.DoAsync($"Subscription {id}", async () =>
            {
                var held = (await book.HoldAsync(id, cancellation))!;
                // A period that is no longer than the reminder's time would remind as soon as it began.
                if (held.RemindedFor == held.PeriodEnd || held.CancelAtEnd
                    || held.PeriodEnd - held.PeriodStart <= options.Reminder)
                    return false;
                held.RemindedFor = held.PeriodEnd;
                await db.UpdateAsync(held, token: cancellation);
                await book.TellAsync(held.State == SubscriptionState.Trialing
                    ? EventKinds.TrialEnding : EventKinds.RenewalDue, held, cancellation);
                return true;
            }, cancellation))
                reminded++;
        return new JobReport($"{reminded} customers reminded", rows.Failures);
    }
}

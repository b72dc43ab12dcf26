using System.Text.Json;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>
/// The transitions of subscriptions, each within a transaction that the caller has begun and that holds the subscription's row:
/// state, grants, ledger, invoice and event together.
/// </summary>
internal sealed partial class SubscriptionBook(AtlanticDb db, BillingOptions options, TimeProvider time)
{
    private readonly InvoiceBook _invoices = new(db, time);

    public static readonly Error NoSuchSubscription =
        new(ErrorKind.NotFound, "subscription.not_found", "There is no such subscription.");

    /// <summary>The subscription, held until the transaction ends; null when there is none by that id.</summary>
    public Task<Subscription?> HoldAsync(long id, CancellationToken cancellation) => db.HoldSubscriptionAsync(id, cancellation);

    /// <summary>Begins a trial, or the first period that an invoice has paid for.</summary>
    public async Task<Subscription> StartAsync(
        long customerId, PlanVersion version, bool trial, long? invoiceId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var end = trial ? now.AddDays(version.TrialDays!.Value) : (await PeriodAsync(customerId, version, now, now,
            cancellation)).End;
        var subscription = new Subscription
        {
            CustomerId = customerId, PlanVersionId = version.Id, Currency = version.Currency, AnchorAt = now, PeriodStart = now,
            PeriodEnd = end, State = trial ? SubscriptionState.Trialing : SubscriptionState.Active, CreatedAt = now,
        };
        subscription.Id = await db.InsertWithInt64IdentityAsync(subscription, token: cancellation);
        await GiveAsync(subscription, version, invoiceId, end, cancellation);
        await TellAsync(trial ? SubscriptionEvents.TrialStarted : SubscriptionEvents.Started, subscription, cancellation);
        return subscription;
    }

    /// <summary>
    /// The period that is over is followed by the next, which is invoiced: the wallet pays, or the subscription is past due and
    /// goes on for the plan's grace. Nothing happens before its time, or twice for one period.
    /// </summary>
    /// <returns>Whether something is left to pay.</returns>
    public async Task<bool> RenewAsync(Subscription subscription, CancellationToken cancellation)
    {
        if (subscription.State is not (SubscriptionState.Active or SubscriptionState.Trialing)
            || subscription.PeriodEnd > time.GetUtcNow())
            return false;
        if (subscription.CancelAtEnd)
        {
            await EndAsync(subscription, subscription.State == SubscriptionState.Trialing ? EndReason.TrialOver
                : EndReason.Cancelled,
                cancellation);
            return false;
        }
        bool wasTrial = subscription.State == SubscriptionState.Trialing;
        var before = (subscription.PeriodStart, Version: await VersionAsync(subscription.PlanVersionId, cancellation));
        var version = subscription.NextVersionId is { } next ? await VersionAsync(next, cancellation) : before.Version;
        if (wasTrial || version.Id != before.Version.Id)
            subscription.AnchorAt = subscription.PeriodEnd;
        (subscription.PlanVersionId, subscription.ExtraSeats, subscription.NextVersionId, subscription.NextExtraSeats) =
            (version.Id,
            subscription.NextExtraSeats ?? subscription.ExtraSeats, null, null);
        var period = await PeriodAsync(subscription.CustomerId, version, subscription.AnchorAt, subscription.PeriodEnd,
            cancellation);
        (subscription.PeriodStart, subscription.PeriodEnd) = period;

        if (wasTrial)
            await CreditDepositsAsync(subscription, cancellation);
        var invoice = await InvoiceAsync(subscription, version, cancellation);
        bool paid = await PayAsync(subscription, invoice, cancellation);
        var goodUntil = paid ? period.End : Earlier(period.Start.AddDays(version.GraceDays), period.End);
        await GiveAsync(subscription, version, invoice.Id, goodUntil, cancellation);
        if (version.CarryOverBytes is { } most && !wasTrial)
            await CarryOverAsync(subscription, before.PeriodStart, most, goodUntil, cancellation);
        if (paid)
            subscription.State = SubscriptionState.Active;
        else
        {
            // The clock ends it then, on every node, though no job runs.
            DateTimeOffset? end = goodUntil;
            await db.Customers.Where(row => row.Id == subscription.CustomerId).Set(row => row.PlanEndsAt, end)
                .Set(row => row.PlanEnded, goodUntil <= time.GetUtcNow()).UpdateAsync(cancellation);
            (subscription.State, subscription.PastDueSince, subscription.Tries, subscription.NextTryAt) = (
                SubscriptionState.PastDue, period.Start, 0, time.GetUtcNow());
        }
        await db.UpdateAsync(subscription, token: cancellation);
        await TellAsync(paid ? SubscriptionEvents.Renewed : SubscriptionEvents.PastDue, subscription, cancellation);
        return !paid;
    }

    /// <summary>
    /// An unpaid subscription whose wallet has the money now is paid and goes on: its period counts from its due date; of one
    /// that was suspended, from now on, for what was not served is not charged.
    /// </summary>
    /// <returns>Whether anything changed: it is active, or what is owed for it is another invoice now.</returns>
    public async Task<bool> RecoverAsync(Subscription subscription, CancellationToken cancellation)
    {
        if (subscription.State is not (SubscriptionState.PastDue or SubscriptionState.Suspended))
            return false;
        var owed = await OwedAsync(subscription, cancellation);
        // What staff have credited is not owed any more. One that is suspended waits for a payment all the same.
        if (owed is null ? subscription.State == SubscriptionState.Suspended
            : await SpendableAsync(subscription, cancellation) < owed.Due)
            return false;
        var version = await VersionAsync(subscription.PlanVersionId, cancellation);
        if (subscription.State == SubscriptionState.Suspended)
        {
            var now = time.GetUtcNow();
            // The old paper is taken back, and one about the new period is written.
            Require(await _invoices.CreditAsync(owed!.Id, null, cancellation));
            subscription.AnchorAt = now;
            (subscription.PeriodStart, subscription.PeriodEnd) =
                await PeriodAsync(subscription.CustomerId, version, now, now, cancellation);
            var invoice = await InvoiceAsync(subscription, version, cancellation);
            if (!await PayAsync(subscription, invoice, cancellation))
            {
                // Its tax has risen since: the new paper is what is owed now, and nothing is served before it is paid.
                await GiveAsync(subscription, version, invoice.Id, goodUntil: subscription.PeriodStart, cancellation);
                await SetServedAsync(subscription, false, cancellation);
                await db.UpdateAsync(subscription, token: cancellation);
                return true;
            }
            await GiveAsync(subscription, version, invoice.Id, subscription.PeriodEnd, cancellation);
        }
        else
        {
            if (owed is not null)
                Require(await _invoices.PayAsync(owed.Id, cancellation));
            await BoundAsync(subscription, subscription.PeriodStart, subscription.PeriodEnd, cancellation);
        }
        await SetServedAsync(subscription, true, cancellation);
        (subscription.State, subscription.PastDueSince, subscription.NextTryAt, subscription.SuspendedAt, subscription.Tries) =
            (SubscriptionState.Active, null, null, null, 0);
        await db.UpdateAsync(subscription, token: cancellation);
        await TellAsync(SubscriptionEvents.Recovered, subscription, cancellation);
        return true;
    }

    /// <summary>The last try has failed: new connections are refused, open ones cut, until it is paid.</summary>
    public async Task SuspendAsync(Subscription subscription, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        (subscription.State, subscription.SuspendedAt, subscription.NextTryAt) = (SubscriptionState.Suspended, now,
            now + options.SuspensionLife);
        subscription.PastDueSince ??= now;
        await SetServedAsync(subscription, false, cancellation);
        await db.UpdateAsync(subscription, token: cancellation);
        await TellAsync(SubscriptionEvents.Suspended, subscription, cancellation);
    }

    /// <summary>
    /// Nothing is left of it: its grants end, what is unpaid is taken back, and its deposit is returned after a while. Grants
    /// that were bought apart stay, for another plan.
    /// </summary>
    public async Task EndAsync(Subscription subscription, EndReason reason, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (await OwedAsync(subscription, cancellation) is { Due: > 0 } owed)
            Require(await _invoices.CreditAsync(owed.Id, null, cancellation));
        await BoundAsync(subscription, subscription.CreatedAt, Earlier(now, subscription.PeriodEnd), cancellation);
        (subscription.State, subscription.EndedAt, subscription.EndReason, subscription.PausedAt) = (SubscriptionState.Ended, now,
            reason, null);
        (subscription.NextTryAt, subscription.NextVersionId) = (null, null);
        await db.UpdateAsync(subscription, token: cancellation);
        await SetServedAsync(subscription, false, cancellation);
        await db.Deposits.Where(row => row.CustomerId == subscription.CustomerId && row.ReturnAt == null
            && row.ReturnedAt == null)
            .Set(row => row.ReturnAt, (DateTimeOffset?)(now + options.DepositReturn)).UpdateAsync(cancellation);
        await TellAsync(SubscriptionEvents.Ended, subscription, cancellation, Spelled(reason));
    }

    /// <summary>The invoice that is open for the running period; null when nothing is owed.</summary>
    public async Task<Invoice?> OwedAsync(Subscription subscription, CancellationToken cancellation) =>
        await InvoiceOfAsync(subscription, cancellation) is { State: InvoiceState.Open } open ? open : null;

    public Task<long> SpendableAsync(Subscription subscription, CancellationToken cancellation) =>
        db.SpendableAsync(subscription.CustomerId, subscription.Currency, cancellation);

    public Task<PlanVersion> VersionAsync(long id, CancellationToken cancellation) =>
        db.PlanVersions.SingleAsync(row => row.Id == id, cancellation);

    /// <summary>The period of an instant, counted from an anchor by the clock of the customer's zone.</summary>
    public async Task<(DateTimeOffset Start, DateTimeOffset End)> PeriodAsync(
        long customerId, PlanVersion version, DateTimeOffset anchor, DateTimeOffset at, CancellationToken cancellation)
    {
        string unit = version.PeriodUnit.ToString().ToLowerInvariant();
        var rows = await db.QueryAsync<BillingPeriod>($"""
            select period_start, period_end from quota_period({anchor}, {unit}, {version.PeriodLength}, {at},
                customer_zone({customerId}))
            """, cancellation);
        return (rows[0].PeriodStart, rows[0].PeriodEnd);
    }

    /// <summary>What stands on a period's invoice.</summary>
    public async Task<List<InvoiceItem>> ItemsAsync(
        long customerId, PlanVersion version, int extraSeats, DateTimeOffset? from, DateTimeOffset? until,
        CancellationToken cancellation)
    {
        string plan = await PlanNameAsync(version, cancellation);
        var words = InvoiceLineWords.In(await db.AllCustomers.Where(row => row.Id == customerId).Select(row => row.Language)
            .SingleAsync(cancellation));
        List<InvoiceItem> items = [new(words.Period(plan, from, until), version.Price)];
        if (extraSeats > 0 && version.SeatPrice is { } price)
            items.Add(new InvoiceItem(words.Seats(plan), price, extraSeats));
        return items;
    }

    public async Task<string> PlanNameAsync(PlanVersion version, CancellationToken cancellation) =>
        await db.Plans.Where(row => row.Id == version.PlanId).Select(row => row.Name).SingleAsync(cancellation);

    public Task BoundAsync(Subscription subscription, DateTimeOffset from, DateTimeOffset until,
        CancellationToken cancellation) =>
        db.ExecuteSqlAsync($"select subscription_bound({subscription.Id}, {from}, {until})", cancellation);

    /// <summary>Whether its proxy users are served: at once on every node.</summary>
    public Task SetServedAsync(Subscription subscription, bool served, CancellationToken cancellation)
    {
        DateTimeOffset? end = served ? null : time.GetUtcNow();
        return db.Customers.Where(row => row.Id == subscription.CustomerId && (served ? row.PlanEndsAt != null : !row.PlanEnded))
            .Set(row => row.PlanEndsAt, end).Set(row => row.PlanEnded, !served).UpdateAsync(cancellation);
    }

    /// <param name="reason">Why, in words; null where there is nothing to say.</param>
    /// <param name="retryAt">When it is tried again.</param>
    public async Task TellAsync(
        string kind, Subscription subscription, CancellationToken cancellation, string? reason = null,
        DateTimeOffset? retryAt = null)
    {
        var version = await VersionAsync(subscription.PlanVersionId, cancellation);
        await db.AppendEventAsync(kind, subscription.CustomerId, new
        {
            SubscriptionId = subscription.Id, Plan = await PlanNameAsync(version, cancellation),
            State = Spelled(subscription.State), Price = new Money(version.Price, version.Currency).ToString(),
            subscription.PeriodStart, subscription.PeriodEnd, EndsOn = Day(subscription.PeriodEnd),
            RenewsOn = Day(subscription.PeriodEnd), Reason = reason, RetryOn = retryAt is { } at ? Day(at) : null,
        }, time.GetUtcNow(), cancellation);
    }

    internal static long Seconds(DateTimeOffset from, DateTimeOffset until) => (long)Math.Ceiling((until - from).TotalSeconds);

    private static string Spelled(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string Day(DateTimeOffset at) => Quantities.Figures.Text(DateOnly.FromDateTime(at.UtcDateTime));

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>For what cannot be refused unless the books are wrong.</summary>
    private static T Require<T>(Result<T> result) => result.IsSuccess
        ? result.Value
        : throw new InvalidOperationException(string.Join(' ', result.Errors.Select(error => error.Message)));

    private async Task<Invoice?> InvoiceOfAsync(Subscription subscription, CancellationToken cancellation) =>
        await (from period in db.SubscriptionPeriods
               join invoice in db.Invoices on period.InvoiceId equals invoice.Id
               where period.SubscriptionId == subscription.Id && period.PeriodStart == subscription.PeriodStart
               select invoice).SingleOrDefaultAsync(cancellation);

    private async Task<InvoiceSummary> InvoiceAsync(
        Subscription subscription, PlanVersion version, CancellationToken cancellation)
    {
        long draft = Require(await _invoices.DraftAsync(subscription.CustomerId, subscription.Currency,
            await ItemsAsync(subscription.CustomerId, version, subscription.ExtraSeats, subscription.PeriodStart,
                subscription.PeriodEnd, cancellation),
            cancellation));
        return Require(await _invoices.FinaliseAsync(draft, cancellation));
    }

    private async Task<bool> PayAsync(Subscription subscription, InvoiceSummary invoice, CancellationToken cancellation)
    {
        if (invoice.State == InvoiceState.Paid)
            return true;
        if (await SpendableAsync(subscription, cancellation) < invoice.Due)
            return false;
        Require(await _invoices.PayAsync(invoice.Id, cancellation));
        return true;
    }

    private async Task GiveAsync(
        Subscription subscription, PlanVersion version, long? invoiceId, DateTimeOffset goodUntil, CancellationToken cancellation)
    {
        await db.InsertAsync(new SubscriptionPeriod
        {
            SubscriptionId = subscription.Id, PeriodStart = subscription.PeriodStart, PeriodEnd = subscription.PeriodEnd,
            PlanVersionId = version.Id, InvoiceId = invoiceId,
        }, token: cancellation);
        bool trial = subscription.State == SubscriptionState.Trialing && invoiceId is null;
        await db.ExecuteSqlAsync($"""
            select subscription_give({subscription.Id}, {subscription.CustomerId}, {version.Id},
                {(trial ? version.TrialBytes : version.IncludedBytes)}, {(trial ? "trial" : "period")},
                {subscription.PeriodStart}, {subscription.PeriodEnd}, {goodUntil})
            """, cancellation);
    }

    private Task<int> CarryOverAsync(
        Subscription subscription, DateTimeOffset from, long most, DateTimeOffset goodUntil, CancellationToken cancellation) =>
        db.ExecuteSqlAsync($"""
            insert into grants (customer_id, measure, amount, origin, origin_id, priority, valid_from, valid_until)
            select {subscription.CustomerId}, 'bytes', rest, 'carry_over', {subscription.Id}, grant_priority('carry_over'),
                {subscription.PeriodStart}, {goodUntil}
            from (select least(subscription_left({subscription.Id}, {from}), {most}) as rest) carried where rest > 0
            """, cancellation);

    /// <summary>A trial that goes on: its deposit pays a part of the first period.</summary>
    private async Task CreditDepositsAsync(Subscription subscription, CancellationToken cancellation)
    {
        foreach (var deposit in await db.Deposits.Where(row => row.CustomerId == subscription.CustomerId
            && row.ReturnedAt == null)
            .LockedForUpdate().ToListAsync(cancellation))
            await new DepositBook(db, time).ReturnAsync(deposit, cancellation);
    }

    private sealed record BillingPeriod(DateTimeOffset PeriodStart, DateTimeOffset PeriodEnd);
}

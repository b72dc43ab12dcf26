using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Reconciliation;

namespace AtlanticProxy.ControlPlane.Business;

/// <summary>How the business went in a span of time. Money has an entry for each currency.</summary>
/// <param name="Revenue">Net of tax, refunds taken off, as the ledger books it.</param>
/// <param name="Cost">What providers charge for the bytes they carried, by whole days (UTC).</param>
/// <param name="SignUps">Customers who came.</param>
/// <param name="Left">Subscriptions that ended, but for those that another plan replaced.</param>
public sealed record BusinessFigures(IReadOnlyList<Money> Revenue, Money Cost, int SignUps, int Left)
{
    /// <summary>In the currency of the cost; null where all revenue is in others.</summary>
    public Money? Margin => Revenue.Count > 0 && Cost.MinorUnits > 0 && Revenue.All(money => money.Currency != Cost.Currency)
        ? null
        : new Money(Revenue.Where(money => money.Currency == Cost.Currency).Sum(money => money.MinorUnits) - Cost.MinorUnits,
            Cost.Currency);
}

/// <summary>The subscriptions that run now.</summary>
/// <param name="Recurring">What they pay in a month, before tax and coupons; one entry for each currency.</param>
public sealed record SubscriptionBase(int Running, int Trials, int PastDue, IReadOnlyList<Money> Recurring);

/// <summary>One day (UTC) of revenue and cost, both in the currency that providers' cost is in. Minor units.</summary>
public sealed record BusinessDay(DateOnly Day, long Revenue, long Cost);

/// <summary>How many things wait for staff.</summary>
/// <param name="BookDifferences">That the last nightly checks of the ledger and the books found.</param>
/// <param name="MailsGivenUp">In the last day.</param>
public sealed record OpenMatters(
    int Unallocated, int Disputes, int GatewayDifferences, int BookDifferences, int MailsGivenUp, int TransfersWaiting);

/// <summary>Reads how the business is. Times are UTC.</summary>
public sealed class BusinessQueries(AtlanticDb db, ReconciliationOptions options)
{
    /// <param name="from">Inclusive.</param>
    /// <param name="to">Exclusive.</param>
    public async Task<BusinessFigures> FiguresAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        var revenue = await db.QueryAsync<Money>($"""
            select sum(e.amount)::bigint as minor_units, a.currency
            from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
            join ledger_accounts a on a.id = e.account_id and a.kind = 'revenue'
            where t.created_at >= {from} and t.created_at < {to} group by 2 order by 1 desc
            """, cancellation);
        long cost = await db.ScalarAsync<long>($"""
            select coalesce(round(sum((d.bytes_up + d.bytes_down)::numeric * p.cost_per_gb) / 1000000000), 0)::bigint
            from usage_daily d join providers p on p.id = d.provider_id
            where d.day >= date_trunc('day', {from}::timestamptz, 'UTC') and d.day < {to}
            """, cancellation);
        int signUps = await db.ScalarAsync<int>(
            $"select count(*)::int from customers where created_at >= {from} and created_at < {to}", cancellation);
        int left = await db.ScalarAsync<int>($"""
            select count(*)::int from subscriptions
            where state = 'ended' and ended_at >= {from} and ended_at < {to} and end_reason <> 'replaced'
            """, cancellation);
        return new BusinessFigures(revenue, new Money(cost, options.Currency), signUps, left);
    }

    /// <summary>Payments that failed, of those begun since then.</summary>
    public Task<int> FailedPaymentsAsync(DateTimeOffset from, CancellationToken cancellation) => db.ScalarAsync<int>(
        $"select count(*)::int from payments where state = 'failed' and created_at >= {from}", cancellation);

    /// <summary>The subscriptions that run now, and what they bring in a month.</summary>
    public async Task<SubscriptionBase> SubscriptionsAsync(CancellationToken cancellation)
    {
        var states = await db.QueryAsync<StateCount>(
            $"select state, count(*)::int as count from subscriptions where state <> 'ended' group by 1", cancellation);
        int Of(params string[] wanted) => states.Where(each => wanted.Contains(each.State)).Sum(each => each.Count);
        // A month is a twelfth of a Gregorian year (365.2425 days), as margins reckon it.
        var recurring = await db.QueryAsync<Money>($"""
            select round(sum((v.price + s.extra_seats * coalesce(v.seat_price, 0)) * 2629746.0 / (v.period_length
                * case v.period_unit when 'day' then 86400 when 'week' then 604800 else 2629746 end)))
                ::bigint as minor_units, v.currency
            from subscriptions s join plan_versions v on v.id = coalesce(s.next_version_id, s.plan_version_id)
            where s.state in ('active', 'past_due') and not s.cancel_at_end group by 2 order by 1 desc
            """, cancellation);
        return new SubscriptionBase(Of("active", "past_due", "paused"), Of("trialing"), Of("past_due", "suspended"), recurring);
    }

    /// <summary>Day by day, oldest first, the empty ones as zeros.</summary>
    /// <param name="to">The last day, included.</param>
    public async Task<IReadOnlyList<BusinessDay>> DaysAsync(DateOnly from, DateOnly to, CancellationToken cancellation) =>
        await db.QueryAsync<BusinessDay>($"""
            select day::date as day, coalesce(revenue.amount, 0)::bigint as revenue, coalesce(cost.amount, 0)::bigint as cost
            from generate_series({from}::timestamp, {to}::timestamp, interval '1 day') day
            left join (
                select (t.created_at at time zone 'UTC')::date as day, sum(e.amount) as amount
                from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
                join ledger_accounts a on a.id = e.account_id and a.kind = 'revenue' and a.currency = {options.Currency}
                where t.created_at >= {from}::timestamp at time zone 'UTC'
                    and t.created_at < ({to}::timestamp + interval '1 day') at time zone 'UTC' group by 1
            ) revenue using (day)
            left join (
                select (d.day at time zone 'UTC')::date as day,
                    round(sum((d.bytes_up + d.bytes_down)::numeric * p.cost_per_gb) / 1000000000) as amount
                from usage_daily d join providers p on p.id = d.provider_id
                where d.day >= {from}::timestamp at time zone 'UTC'
                    and d.day < ({to}::timestamp + interval '1 day') at time zone 'UTC' group by 1
            ) cost using (day)
            order by 1
            """, cancellation);

    /// <summary>What waits for staff now.</summary>
    public async Task<OpenMatters> OpenMattersAsync(CancellationToken cancellation) =>
        (await db.QueryAsync<OpenMatters>($"""
            select
                (select count(*)::int from unallocated_money where state = 'open') as unallocated,
                (select count(*)::int from disputes where state = 'opened') as disputes,
                (select count(*)::int from gateway_differences) as gateway_differences,
                (select coalesce(sum(jsonb_array_length(found)), 0)::int from findings
                    where check_name in ('ledger', 'books')) as book_differences,
                (select count(*)::int from mails where state = 'failed' and created_at > now() - interval '1 day')
                    as mails_given_up,
                (select count(*)::int from payments p join gateways g on g.id = p.gateway_id
                    where g.kind = 'bank' and p.state = 'needs_action') as transfers_waiting
            """, cancellation)).Single();

    private sealed record StateCount(string State, int Count);
}

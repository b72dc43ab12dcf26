using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Reconciliation;

/// <summary>Holds what was sold against what was bought. Days are UTC, ranges include both ends.</summary>
public sealed class ReconciliationQueries(AtlanticDb db, ReconciliationOptions options, TimeProvider time)
{
    /// <summary>The last 30 days that are over.</summary>
    public (DateOnly From, DateOnly To) LastDays
    {
        get
        {
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            return (today.AddDays(-30), today.AddDays(-1));
        }
    }

    /// <summary>Every provider's days with traffic or a bill, the newest first.</summary>
    public async Task<IReadOnlyList<ReconciledDay>> DaysAsync(DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        var (first, end) = Instants(from, to);
        return await db.QueryAsync<ReconciledDay>($"""
            with ours as (
                select provider_id, (day at time zone 'UTC')::date as day, sum(bytes_up + bytes_down) as bytes
                from usage_daily where day >= {first} and day < {end} group by 1, 2
            ), theirs as (
                select provider_id, day, bytes, source from provider_bills where day between {from} and {to}
            )
            select provider_id, coalesce(p.name, '') as provider, day, coalesce(ours.bytes, 0)::bigint as our_bytes,
                theirs.bytes as their_bytes, theirs.source,
                round(coalesce(ours.bytes * p.cost_per_gb, 0) / 1000000000)::bigint as cost
            from ours full join theirs using (provider_id, day) left join providers p on p.id = provider_id
            order by day desc, 2, provider_id
            """, cancellation);
    }

    /// <summary>
    /// Cost is what the providers that carried the bytes charge for them. Revenue is reckoned by the plan that a customer has
    /// now, from the day it got it: of a per-GB plan its price of each byte; of a subscription the part of its periods that lies
    /// in the range, also without traffic; of an hourly plan its minutes. What is not by the byte is shared among the providers
    /// by the customer's bytes; without any, it is of no provider.
    /// </summary>
    public async Task<IReadOnlyList<MarginRow>> MarginsAsync(
        DateOnly from, DateOnly to, MarginOf of, CancellationToken cancellation)
    {
        var (first, end) = Instants(from, to);
        var now = time.GetUtcNow();
        var until = now < end ? now : end;
        string key = of.ToString();
        // A month is a twelfth of a Gregorian year (365.2425 days): the same price a day in each.
        return await db.QueryAsync<MarginRow>($"""
            with used as (
                select u.customer_id, d.provider_id, sum(d.bytes_up + d.bytes_down) as bytes
                from usage_daily d join proxy_users u on u.id = d.proxy_user_id
                where d.day >= {first} and d.day < {end} group by 1, 2
            ), totals as (
                select customer_id, sum(bytes) as bytes from used group by 1
            ), sold as (
                select c.id as customer_id, c.email, p.name as plan, coalesce(v.currency, {options.Currency}) as currency,
                    totals.bytes as total,
                    case when v.kind = 'per_gb' then v.price end as price_per_gb,
                    case v.kind
                        when 'subscription' then v.price
                            * greatest(extract(epoch from {until}::timestamptz - greatest({first}::timestamptz,
                                coalesce(q.anchor_at, c.created_at))), 0)
                            / (v.period_length * case v.period_unit when 'day' then 86400 when 'week' then 604800
                                else 2629746 end)
                        when 'hourly' then v.price / 60.0 * coalesce((
                            select sum(m.amount) from quota_days m where m.account_id = q.id and q.measure = 'minutes'
                                and m.day between {from} and {to}), 0)
                        else 0
                    end as flat
                from customers c
                left join plan_versions v on v.id = c.plan_version_id left join plans p on p.id = v.plan_id
                left join quota_accounts q on q.customer_id = c.id and q.proxy_user_id is null
                left join totals on totals.customer_id = c.id
            ), cells as (
                select case {key} when 'Customer' then sold.email when 'Plan' then coalesce(sold.plan, '') else coalesce(p.name,
                    '') end as name, sold.currency,
                    coalesce(used.bytes, 0) as bytes,
                    coalesce(used.bytes * sold.price_per_gb / 1000000000, 0) + sold.flat * case
                        when sold.total > 0 then used.bytes / sold.total else 1 end as revenue,
                    coalesce(used.bytes * p.cost_per_gb / 1000000000, 0) as cost
                from sold left join used on used.customer_id = sold.customer_id left join providers p on p.id = used.provider_id
            ), rounded as (
                select name, currency, sum(bytes)::bigint as bytes, round(sum(revenue))::bigint as revenue,
                    round(sum(cost))::bigint as cost from cells group by 1, 2
            )
            select name, currency, bytes, revenue, cost, case when currency = {options.Currency}
                or cost = 0 then revenue - cost end as margin
            from rounded where bytes > 0 or revenue > 0 order by 4 desc, 1
            """, cancellation);
    }

    private static (DateTimeOffset First, DateTimeOffset End) Instants(DateOnly from, DateOnly to) =>
        (new(from, TimeOnly.MinValue, TimeSpan.Zero), new(to.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero));
}

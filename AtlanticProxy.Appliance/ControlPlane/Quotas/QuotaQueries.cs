using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Quotas;

/// <summary>How much a customer, or one of its proxy users, has used and may use.</summary>
/// <param name="ProxyUserId">Null: the customer's own, shared by all its proxy users.</param>
/// <param name="InMinutes">It counts minutes with an open tunnel; else bytes.</param>
/// <param name="FromWallet">The wallet pays for each; else there are grants.</param>
/// <param name="Limit">Bytes or minutes: of all grants that are good now, or of a cap; null of a wallet.</param>
/// <param name="Used">Of these; of a wallet, since the plan was given.</param>
/// <param name="Left">What the wallet pays for behind grants counts too. Never below zero.</param>
/// <param name="PeriodEnd">When it begins anew; null when it never does.</param>
/// <param name="Warning">As customers are warned (<c>quota_warning</c>): 0, 80 or 100 percent; 0 of a wallet.</param>
/// <param name="RunsOutAt">If it is used as in the last seven days; null when not before <paramref name="PeriodEnd"/> or within a
/// year.</param>
public sealed record QuotaSummary(
    long AccountId, long? ProxyUserId, bool InMinutes, bool FromWallet, long? Limit, long Used, long Left,
    DateTimeOffset PeriodStart, DateTimeOffset? PeriodEnd,
    DateTimeOffset? RunsOutAt, int Warning)
{
    /// <summary>Little is left of what is included.</summary>
    public bool IsRunningLow => Warning > 0;

    /// <summary>0 to 100; null of a wallet.</summary>
    public int? PercentUsed => Limit is { } limit ? (int)Math.Min(100, (decimal)Used * 100 / limit) : null;
}

/// <summary>Something that customers are told of.</summary>
/// <param name="Kind"><c>quota_warning</c> at 80 %, <c>quota_exhausted</c> at 100 %.</param>
/// <param name="Payload">JSON.</param>
public sealed record CustomerEvent(long Id, string Kind, string Payload, DateTimeOffset CreatedAt);

/// <summary>Reads quotas, by the database's clock, as leases go by it.</summary>
public sealed class QuotaQueries(AtlanticDb db)
{
    /// <summary>A customer's own quota; null when nothing bounds it, or when it is not in scope.</summary>
    public async Task<QuotaSummary?> FindAsync(Scope scope, long customerId, CancellationToken cancellation) =>
        (await ListAsync(scope, customerId, cancellation)).FirstOrDefault(quota => quota.ProxyUserId is null);

    /// <summary>A customer's own quota and the caps of its proxy users.</summary>
    public async Task<IReadOnlyList<QuotaSummary>> ListAsync(Scope scope, long customerId, CancellationToken cancellation)
    {
        if (scope.CustomerId is { } only && only != customerId)
            return [];
        return await db.QueryAsync<QuotaSummary>($"""
            select account_id, proxy_user_id, in_minutes, from_wallet, "limit", used, "left", period_start, period_end,
                runs_out_at,
                case when from_wallet or "limit" is null then 0 else quota_warning("left", "limit") end as warning
            from (
                select q.id as account_id, q.proxy_user_id, q.measure = 'minutes' as in_minutes,
                    q.price is not null and g.amount is null as from_wallet,
                    case when q.source = 'cap' or turns then q.limit_amount else g.amount end as "limit",
                    case when turns then 0 when q.source = 'cap' or g.amount is null then q.consumed else g.used end as used,
                    case when turns then q.limit_amount else greatest(quota_left(q, clock_timestamp()), 0) end as "left",
                    q.period_start, q.period_end, quota_forecast(q, clock_timestamp()) as runs_out_at
                from quota_accounts q,
                    lateral (select q.renews and coalesce(q.period_end <= clock_timestamp(), false) as turns) turned,
                    lateral (select sum(amount)::bigint as amount, sum(used)::bigint as used from grants
                        where q.source = 'grants' and customer_id = q.customer_id and measure = q.measure
                            and proxy_user_id is not distinct from q.proxy_user_id and valid_from <= clock_timestamp()
                            and (valid_until is null or valid_until > clock_timestamp())) g
                where q.customer_id = {customerId}) quotas
            order by proxy_user_id nulls first
            """, cancellation);
    }

    /// <summary>The last ones, newest first.</summary>
    public async Task<IReadOnlyList<CustomerEvent>> EventsAsync(
        Scope scope, long customerId, int count, CancellationToken cancellation)
    {
        if (scope.CustomerId is { } only && only != customerId)
            return [];
        return await db.QueryAsync<CustomerEvent>($"""
            select id, kind, payload::text as payload, created_at from events
            where customer_id = {customerId} order by id desc limit {count}
            """, cancellation);
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.Quotas;

/// <summary>How much a customer, or one of its proxy users, has used and may use.</summary>
/// <param name="ProxyUserId">Null: the customer's own, shared by all its proxy users.</param>
/// <param name="InMinutes">It counts minutes with an open tunnel; else bytes.</param>
/// <param name="FromWallet">The wallet pays for each; else they are included.</param>
/// <param name="Limit">Bytes or minutes in the window; null of a wallet.</param>
/// <param name="Used">In the window; of a wallet, since the plan was given.</param>
/// <param name="Left">Never below zero.</param>
/// <param name="PeriodEnd">When it begins anew; null when it never does, or every day a little.</param>
/// <param name="RunsOutAt">If it is used as in the last seven days; null when not before <paramref name="PeriodEnd"/> or within a year.</param>
public sealed record QuotaSummary(
    long AccountId, long? ProxyUserId, bool InMinutes, bool FromWallet, long? Limit, long Used, long Left, DateTimeOffset PeriodStart, DateTimeOffset? PeriodEnd,
    DateTimeOffset? RunsOutAt)
{
    /// <summary>Little is left of what is included.</summary>
    public bool IsRunningLow => PercentUsed >= WarningPercent;

    /// <summary>Where customers are warned: of <c>quota_warn</c>.</summary>
    private const int WarningPercent = 80;

    /// <summary>0 to 100; null of a wallet.</summary>
    public int? PercentUsed => Limit is { } limit ? (int)Math.Min(100, (decimal)Used * 100 / limit) : null;
}

/// <summary>Something that customers are told of.</summary>
/// <param name="Kind"><c>quota_warning</c> at 80 %, <c>quota_exhausted</c> at 100 %.</param>
/// <param name="Payload">JSON.</param>
public sealed record CustomerEvent(long Id, string Kind, string Payload, DateTimeOffset CreatedAt);

/// <summary>Reads quotas.</summary>
public sealed class QuotaQueries(AtlanticDbContext db, TimeProvider time)
{
    /// <summary>A customer's own quota; null when nothing bounds it, or when it is not in scope.</summary>
    public async Task<QuotaSummary?> FindAsync(Scope scope, long customerId, CancellationToken cancellation) =>
        (await ListAsync(scope, customerId, cancellation)).FirstOrDefault(quota => quota.ProxyUserId is null);

    /// <summary>A customer's own quota and the caps of its proxy users.</summary>
    public async Task<IReadOnlyList<QuotaSummary>> ListAsync(Scope scope, long customerId, CancellationToken cancellation)
    {
        if (scope.CustomerId is { } only && only != customerId)
            return [];
        var now = time.GetUtcNow();
        return await db.Database.SqlQuery<QuotaSummary>($"""
            select q.id as "AccountId", q.proxy_user_id as "ProxyUserId", q.measure = 'minutes' as "InMinutes", q.source = 'wallet' as "FromWallet", q.limit_amount as "Limit",
                case when q.quota_window = 'rolling' then q.limit_amount - quota_left(q, {now}) when q.period_end <= {now} then 0 else q.consumed end as "Used",
                case when q.period_end <= {now} then q.limit_amount else greatest(quota_left(q, {now}), 0) end as "Left",
                q.period_start as "PeriodStart", q.period_end as "PeriodEnd", quota_forecast(q, {now}) as "RunsOutAt"
            from quota_accounts q where q.customer_id = {customerId} order by q.proxy_user_id nulls first
            """).ToListAsync(cancellation);
    }

    /// <summary>The last ones, newest first.</summary>
    public async Task<IReadOnlyList<CustomerEvent>> EventsAsync(Scope scope, long customerId, int count, CancellationToken cancellation)
    {
        if (scope.CustomerId is { } only && only != customerId)
            return [];
        return await db.Database.SqlQuery<CustomerEvent>($"""
            select id as "Id", kind as "Kind", payload::text as "Payload", created_at as "CreatedAt" from events
            where customer_id = {customerId} order by id desc limit {count}
            """).ToListAsync(cancellation);
    }
}

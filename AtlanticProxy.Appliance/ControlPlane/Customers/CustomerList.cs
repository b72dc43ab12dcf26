using System.Runtime.CompilerServices;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>What staff look for in the list of customers.</summary>
public enum CustomerListState
{
    Trial,
    PastDue,
    Paused,
    Suspended,
    PlanEnded,

    /// <summary>The traffic or the wallet is used up, slowed ones included.</summary>
    UsedUp,

    NoPlan,
}

/// <summary>The columns that the list can be sorted by.</summary>
public enum CustomerSort
{
    Email,
    Name,
    Plan,
    Used,
    Balance,
    Renews,
    Since,
    Seen,
}

/// <summary>Which customers, and in what order. Null does not narrow.</summary>
public sealed record CustomerFilter(
    CustomerListState? State = null, long? PlanId = null, string? Tag = null, CustomerSort Sort = CustomerSort.Email,
    bool Descending = false, long? SellerId = null);

/// <summary>One row of the list.</summary>
/// <param name="Used">Bytes, or minutes; null: nothing bounds it.</param>
/// <param name="Limit">Of the grants that are good now; null: none of them bounds it.</param>
/// <param name="Balance">Of the wallet, minor units; null: there is none.</param>
/// <param name="RenewsAt">Of the subscription that runs; null: none does, or it ends then.</param>
/// <param name="EndsAt">When the plan or subscription ends; null: not known to.</param>
/// <param name="SeenAt">The last sign-in to the portal.</param>
/// <param name="Seller">Name of the reseller whose customer it is; null: the operator's own.</param>
public sealed record CustomerRow(
    long Id, string Email, string Name, string? PlanName, int ProxyUsers, Standing Standing, bool InMinutes, long? Used,
    long? Limit, long? Balance, string? Currency, string? Subscription, DateTimeOffset? RenewsAt, DateTimeOffset? EndsAt,
    string[] Tags, DateTimeOffset CreatedAt, DateTimeOffset? SeenAt, string? Seller);

/// <summary>
/// The list of customers. What a row says of use and standing costs a function's call, so that it is asked for the rows of one
/// page alone; what narrows and sorts comes from the tables.
/// </summary>
public sealed class CustomerList(AtlanticDb db)
{
    /// <summary>In the currency that the customer pays in; where there is none yet, the fullest.</summary>
    private const string Wallet = """
        (select balance, currency from ledger_accounts where customer_id = c.id and kind = 'wallet'
            order by currency = c.currency desc nulls last, balance desc limit 1)
        """;

    private const string Subscription = """
        (select state, period_end, cancel_at_end from subscriptions where customer_id = c.id and state <> 'ended')
        """;

    private const string Seen = "select max(last_signed_in_at) from users where customer_id = c.id";

    /// <summary>By filter: a condition on <c>customers c</c>.</summary>
    private static string Condition(CustomerListState state) => state switch
    {
        CustomerListState.Trial => Running("trialing"),
        CustomerListState.PastDue => Running("past_due"),
        CustomerListState.Paused => Running("paused"),
        CustomerListState.Suspended => $"(c.state = 'suspended' or {Running("suspended")})",
        CustomerListState.PlanEnded => "(c.plan_ended or c.plan_ends_at <= now())",
        CustomerListState.NoPlan => "c.plan_id is null",
        // The function decides, asked only for those whom no grant is left to serve.
        CustomerListState.UsedUp => """
            (exists (select from quota_accounts q where q.customer_id = c.id and q.proxy_user_id is null)
            and c.id not in (select customer_id from grants where proxy_user_id is null and used < amount
                and valid_from <= now() and (valid_until is null or valid_until > now()))
            and customer_standing(c.id) in ('quota_exhausted', 'balance_exhausted', 'slowed'))
            """,
    };

    /// <summary>By column: what it is sorted by.</summary>
    private static string Key(CustomerSort sort) => sort switch
    {
        CustomerSort.Email => "c.email",
        CustomerSort.Name => "lower(c.name)",
        CustomerSort.Plan => "(select lower(p.name) from plans p where p.id = c.plan_id)",
        CustomerSort.Used =>
            "(select q.consumed from quota_accounts q where q.customer_id = c.id and q.proxy_user_id is null)",
        CustomerSort.Balance => "(select max(balance) from ledger_accounts where customer_id = c.id and kind = 'wallet')",
        CustomerSort.Renews => $"(select s.period_end from {Subscription} s)",
        CustomerSort.Since => "c.created_at",
        CustomerSort.Seen => $"({Seen})",
    };

    private static string Running(string state) =>
        $"exists (select from subscriptions s where s.customer_id = c.id and s.state = '{state}')";

    /// <summary>The search looks in email and name.</summary>
    public async Task<Page<CustomerRow>> ListAsync(CustomerFilter filter, PageRequest page, CancellationToken cancellation)
    {
        string? pattern = page.Search is null ? null : page.SearchPattern;
        // Conditions and keys are of the lists above; all that was typed is a parameter.
        string found = $$"""
            from customers c where c.deleted_at is null and ({0}::text is null or c.email ilike {0} or c.name ilike {0})
                and ({1}::bigint is null or c.plan_id = {1}) and ({2}::text is null or c.tags @> array[{2}])
                and ({3}::bigint is null or c.seller_id = {3})
                and {{(filter.State is { } state ? Condition(state) : "true")}}
            """;
        string order = $"{Key(filter.Sort)} {(filter.Descending ? "desc" : "asc")} nulls last, c.email";
        object?[] values = [pattern, filter.PlanId, filter.Tag, filter.SellerId, page.Offset, page.Size];
        int total = await db.ScalarAsync<int>(
            FormattableStringFactory.Create($"select count(*)::int {found}", values[..4]),
            cancellation);
        var rows = await db.QueryAsync<CustomerRow>(FormattableStringFactory.Create($$"""
            with part as (
                select c.*, row_number() over (order by {{order}}) as place {{found}}
                order by {{order}} offset {4} limit {5})
            select c.id, c.email, c.name, p.name as plan_name, users.count as proxy_users,
                customer_standing(c.id) as standing, coalesce(q.measure = 'minutes', false) as in_minutes,
                case when g.amount is null then q.consumed else g.used end as used, g.amount as "limit", w.balance, w.currency,
                s.state as subscription, case when not s.cancel_at_end then s.period_end end as renews_at,
                case when s.cancel_at_end then s.period_end else c.plan_ends_at end as ends_at, c.tags, c.created_at,
                ({{Seen}}) as seen_at,
                (select s.name from customers s where s.id = c.seller_id) as seller
            from part c
            left join plans p on p.id = c.plan_id
            left join quota_accounts q on q.customer_id = c.id and q.proxy_user_id is null
            left join lateral {{Wallet}} w on true
            left join lateral {{Subscription}} s on true
            cross join lateral (select count(*)::int as count from proxy_users u
                where u.customer_id = c.id and u.deleted_at is null) users
            cross join lateral (select sum(amount)::bigint as amount, sum(used)::bigint as used from grants
                where q.source = 'grants' and customer_id = c.id and measure = q.measure and proxy_user_id is null
                    and valid_from <= clock_timestamp() and (valid_until is null or valid_until > clock_timestamp())) g
            order by c.place
            """, values), cancellation);
        return new Page<CustomerRow>(rows, page.Number, page.Size, total);
    }

    /// <summary>The tags that are in use, by name.</summary>
    public Task<List<string>> TagsAsync(CancellationToken cancellation) => db.QueryAsync<string>(
        $"select distinct unnest(tags) from customers where deleted_at is null order by 1", cancellation);
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.ControlPlane.Tests.Quotas;

/// <summary>A customer with a plan and a proxy user, and what nodes do about them.</summary>
internal sealed class Metered(
    ControlPlaneTest plane, CustomerSummary customer, PlanSummary plan, long proxyUserId, long accountId)
{
    public const long Gb = 1_000_000_000;

    public CustomerSummary Customer => customer;

    public PlanSummary Plan => plan;

    public long ProxyUserId => proxyUserId;

    public long AccountId => accountId;

    public static async Task<Metered> StartAsync(
        ControlPlaneTest plane, CreatePlan.Request terms, string name = "alice", long? cap = null)
    {
        var plan = (await plane.AskAsync((CreatePlan create) => create.ExecuteAsync(terms, default))).Value;
        var customer =
            (await plane.AskAsync((CreateCustomer create) =>
                create.ExecuteAsync(new($"{name}@example.com", "", plan.Id), default))).Value;
        var user = (await plane.AskAsync((CreateProxyUser create) => create.ExecuteAsync(
            new(Scope.Staff, customer.Id, name, new ProxyUserLimits(LimitBytes: cap)), default))).Value;
        long account = await plane.Database.ScalarAsync<long>(
            $"select coalesce((select id from quota_accounts where proxy_user_id = {user.ProxyUserId}), (select id from "
                + $"quota_accounts where customer_id = {customer.Id}), 0)");
        return new Metered(plane, customer, plan, user.ProxyUserId, account);
    }

    public static CreatePlan.Request Subscription(long bytes, PlanLimits? limits = null) =>
        new("Plan", PlanKind.Subscription, 999, "USD", bytes, Limits: limits);

    public LeaseSource Node(string name) => new(plane.Database.Source, name);

    public async Task<LeaseGrant> TakeAsync(string node, long bytes) =>
        await Node(node).TakeAsync(new LeaseRequest(accountId, proxyUserId, bytes, 1), default);

    /// <param name="at">Null is the database's own time.</param>
    public Task BookAsync(string node, long bytes, DateTimeOffset? at = null) => plane.Database.ExecuteAsync(
        $"select book_consumption('{node}', '{{{proxyUserId}}}', '{{{bytes}}}', "
            + $"{(at is { } t ? $"'{t:O}'" : "clock_timestamp()")})");

    public Task CreditAsync(long amount) =>
        plane.AskAsync((CreditWallet credit) => credit.ExecuteAsync(new(customer.Id, amount, plan.Currency), default));

    public async Task<QuotaSummary> QuotaAsync() =>
        (await plane.AskAsync((QuotaQueries q) => q.FindAsync(Scope.Of(customer.Id), customer.Id, default)))!;

    public Task<long> ColumnAsync(string column) =>
        plane.Database.ScalarAsync<long>($"select ({column})::bigint from quota_accounts where id = {accountId}");
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.ControlPlane.Tests.Invoices;

namespace AtlanticProxy.ControlPlane.Tests.Subscriptions;

/// <summary>A customer who buys, and what the clock does about it.</summary>
internal sealed class Subscriber(ControlPlaneTest plane, CustomerSummary customer)
{
    public const long Gb = 1_000_000_000;

    public long Id => customer.Id;

    public Scope Scope => Scope.Of(customer.Id);

    public static async Task<Subscriber> StartAsync(ControlPlaneTest plane, string email = "ann@example.com") =>
        new(plane, await plane.CustomerAsync(email));

    public static async Task<PlanSummary> PlanAsync(
        ControlPlaneTest plane, string name = "Personal", long price = 2900, long? gb = 50, PlanOffer? offer = null,
        PlanLimits? limits = null, PlanKind kind = PlanKind.Subscription) =>
        (await plane.AskAsync((CreatePlan create) => create.ExecuteAsync(
            new(name, kind, price, "USD", gb * Gb, Limits: limits, Offer: offer), default))).Value;

    public Task CreditAsync(long amount) => plane.AskAsync((CreditWallet credit) =>
        credit.ExecuteAsync(new(Id, amount, "USD"), default));

    public Task<Result<OrderSummary>> OrderAsync(
        OrderKind kind, long? plan = null, long? amount = null, string? coupon = null) =>
        plane.AskAsync((PlaceOrder place) => place.ExecuteAsync(new(Scope, Id, kind, plan, amount, coupon), default));

    /// <summary>With a plan that is paid for.</summary>
    public async Task<SubscriptionSummary> BuyAsync(PlanSummary plan, long credit)
    {
        await CreditAsync(credit);
        Assert.AreEqual(OrderState.Paid, (await OrderAsync(OrderKind.Subscription, plan.Id)).Value.State);
        return (await RunningAsync())!;
    }

    public Task<SubscriptionSummary?> RunningAsync() => plane.AskAsync((SubscriptionQueries queries) =>
        queries.RunningAsync(Scope, Id, default));

    public Task<long> BalanceAsync() => plane.Database.ScalarAsync<long>(
        $"select coalesce((select balance from ledger_accounts where kind = 'wallet' and customer_id = {Id}), 0)");

    public Task<string> GrantsAsync() => plane.Database.ScalarAsync<string>($"""
        select coalesce(string_agg(origin || ' ' || used / 1000000000 || '/' || amount / 1000000000 || ' '
            || to_char(valid_from at time zone 'UTC', 'YYYY-MM-DD') || ' '
            || coalesce(to_char(valid_until at time zone 'UTC', 'YYYY-MM-DD'), '-'), ', ' order by valid_from, id), '')
        from grants where customer_id = {Id}
        """);

    /// <summary>As proxy users of the customer have it: the last period's grant is used.</summary>
    public Task UseAsync(long gb) => plane.Database.ExecuteAsync($"""
        update grants set used = used + {gb * Gb} where id = (select max(id) from grants where customer_id = {Id})
        """);

    public Task<string> EventsAsync() => plane.Database.ScalarAsync<string>($"""
        select coalesce(string_agg(kind, ' ' order by id), '') from events
        where customer_id = {Id} and kind not like 'invoice%' and kind not like 'order%'
        """);

    public static Task<JobReport> RunAsync<TJob>(ControlPlaneTest plane) where TJob : IClusterJob =>
        plane.AskAsync((TJob job) => job.ExecuteAsync(default));

    public Task<JobReport> RenewAsync() => RunAsync<RenewSubscriptions>(plane);

    public Task<JobReport> CollectAsync() => RunAsync<CollectUnpaid>(plane);

    /// <summary>What must hold at any time, whatever happened.</summary>
    public static async Task ProveAsync(ControlPlaneTest plane)
    {
        await plane.AssertBooksAgreeAsync();
        foreach (var (question, claim) in new[]
        {
            ("select coalesce(sum(e.amount), 0)::bigint from ledger_entries e", "the ledger sums to zero"),
            ("select count(*) from ledger_accounts where kind = 'wallet' and balance < 0", "no wallet is below zero"),
            ("""
            select count(*) from (select customer_id from subscriptions where state <> 'ended'
                group by 1 having count(*) > 1) twice
            """, "nobody has two subscriptions"),
        })
            Assert.AreEqual(0L, await plane.Database.ScalarAsync<long>(question), claim);
    }
}

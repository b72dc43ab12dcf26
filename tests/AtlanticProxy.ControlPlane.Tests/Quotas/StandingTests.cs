using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.ControlPlane.Tests.Quotas;

/// <summary>What pages say of a customer is what nodes do to it.</summary>
[TestClass]
public sealed class StandingTests
{
    [TestMethod]
    public async Task Subscription_IsServedToItsLastByte()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));

        await AssertAsync(plane, alice, Standing.Served, LeaseState.Granted);
        await alice.BookAsync("n", 999_999);
        await AssertAsync(plane, alice, Standing.Served, LeaseState.Granted);
        await alice.BookAsync("n", 1);
        await AssertAsync(plane, alice, Standing.QuotaExhausted, LeaseState.QuotaExhausted);
        Assert.AreEqual(0, (await alice.QuotaAsync()).Left);
    }

    [TestMethod]
    public async Task Period_ThatIsOver_IsServedThoughNobodyHasBegunTheNext()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));
        await alice.BookAsync("n", 1_000_000);
        await plane.Database.ExecuteAsync("update quota_accounts set period_end = now() - interval '1 second'");

        await AssertAsync(plane, alice, Standing.Served, LeaseState.Granted);
    }

    [TestMethod]
    public async Task Floor_OfAPlan_SlowsDownInPlaceOfRefusing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane,
            Metered.Subscription(1000, new PlanLimits(FloorBytesPerSecond: 10_000)));
        await alice.BookAsync("n", 1000);

        await AssertAsync(plane, alice, Standing.Slowed, LeaseState.QuotaExhausted);
    }

    [TestMethod]
    public async Task Wallet_WithoutCredit_IsNotServedUntilItHasSome()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, new("Plan", PlanKind.PerGb, 300, "USD"));

        await AssertAsync(plane, alice, Standing.BalanceExhausted, LeaseState.BalanceExhausted);
        await alice.CreditAsync(1);
        await AssertAsync(plane, alice, Standing.Served, LeaseState.Granted);
    }

    [TestMethod]
    public async Task Hours_AreServedForTheMinuteThatIsPaidAndNoLonger()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, new("Plan", PlanKind.Hourly, 60, "USD"));
        await alice.CreditAsync(1);

        Assert.AreEqual(LeaseState.Granted, (await alice.TakeAsync("n", 1)).State);
        await AssertStandingAsync(plane, alice, Standing.Served);
        await plane.Database.ExecuteAsync("update quota_accounts set last_minute = last_minute - 2");
        await AssertAsync(plane, alice, Standing.BalanceExhausted, LeaseState.BalanceExhausted);
    }

    [TestMethod]
    public async Task Cap_OfAProxyUser_IsItsOwnAlone()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000), cap: 1000);
        await alice.BookAsync("n", 1000);

        Assert.AreEqual(LeaseState.QuotaExhausted, (await alice.TakeAsync("n", 1)).State);
        Assert.AreEqual((Standing.Served, Standing.QuotaExhausted), await StandingsAsync(plane, alice));
    }

    [TestMethod]
    public async Task PlanThatHasEnded_SuspensionAndSwitch_ComeFirst()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));

        await plane.AskAsync((SetPlanEnd set) => set.ExecuteAsync(
            new(alice.Customer.Id, plane.Time.GetUtcNow().AddDays(-1)), default));
        await AssertAsync(plane, alice, Standing.SubscriptionEnded, LeaseState.SubscriptionEnded);

        await plane.AskAsync((SetCustomerState set) => set.ExecuteAsync(
            new(alice.Customer.Id, CustomerState.Suspended), default));
        await AssertStandingAsync(plane, alice, Standing.Suspended);

        await plane.Database.ExecuteAsync("update proxy_users set enabled = false");
        Assert.AreEqual((Standing.Suspended, Standing.Disabled), await StandingsAsync(plane, alice));
    }

    [TestMethod]
    public async Task Customer_WithoutAPlan_IsServed()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = (await plane.AskAsync((CreateCustomer create) =>
            create.ExecuteAsync(new("free@example.com", ""), default))).Value;

        Assert.AreEqual(Standing.Served, (await plane.AskAsync((CustomerQueries queries) =>
            queries.FindAsync(Scope.Staff, customer.Id, default))).Value.Standing);
    }

    private static async Task AssertAsync(ControlPlaneTest plane, Metered customer, Standing standing, LeaseState lease)
    {
        await AssertStandingAsync(plane, customer, standing);
        Assert.AreEqual(lease, (await customer.TakeAsync("other", 1)).State);
        await plane.Database.ExecuteAsync("delete from quota_leases");
    }

    private static async Task AssertStandingAsync(ControlPlaneTest plane, Metered customer, Standing standing) =>
        Assert.AreEqual((standing, standing), await StandingsAsync(plane, customer));

    private static async Task<(Standing Customer, Standing ProxyUser)> StandingsAsync(ControlPlaneTest plane, Metered of) => (
        (await plane.AskAsync((CustomerQueries queries) => queries.FindAsync(Scope.Staff, of.Customer.Id, default)))
            .Value.Standing,
        (await plane.AskAsync((ProxyUserQueries queries) => queries.FindAsync(Scope.Staff, of.ProxyUserId, default)))
            .Value.Standing);
}

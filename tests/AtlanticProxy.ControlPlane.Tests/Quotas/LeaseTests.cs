using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.ControlPlane.Tests.Quotas;

[TestClass]
public sealed class LeaseTests
{
    private const long LeastPart = 65_536;

    [TestMethod]
    public async Task Take_OfMuch_IsGrantedAsAskedAndShrinksWithTheRest()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));

        Assert.AreEqual(new LeaseGrant(100_000, int.MaxValue, LeaseState.Granted, LeaseSource.ValidFor),
            await alice.TakeAsync("n1", 100_000));
        Assert.AreEqual(450_000, (await alice.TakeAsync("n1", 10_000_000)).Bytes); // half of 900 000
        Assert.AreEqual(112_500, (await alice.TakeAsync("n2", 10_000_000)).Bytes); // half of 450 000, between two nodes
        var parts = new List<long>();
        for (var part = await alice.TakeAsync("n1", 10_000_000); part.State == LeaseState.Granted;
            part = await alice.TakeAsync("n1", 10_000_000))
            parts.Add(part.Bytes);
        Assert.AreEqual(1_000_000 - 100_000 - 450_000 - 112_500, parts.Sum());
        Assert.IsTrue(parts.SkipLast(1).All(part => part >= LeastPart));
        Assert.AreEqual(new LeaseGrant(0, 0, LeaseState.QuotaExhausted, LeaseSource.RefusedFor), await alice.TakeAsync("n2", 1));
    }

    [TestMethod]
    public async Task Take_ByTwoNodesInParallel_NeverExceedsTheQuotaAndAllIsAccountedFor()
    {
        const long quota = 20_000_000;
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(quota));
        long booked = 0;

        await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            string name = $"n{i % 2}/run";
            var node = alice.Node(name);
            var random = new Random(i);
            for (int step = 0; step < 25; step++)
            {
                var part = await node.TakeAsync(new(alice.AccountId, alice.ProxyUserId, random.Next(1, 800_000), 1), default);
                if (part.State != LeaseState.Granted)
                    return;
                long used = random.NextInt64(0, part.Bytes + 1);
                if (used > 0)
                    await alice.BookAsync(name, used);
                await node.ReturnAsync(alice.AccountId, part.Bytes - used, 0, default);
                Interlocked.Add(ref booked, used);
                Assert.IsLessThanOrEqualTo(quota, await alice.ColumnAsync("consumed + quota_leased(id, clock_timestamp())"));
            }
        }));

        Assert.AreEqual((booked, 0L),
            (await alice.ColumnAsync("consumed"), await alice.ColumnAsync("quota_leased(id, clock_timestamp())")));
        for (var part = await alice.TakeAsync("n0/run", 5_000_000); part.State == LeaseState.Granted;
            part = await alice.TakeAsync("n0/run", 5_000_000))
            await alice.BookAsync("n0/run", part.Bytes);
        Assert.AreEqual(quota, await alice.ColumnAsync("consumed"));
    }

    [TestMethod]
    public async Task Lease_OfANodeThatDied_ExpiresAndItsLateBytesCountOnce()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));
        await alice.TakeAsync("dead/1", 400_000);

        await plane.Database.ExecuteAsync("update quota_leases set expires_at = clock_timestamp() - interval '1 second'");
        Assert.AreEqual(500_000, (await alice.TakeAsync("n2", 10_000_000)).Bytes);
        await alice.BookAsync("dead/1", 300_000);

        Assert.AreEqual((300_000L, 500_000L, 700_000L),
            (await alice.ColumnAsync("consumed"), await alice.ColumnAsync("quota_leased(id, clock_timestamp())"),
                (await alice.QuotaAsync()).Left));
    }

    [TestMethod]
    public async Task ProxyUser_WithACapOfItsOwn_StopsThereAndTakesFromTheCustomerToo()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000), cap: 100_000);
        long shared =
            await plane.Database.ScalarAsync<long>(
                $"select id from quota_accounts where customer_id = {alice.Customer.Id} and proxy_user_id is null");
        Assert.AreNotEqual(shared, alice.AccountId);

        var first = await alice.TakeAsync("n", 10_000_000);
        await alice.BookAsync("n", first.Bytes);
        var second = await alice.TakeAsync("n", 10_000_000);
        await alice.BookAsync("n", second.Bytes);

        Assert.AreEqual((LeastPart, 100_000 - LeastPart), (first.Bytes, second.Bytes));
        Assert.AreEqual(LeaseState.QuotaExhausted, (await alice.TakeAsync("n", 1)).State);
        Assert.AreEqual(100_000L,
            await plane.Database.ScalarAsync<long>($"select consumed from quota_accounts where id = {shared}"));
        Assert.AreEqual(LeaseState.Granted, (await alice.Node("n").TakeAsync(new(shared, 0, 1000, 1), default)).State);
    }

    [TestMethod]
    public async Task Wallet_OfAPerGbPlan_LeasesWhatItPaysFor()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, new("Plan", PlanKind.PerGb, 250, "USD"));
        Assert.AreEqual(LeaseState.BalanceExhausted, (await alice.TakeAsync("n", 1_000_000)).State);

        await alice.CreditAsync(500); // 2 GB
        Assert.AreEqual(Metered.Gb, (await alice.TakeAsync("n", 10 * Metered.Gb)).Bytes);
        Assert.AreEqual(2 * Metered.Gb, (await alice.QuotaAsync()).Left);

        // What is leased cannot be spent otherwise.
        var refused = await plane.AskAsync((ChargeWallet charge) =>
            charge.ExecuteAsync(new(alice.Customer.Id, 251, "USD", "sale"), default));
        Assert.AreEqual("ledger.not_enough", refused.Codes());
        Assert.IsTrue(
            (await plane.AskAsync((ChargeWallet charge) =>
                charge.ExecuteAsync(new(alice.Customer.Id, 250, "USD", "sale"), default))).IsSuccess);
        Assert.AreEqual(LeaseState.BalanceExhausted, (await alice.TakeAsync("n", 1)).State);
        await alice.BookAsync("n", Metered.Gb);
        await plane.Database.ScalarAsync<long>($"select quota_settle({alice.AccountId}, now())");
        Assert.AreEqual(0L, await plane.Database.ScalarAsync<long>("select balance from ledger_accounts where kind = 'wallet'"));
    }

    [TestMethod]
    public async Task Hourly_PaysForEachMinuteOnceWhicheverNodeAsks()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, new("Plan", PlanKind.Hourly, 60, "EUR"));
        await alice.CreditAsync(2);

        var part = await alice.TakeAsync("n", 1_000);
        Assert.AreEqual((long.MaxValue, 1, LeaseState.Granted), (part.Bytes, part.Minutes, part.State));
        await alice.BookAsync("n", 123_456_789);
        await plane.Database.ExecuteAsync("update quota_accounts set consumed = 0, unsettled = 0, last_minute = 0");

        async Task<string> TakeAtAsync(string node, DateTimeOffset at) =>
            await plane.Database.ScalarAsync<string>(
                $"select state from lease_take('{node}', {alice.AccountId}, 1000, '15 minutes', '{at:O}')");
        var at = plane.Time.Now;
        Assert.AreEqual("granted", await TakeAtAsync("n", at));
        Assert.AreEqual("granted", await TakeAtAsync("m", at.AddSeconds(59)));
        Assert.AreEqual(1L, await alice.ColumnAsync("consumed"));
        Assert.AreEqual("granted", await TakeAtAsync("n", at.AddMinutes(5)));
        Assert.AreEqual("granted", await TakeAtAsync("n", at.AddMinutes(5).AddSeconds(30)), "The last minute is paid.");
        Assert.AreEqual("balance_exhausted", await TakeAtAsync("n", at.AddMinutes(6)));
        Assert.AreEqual((2L, 0L), (await alice.ColumnAsync("consumed"), (await alice.QuotaAsync()).Left));
        Assert.AreEqual(2L, await plane.Database.ScalarAsync<long>($"select quota_settle({alice.AccountId}, now())"));
    }

    [TestMethod]
    public async Task Take_OfLittleWhileMuchIsLeft_IsGrantedMore()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(10 * Metered.Gb));

        Assert.AreEqual(Metered.Gb / 2, (await alice.TakeAsync("n", 1)).Bytes);
    }

    [TestMethod]
    public async Task Subscription_ThatEnded_IsRefusedAsSuch()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));
        await plane.Database.ExecuteAsync("update quota_accounts set ends_at = now() - interval '1 second'");

        Assert.AreEqual(LeaseState.SubscriptionEnded, (await alice.TakeAsync("n", 1)).State);
    }

    [TestMethod]
    public async Task Take_FromAClosedAccount_IsNotBounded()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));
        await plane.AskAsync((ControlPlane.Customers.AssignPlan assign) =>
            assign.ExecuteAsync(new(alice.Customer.Id, null), default));

        Assert.AreEqual((long.MaxValue, LeaseState.Granted),
            ((await alice.TakeAsync("n", 1)).Bytes, (await alice.TakeAsync("n", 1)).State));
        await alice.BookAsync("n", 5);
    }
}

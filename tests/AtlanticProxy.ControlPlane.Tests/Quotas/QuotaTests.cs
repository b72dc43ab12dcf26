using System.Globalization;
using System.Numerics;
using System.Text.Json;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Tests.Snapshots;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Engine.Usage.Journal;
using AtlanticProxy.Testing;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Quotas;

[TestClass]
public sealed class QuotaTests
{
    [TestMethod]
    [DataRow("2026-01-31T10:00:00Z", "month", 1, "2026-02-28T09:59:59Z", "2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z")]
    [DataRow("2026-01-31T10:00:00Z", "month", 1, "2026-02-28T10:00:00Z", "2026-02-28T10:00:00Z", "2026-03-31T10:00:00Z")]
    [DataRow("2026-01-31T10:00:00Z", "month", 1, "2028-03-01T00:00:00Z", "2028-02-29T10:00:00Z", "2028-03-31T10:00:00Z")]
    [DataRow("2024-02-29T00:00:00Z", "month", 12, "2026-03-01T00:00:00Z", "2026-02-28T00:00:00Z", "2027-02-28T00:00:00Z")]
    [DataRow("2026-03-20T00:30:00Z", "week", 1, "2026-03-29T02:30:00Z", "2026-03-27T00:30:00Z", "2026-04-03T00:30:00Z")]
    [DataRow("2026-03-20T12:00:00Z", "day", 30, "2026-03-20T12:00:00Z", "2026-03-20T12:00:00Z", "2026-04-19T12:00:00Z")]
    public async Task Period_OfAnInstant_BeginsOnItsOwnDay(
        string anchor, string unit, int length, string at, string start, string end)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        // Whatever the session's time zone, with its summer time, thinks of it.
        string period = await plane.Database.ScalarAsync<string>($$"""
            select set_config('timezone', 'Europe/Berlin', true) || '|' || to_char(p.period_start at time zone 'UTC',
                'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '|' || to_char(p.period_end at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            from quota_period('{{anchor}}', '{{unit}}', {{length}}, '{{at}}') p
            """);

        Assert.AreEqual($"Europe/Berlin|{start}|{end}", period);
    }

    [TestMethod]
    public async Task Period_ThatIsOver_BeginsAnewOnceThoughTheClockGoesBack()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));
        await alice.BookAsync("n", 1_000_000);
        Assert.AreEqual(Engine.Usage.Leases.LeaseState.QuotaExhausted, (await alice.TakeAsync("n", 1)).State);
        var end = (await alice.QuotaAsync()).PeriodEnd!.Value;

        await alice.BookAsync("n", 10, at: end.AddSeconds(1));
        Assert.AreEqual((10L, end), (await alice.ColumnAsync("consumed"), (await alice.QuotaAsync()).PeriodStart));

        await alice.BookAsync("n", 10, at: end.AddHours(-1));
        Assert.AreEqual((20L, end), (await alice.ColumnAsync("consumed"), (await alice.QuotaAsync()).PeriodStart));
    }

    [TestMethod]
    public async Task Settlements_OfAnyAmounts_LoseNoFraction()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        int run = 0;
        var uses = Gen.Choose(1, int.MaxValue).Select(bytes => (long)bytes).NonEmptyListOf();
        foreach (var (price, parts) in (from price in Gen.Choose(1, 5000) from parts in uses select (price, parts.ToArray()))
            .Sample(12, 12))
        {
            var user = await Metered.StartAsync(plane, new($"Plan {++run}", PlanKind.PerGb, price, "USD"), $"user{run}");
            long charged = 0;
            foreach (long part in parts)
            {
                await user.BookAsync("n", part);
                charged += await plane.Database.ScalarAsync<long>($"select quota_settle({user.AccountId}, now())");
            }
            var (whole, fraction) = BigInteger.DivRem(parts.Aggregate(BigInteger.Zero, (sum, part) => sum + part) * price,
                Metered.Gb);
            Assert.AreEqual((long)whole, charged);
            Assert.AreEqual((long)fraction, await user.ColumnAsync("remainder"));
            Assert.AreEqual(-charged, await plane.Database.ScalarAsync<long>(
                $"select coalesce((select balance from ledger_accounts where kind = 'wallet' and customer_id = "
                    + $"{user.Customer.Id}), 0)"));
        }
        Assert.IsEmpty(await plane.AskAsync((VerifyBalances verify) => verify.ExecuteAsync(default)));
    }

    [TestMethod]
    public async Task Left_OfAWallet_IsTheSameBeforeAndAfterSettling()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, new("Plan", PlanKind.PerGb, 333, "USD"));
        await alice.CreditAsync(1000);
        await alice.BookAsync("n", 1_234_567_891);
        long before = (await alice.QuotaAsync()).Left;

        await plane.AskAsync((SettleWallets settle) => settle.ExecuteAsync(default));

        Assert.AreEqual((before, 0L), ((await alice.QuotaAsync()).Left, await alice.ColumnAsync("unsettled")));
        Assert.AreEqual(1000 - 411,
            await plane.Database.ScalarAsync<long>("select balance from ledger_accounts where kind = 'wallet'"));
    }

    [TestMethod]
    public async Task Warnings_At80And100Percent_AreWrittenOnceAPeriod()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1000));
        foreach (int bytes in new[] { 799, 1, 50, 150, 20 })
            await alice.BookAsync("n", bytes);

        var events = await EventsAsync(plane, alice);
        CollectionAssert.AreEqual(new[] { "quota_exhausted", "quota_warning" }, events.Select(e => e.Kind).ToArray());
        using var warning = JsonDocument.Parse(events[1].Payload);
        Assert.AreEqual((80, 200L, 1000L),
            (warning.RootElement.GetProperty("percent").GetInt32(), warning.RootElement.GetProperty("left").GetInt64(),
                warning.RootElement.GetProperty("limit").GetInt64()));

        await alice.BookAsync("n", 900, at: (await alice.QuotaAsync()).PeriodEnd);
        Assert.HasCount(3, await EventsAsync(plane, alice));
        Assert.IsEmpty(
            await plane.AskAsync((QuotaQueries q) =>
                q.EventsAsync(Scope.Of(alice.Customer.Id + 1), alice.Customer.Id, 10, default)));
    }

    [TestMethod]
    public async Task Warnings_OfAWallet_ComeAgainAfterATopUp()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, new("Plan", PlanKind.PerGb, 100, "USD"));
        await alice.CreditAsync(100);
        await alice.BookAsync("n", Metered.Gb / 10 * 8);
        await alice.BookAsync("n", Metered.Gb / 10);
        await alice.BookAsync("n", Metered.Gb / 10);
        await alice.CreditAsync(200);
        await alice.BookAsync("n", Metered.Gb / 10 * 17);

        CollectionAssert.AreEqual(new[] { "quota_warning", "quota_exhausted", "quota_warning" },
            (await EventsAsync(plane, alice)).Select(e => e.Kind).ToArray());
    }

    [TestMethod]
    public async Task Forecast_FromTheLastDays_SaysWhenItRunsOut()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));
        var now = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        await plane.Database.ExecuteAsync("update grants set valid_from = valid_from - interval '10 days'");
        Assert.IsNull((await alice.QuotaAsync()).RunsOutAt);
        async Task<string> ForecastAsync() => await plane.Database.ScalarAsync<string>(
            $"select coalesce(to_char(quota_forecast(q, '{now:O}') at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), '') "
                + $"from quota_accounts q where id = {alice.AccountId}");

        await alice.BookAsync("n", 100_000, at: now.AddDays(-2));
        await alice.BookAsync("n", 100_000, at: now.AddDays(-1));

        Assert.AreEqual($"{now.AddDays(8):yyyy-MM-dd HH:mm}", await ForecastAsync());
        Assert.IsNotNull((await alice.QuotaAsync()).RunsOutAt);
        await alice.BookAsync("n", 1, at: now); // so little a day that the period ends before
        await plane.Database.ExecuteAsync("delete from quota_days where amount > 1");
        Assert.AreEqual("", await ForecastAsync());
    }

    [TestMethod]
    public async Task Plan_Changed_IsForNewCustomersUntilGivenAgain()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1000));
        await alice.BookAsync("n", 10);

        var changed =
            (await plane.AskAsync((ChangePlan change) =>
                change.ExecuteAsync(new(alice.Plan.Id, 1999, 5000, new PlanLimits(PeriodUnit.Week, Seats: 3)), default))).Value;
        var ben = (await plane.AskAsync((CreateCustomer create) =>
            create.ExecuteAsync(new("ben@example.com", "", alice.Plan.Id), default))).Value;

        Assert.AreEqual((1999L, 5000L, PeriodUnit.Week, 3),
            (changed.Price, changed.IncludedBytes!.Value, changed.Limits.PeriodUnit, changed.Limits.Seats!.Value));
        Assert.AreEqual((1000L, 10L), ((await alice.QuotaAsync()).Limit!.Value, (await alice.QuotaAsync()).Used));
        Assert.AreEqual(5000L, (await plane.AskAsync((QuotaQueries q) => q.FindAsync(Scope.Staff, ben.Id, default)))!.Limit);
        Assert.AreEqual("1:999 2:1999",
            await plane.Database.ScalarAsync<string>(
                "select string_agg(number || ':' || price, ' ' order by number) from plan_versions"));

        await plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(alice.Customer.Id, alice.Plan.Id), default));
        Assert.AreEqual((5000L, 0L), ((await alice.QuotaAsync()).Limit!.Value, (await alice.QuotaAsync()).Used));
        await alice.BookAsync("n", 7);
        await plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(alice.Customer.Id, alice.Plan.Id), default));
        Assert.AreEqual(7L, (await alice.QuotaAsync()).Used, "The same terms again are no new purchase.");
    }

    [TestMethod]
    public async Task Seats_OfThePlan_AreNotExceeded()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1000, new PlanLimits(Seats: 2)));
        await plane.ProxyUserAsync(alice.Customer.Id, "second");

        Assert.AreEqual("proxy_user.no_seat",
            (await plane.AskAsync((CreateProxyUser create) =>
                create.ExecuteAsync(new(Scope.Staff, alice.Customer.Id, "third"), default))).Codes());
    }

    [TestMethod]
    public async Task UsageBatch_Written_ConsumesItsNodesLeaseOnce()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));
        await alice.TakeAsync("n/1", 300_000);
        long slot = plane.Time.Now.ToUnixTimeSeconds();
        await using var store = new UsageStore(plane.Database.Source);
        var batch = new UsageBatch("n/1", 1,
            [new(new(alice.ProxyUserId, 1, "us", slot), 100, 50_000, 1), new(new(alice.ProxyUserId, 2, "", slot), 0, 9_900, 1),
                new(new(999, 1, "", slot), 7, 7, 1)]);

        Assert.AreEqual((1, 0), (await store.WriteAsync([batch], default), await store.WriteAsync([batch], default)));

        Assert.AreEqual((60_000L, 240_000L),
            (await alice.ColumnAsync("consumed"), await alice.ColumnAsync("quota_leased(id, clock_timestamp())")));
    }

    [TestMethod]
    public async Task Engine_OfACustomerWithAQuota_KnowsItsAccountAndHearsOfTopUps()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, new("Plan", PlanKind.PerGb, 100, "USD"));
        await plane.ProxyUserAsync((await plane.CustomerAsync("ben@example.com")).Id, "benny");
        await using var engine = await FollowedEngine.StartAsync(plane);
        Assert.AreEqual(alice.AccountId, engine.Snapshot.FindUser("alice")!.QuotaAccountId);
        Assert.IsNull(engine.Snapshot.FindUser("benny")!.QuotaAccountId);

        await alice.CreditAsync(100);
        await Poll.UntilAsync(() => engine.Deltas.Any(delta => delta.RefilledAccounts.Contains(alice.AccountId)));

        await plane.Database.ExecuteAsync("update proxy_users set limit_bytes = 1000 where name = 'alice'");
        await engine.UntilAsync(s =>
            s.FindUser("alice")!.QuotaAccountId is { } own && own != alice.AccountId, "a cap of its own");
        await plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(alice.Customer.Id, null), default));
        await plane.Database.ExecuteAsync("update proxy_users set limit_bytes = null where name = 'alice'");
        await engine.UntilAsync(s => s.FindUser("alice")!.QuotaAccountId is null, "nothing bounds it");
        Assert.AreEqual(1, engine.Replacements);
    }

    [TestMethod]
    public async Task PlanVersion_ChangedByHand_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await Metered.StartAsync(plane, Metered.Subscription(1000));

        await Assert.ThrowsExactlyAsync<Npgsql.PostgresException>(() =>
            plane.Database.ExecuteAsync("update plan_versions set price = 1"));
    }

    [TestMethod]
    public async Task Quota_OutOfScopeOrUnbounded_IsNone()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1000));
        var ben = await plane.CustomerAsync("ben@example.com");

        Assert.IsNull(await plane.AskAsync((QuotaQueries q) => q.FindAsync(Scope.Of(ben.Id), alice.Customer.Id, default)));
        Assert.IsNull(await plane.AskAsync((QuotaQueries q) => q.FindAsync(Scope.Staff, ben.Id, default)));
    }

    private static Task<IReadOnlyList<CustomerEvent>> EventsAsync(ControlPlaneTest plane, Metered of) =>
        plane.AskAsync((QuotaQueries q) => q.EventsAsync(Scope.Of(of.Customer.Id), of.Customer.Id, 10, default));

    [TestMethod]
    public async Task Cap_GivenWhileItsCustomerIsGivenAPlan_IsOfThatPlansPeriod()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1000, new PlanLimits(PeriodUnit.Week)));
        var daily = (await plane.AskAsync((CreatePlan create) => create.ExecuteAsync(
            new("Daily", PlanKind.Subscription, 99, "USD", 100, Limits: new PlanLimits(PeriodUnit.Day)), default))).Value;

        await plane.Database.MeetAsync($"update customers set plan_id = {daily.Id}",
            () => plane.AskAsync((UpdateProxyUserLimits update) =>
                update.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId, new(LimitBytes: 10)), default)));

        Assert.AreEqual(1L,
            await plane.Database.ScalarAsync<long>(
                "select count(distinct (period_unit, period_length, anchor_at, period_start, period_end)) from quota_accounts"));
    }

    [TestMethod]
    public async Task Plan_GivenWhileALeaseIsTaken_WaitsForItAndNotItForThePlan()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        // The cap's account is the older one, so a lease locks it first.
        var customer = await plane.CustomerAsync();
        await plane.AskAsync((CreateProxyUser create) =>
            create.ExecuteAsync(new(Scope.Staff, customer.Id, "alice", new(LimitBytes: 10)), default));
        var plan = (await plane.AskAsync((CreatePlan create) => create.ExecuteAsync(Metered.Subscription(1000), default))).Value;
        var other = (
            await plane.AskAsync((CreatePlan create) =>
                create.ExecuteAsync(Metered.Subscription(2000) with { Name = "Other" }, default))).Value;
        await plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(customer.Id, plan.Id), default));
        await using var lease = await plane.Database.Source.OpenConnectionAsync();
        await using var transaction = await lease.BeginTransactionAsync();

        await LockAsync("proxy_user_id is not null");
        var assigned = plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(customer.Id, other.Id), default));
        await Poll.UntilAsync(plane.Database.SomebodyWaitsAsync);
        await LockAsync("proxy_user_id is null");
        await transaction.CommitAsync();

        Assert.IsTrue((await assigned).IsSuccess);

        async Task LockAsync(string which)
        {
            await using var command = new NpgsqlCommand($"select 1 from quota_accounts where {which} for update", lease);
            await command.ExecuteNonQueryAsync();
        }
    }
}

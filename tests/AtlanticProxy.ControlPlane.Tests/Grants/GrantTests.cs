using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Tests.Quotas;
using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.ControlPlane.Tests.Grants;

[TestClass]
public sealed class GrantTests
{
    private static readonly Func<DateTimeOffset> s_now = TimeProvider.System.GetUtcNow;

    [TestMethod]
    public async Task Grants_OfAnyMix_AreUsedByPriorityThenEndThenAge()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1000));
        await GiveAsync(plane, alice, "top_up", 300, null);
        await GiveAsync(plane, alice, "lifetime", 400, null);
        await GiveAsync(plane, alice, "bonus", 100, s_now().AddDays(9));
        await GiveAsync(plane, alice, "bonus", 200, s_now().AddDays(3));

        foreach (int bytes in new[] { 150, 100, 1000, 250, 500 })
            await alice.BookAsync("n", bytes);

        Assert.AreEqual("Bonus 200/200, Bonus 100/100, Period 1000/1000, TopUp 300/300, Lifetime 400/400",
            await GrantsAsync(plane, alice));
        Assert.AreEqual(LeaseState.QuotaExhausted, (await alice.TakeAsync("n", 1)).State);
        await alice.BookAsync("n", 7); // what was on the wire already
        StringAssert.EndsWith(await GrantsAsync(plane, alice), "Lifetime 407/400");
    }

    [TestMethod]
    public async Task Lease_AcrossGrants_IsBookedAndReturnedToThoseItWasTakenOf()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(40_000));
        await GiveAsync(plane, alice, "bonus", 20_000, s_now().AddDays(1));
        await GiveAsync(plane, alice, "top_up", 30_000, null);

        Assert.AreEqual(65_536, (await alice.TakeAsync("n", 65_536)).Bytes);
        Assert.AreEqual(24_464, (await alice.TakeAsync("m", 65_536)).Bytes, "the other node gets what is left, and no more");
        await alice.BookAsync("n", 30_000);
        await alice.Node("n").ReturnAsync(alice.AccountId, 35_536, 0, default);

        Assert.AreEqual("Bonus 20000/20000, Period 10000/40000, TopUp 0/30000", await GrantsAsync(plane, alice));
        Assert.AreEqual(24_464L, await alice.ColumnAsync("quota_leased(id, clock_timestamp())"));
        await alice.BookAsync("m", 24_464);
        Assert.AreEqual("Bonus 20000/20000, Period 10000/40000, TopUp 24464/30000", await GrantsAsync(plane, alice));
        Assert.AreEqual(35_536L, (await alice.QuotaAsync()).Left);
    }

    [TestMethod]
    public async Task Use_LeasedBeforeAGrantEnded_CountsOnItAfterwards()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(50_000));
        await GiveAsync(plane, alice, "top_up", 50_000, null);
        Assert.AreEqual(50_000, (await alice.TakeAsync("n", 50_000)).Bytes);

        await plane.Database.ExecuteAsync("update grants set valid_from = valid_from - interval '1 day', "
            + "valid_until = clock_timestamp() - interval '1 second' where origin = 'period'");
        await plane.Database.ExecuteAsync("update quota_accounts set renews = false");
        await alice.BookAsync("n", 50_000);

        Assert.AreEqual("TopUp 0/50000, Period 50000/50000", await GrantsAsync(plane, alice), "the top-up outlives the period");
        Assert.AreEqual(50_000, (await alice.TakeAsync("n", 50_000)).Bytes);
    }

    [TestMethod]
    public async Task Wallet_BehindGrants_PaysForTheRestUpToTheCeiling()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, new("Plan", PlanKind.PerGb, 100, "USD"));
        await GiveAsync(plane, alice, "lifetime", Metered.Gb, null);
        await alice.CreditAsync(1000);
        await plane.Database.ExecuteAsync("update quota_accounts set overage_limit = 300");
        Assert.AreEqual((NextSource.Grant, Metered.Gb, 3 * Metered.Gb), await NextAsync(plane, alice));

        await alice.BookAsync("n", 2 * Metered.Gb);
        Assert.AreEqual((NextSource.Wallet, 0L, 2 * Metered.Gb), await NextAsync(plane, alice));
        Assert.AreEqual(100L, await plane.Database.ScalarAsync<long>($"select quota_settle({alice.AccountId}, now())"));
        Assert.AreEqual((NextSource.Wallet, 0L, 2 * Metered.Gb), await NextAsync(plane, alice));
        await alice.BookAsync("n", 2 * Metered.Gb);

        Assert.AreEqual((NextSource.Nothing, 0L, 0L), await NextAsync(plane, alice));
        Assert.AreEqual(LeaseState.BalanceExhausted, (await alice.TakeAsync("n", 1)).State);
    }

    [TestMethod]
    public async Task Minutes_AreTakenOfGrantsBeforeTheWallet()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, new("Plan", PlanKind.Hourly, 60, "USD"));
        await GiveAsync(plane, alice, "lifetime", 1, null, "minutes");
        await GiveAsync(plane, alice, "bonus", 5, null); // bytes: of no use here

        Assert.AreEqual(LeaseState.Granted, (await alice.TakeAsync("n", 1)).State);
        Assert.AreEqual(LeaseState.Granted, (await alice.TakeAsync("m", 1)).State, "the minute is paid");
        await plane.Database.ExecuteAsync("update quota_accounts set last_minute = last_minute - 2");
        Assert.AreEqual(LeaseState.BalanceExhausted, (await alice.TakeAsync("n", 1)).State);
        Assert.AreEqual(0L, await alice.ColumnAsync("unsettled"));
        Assert.AreEqual("Bonus 0/5, Lifetime 1/1", await GrantsAsync(plane, alice));
    }

    [TestMethod]
    public async Task Floor_AndNoPlan_AreNamedAsWhatIsNext()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var slow = await Metered.StartAsync(plane, Metered.Subscription(1000, new PlanLimits(FloorBytesPerSecond: 10_000)));
        await slow.BookAsync("n", 1000);
        Assert.AreEqual((NextSource.Floor, 0L, 0L), await NextAsync(plane, slow));

        var free = await plane.CustomerAsync("free@example.com");
        var next = await plane.AskAsync((GrantQueries q) => q.WhatNextAsync(Scope.Of(free.Id), free.Id, default));
        Assert.AreEqual((NextSource.Unbounded, Standing.Served), (next!.Source, next.Standing));
        Assert.IsNull(await plane.AskAsync((GrantQueries q) => q.WhatNextAsync(Scope.Of(free.Id), slow.Customer.Id, default)));
        Assert.IsNull(await plane.AskAsync((GrantQueries q) => q.WhatNextAsync(Scope.Staff, 0, default)));
        Assert.IsEmpty(await plane.AskAsync((GrantQueries q) => q.ListAsync(Scope.Of(free.Id), slow.Customer.Id, default)));
    }

    [TestMethod]
    public async Task Staff_GivesTraffic_WhichIsThereAtOnce()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1000));
        await alice.BookAsync("n", 1000);

        await plane.AskAsync((GiveGrant give) => give.ExecuteAsync(
            new(alice.Customer.Id, 500, Until: s_now().AddDays(1), Memo: " Sorry for Tuesday "), default));

        Assert.AreEqual(LeaseState.Granted, (await alice.TakeAsync("n", 1)).State);
        var grant = (await plane.AskAsync((GrantQueries q) => q.ListAsync(Scope.Staff, alice.Customer.Id, default)))[0];
        Assert.AreEqual((GrantOrigin.Staff, 500L, 500L, "Sorry for Tuesday", true, false),
            (grant.Origin, grant.Amount, grant.Left, grant.Memo, grant.IsGood, grant.InMinutes));
        foreach (var (request, code) in new (GiveGrant.Request, string)[]
        {
            (new(alice.Customer.Id, 0), "grant.amount_invalid@Amount"),
            (new(alice.Customer.Id, 1, Until: plane.Time.Now), "grant.over@Until"),
            (new(alice.Customer.Id, 1, Memo: "a\tb"), "grant.memo_invalid@Memo"), (new(0, 1), "customer.not_found"),
        })
            Assert.AreEqual(code, (await plane.AskAsync((GiveGrant give) => give.ExecuteAsync(request, default))).Codes());
    }

    [TestMethod]
    public async Task Share_OfAProxyUser_IsTakenFromItsCustomersGrantsAndGivenBack()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));
        await GiveAsync(plane, alice, "bonus", 100_000, s_now().AddDays(1));
        Assert.IsTrue((await ShareAsync(plane, alice, 300_000)).IsSuccess);
        var sharer = await WithOwnAccountAsync(plane, alice);

        Assert.AreEqual("Period 0/800000, Bonus 0/0, Share 0/100000, Share 0/200000", Sorted(await GrantsAsync(plane, alice)));
        await sharer.BookAsync("n", 150_000);
        Assert.AreEqual(0L, await alice.ColumnAsync("consumed"), "nothing of the customer's own");
        long taken = 0;
        while (await sharer.TakeAsync("n", long.MaxValue) is { State: LeaseState.Granted } part)
            taken += part.Bytes;
        Assert.AreEqual(150_000L, taken, "its share and nothing else");
        await sharer.Node("n").ReturnAsync(sharer.AccountId, 150_000, 0, default);

        await plane.AskAsync((DeleteProxyUser delete) => delete.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId), default));
        Assert.AreEqual("Period 0/950000, Bonus 0/0, Share 100000/100000, Share 50000/50000",
            Sorted(await GrantsAsync(plane, alice)));
    }

    [TestMethod]
    public async Task Share_TakenBackOrRefused_LeavesEverythingWhereItWas()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1000));
        var other = await plane.CustomerAsync("other@example.com");

        Assert.AreEqual("share.not_enough@Bytes", (await ShareAsync(plane, alice, 1001)).Codes());
        Assert.AreEqual("share.amount_invalid@Bytes", (await ShareAsync(plane, alice, -1)).Codes());
        Assert.AreEqual("proxy_user.not_found", (await plane.AskAsync((ShareTraffic share) =>
            share.ExecuteAsync(new(Scope.Of(other.Id), alice.ProxyUserId, 1), default))).Codes());
        Assert.AreEqual("Period 0/1000", await GrantsAsync(plane, alice));
        Assert.AreEqual(0L, (await ShareAsync(plane, alice, 0)).Value, "there is none to take back");

        Assert.AreEqual(400L, (await ShareAsync(plane, alice, 400)).Value);
        Assert.AreEqual("share.exists", (await CapAsync(plane, alice, 10)).Codes());
        Assert.AreEqual(400L, (await ShareAsync(plane, alice, 0)).Value);
        Assert.AreEqual(1000L, (await alice.QuotaAsync()).Left);
        Assert.IsTrue((await CapAsync(plane, alice, 10)).IsSuccess);
        Assert.AreEqual("share.capped", (await ShareAsync(plane, alice, 1)).Codes());
    }

    [TestMethod]
    public async Task Share_OfACustomerWithoutAPlan_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        var user = await plane.ProxyUserAsync(customer.Id);

        Assert.AreEqual("share.not_enough@Bytes", (await plane.AskAsync((ShareTraffic share) =>
            share.ExecuteAsync(new(Scope.Staff, user.ProxyUserId, 1), default))).Codes());
    }

    [TestMethod]
    public async Task Share_OfAllThatThereIs_IsServed_AndTheCustomersOthersAreNot()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1000));
        var other = await plane.AskAsync((CreateProxyUser create) =>
            create.ExecuteAsync(new(Scope.Staff, alice.Customer.Id, "other1"), default));
        Task<string> StandingAsync(long user) => plane.Database.ScalarAsync<string>($"select proxy_user_standing({user})");

        await ShareAsync(plane, alice, 1000);

        Assert.AreEqual(("served", "quota_exhausted"),
            (await StandingAsync(alice.ProxyUserId), await StandingAsync(other.Value.ProxyUserId)));
        await plane.AskAsync((SetCustomerState set) =>
            set.ExecuteAsync(new(alice.Customer.Id, CustomerState.Suspended), default));
        Assert.AreEqual("suspended", await StandingAsync(alice.ProxyUserId));
    }

    [TestMethod]
    public async Task Share_Resized_IsWhatIsAskedFor()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1000));
        async Task<string> ResizeAsync(long bytes, bool isTotal) => (await plane.AskAsync((ResizeShare resize) =>
            resize.ExecuteAsync(new(Scope.Of(alice.Customer.Id), alice.ProxyUserId, bytes, isTotal), default))).Codes();
        Task<long> LeftAsync() => plane.Database.ScalarAsync<long>(
            $"select quota_left(q, clock_timestamp()) from quota_accounts q where proxy_user_id = {alice.ProxyUserId}");

        Assert.AreEqual("share.none@Bytes", await ResizeAsync(0, isTotal: true));
        Assert.AreEqual("", await ResizeAsync(0, isTotal: false));
        foreach (var (bytes, isTotal, left) in new[]
        {
            (300, true, 300), (200, false, 500), (-100, false, 400), (700, true, 700), (50, true, 50), (0, true, 0),
            (1000, true, 1000), (-1000, false, 0),
        })
        {
            Assert.AreEqual("", await ResizeAsync(bytes, isTotal));
            Assert.AreEqual((long)left, await LeftAsync());
        }
        Assert.AreEqual("share.too_little@Bytes", await ResizeAsync(-1, isTotal: false));
        Assert.AreEqual("share.too_little@Bytes", await ResizeAsync(-1, isTotal: true));
        Assert.AreEqual("share.not_enough@Bytes", await ResizeAsync(1001, isTotal: true));
        Assert.AreEqual(0L, await LeftAsync(), "nothing of it was done");
        Assert.AreEqual("proxy_user.not_found", (await plane.AskAsync((ResizeShare resize) =>
            resize.ExecuteAsync(new(Scope.Of(alice.Customer.Id + 1), alice.ProxyUserId, -1), default))).Codes());
        await ShareAsync(plane, alice, 0);
        await CapAsync(plane, alice, 10);
        Assert.AreEqual("share.capped", await ResizeAsync(5, isTotal: true));
    }

    private static Task<ControlPlane.Results.Result<long>> ShareAsync(ControlPlaneTest plane, Metered of, long bytes) =>
        plane.AskAsync((ShareTraffic share) => share.ExecuteAsync(new(Scope.Of(of.Customer.Id), of.ProxyUserId, bytes), default));

    private static Task<ControlPlane.Results.Result<bool>> CapAsync(ControlPlaneTest plane, Metered of, long bytes) =>
        plane.AskAsync((UpdateProxyUserLimits update) =>
            update.ExecuteAsync(new(Scope.Staff, of.ProxyUserId, new(LimitBytes: bytes)), default));

    private static async Task<Metered> WithOwnAccountAsync(ControlPlaneTest plane, Metered of) =>
        new(plane, of.Customer, of.Plan, of.ProxyUserId,
            await plane.Database.ScalarAsync<long>($"select id from quota_accounts where proxy_user_id = {of.ProxyUserId}"));

    private static Task<long> GiveAsync(
        ControlPlaneTest plane, Metered to, string origin, long amount, DateTimeOffset? until, string measure = "bytes") =>
        plane.Database.ScalarAsync<long>($"select grant_add({to.Customer.Id}, '{measure}', {amount}, '{origin}', null, "
            + $"clock_timestamp(), {(until is { } end ? $"'{end:O}'" : "null")})");

    private static async Task<string> GrantsAsync(ControlPlaneTest plane, Metered of) => string.Join(", ",
        (await plane.AskAsync((GrantQueries q) => q.ListAsync(Scope.Of(of.Customer.Id), of.Customer.Id, default)))
        .Select(grant => $"{grant.Origin} {grant.Used}/{grant.Amount}"));

    /// <summary>Shares by what they have; the others in the order of drawing.</summary>
    private static string Sorted(string grants) => string.Join(", ", grants.Split(", ").OrderBy(each => each switch
    {
        _ when each.StartsWith("Period", StringComparison.Ordinal) => "0",
        _ when each.StartsWith("Bonus", StringComparison.Ordinal) => "1",
        _ => each,
    }, StringComparer.Ordinal));

    private static async Task<(NextSource, long, long)> NextAsync(ControlPlaneTest plane, Metered of)
    {
        var next = (await plane.AskAsync((GrantQueries q) =>
            q.WhatNextAsync(Scope.Of(of.Customer.Id), of.Customer.Id, default)))!;
        return (next.Source, next.Granted, next.ByWallet);
    }
}

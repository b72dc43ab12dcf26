using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Tests.Pools;

[TestClass]
public sealed class PoolTests
{
    private static Task<Result<PoolSummary>> AddAsync(ControlPlaneTest plane, string name, params PoolMemberSettings[] members) =>
        plane.AskAsync((AddPool add) => add.ExecuteAsync(new(name, new(PoolPolicy.Priority, members)), default));

    private static Task<Result<bool>> UpdateAsync(
        ControlPlaneTest plane, long id, PoolPolicy policy, params PoolMemberSettings[] members) =>
        plane.AskAsync((UpdatePool update) => update.ExecuteAsync(new(id, new(policy, members)), default));

    [TestMethod]
    public async Task Pool_AddedChangedAndRemoved_IsListedAsItIs()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.ProviderAsync("acme");
        var bolt = await plane.ProviderAsync("bolt");

        var pool = (await AddAsync(plane, "fast", new("bolt", 1, 5), new("acme"))).Value;

        CollectionAssert.AreEqual(new[] { "acme:0:1", "bolt:1:5" }, pool.Members.Select(member => member.ToString()).ToList());
        Assert.AreEqual("pool.name_taken@Name", (await AddAsync(plane, "fast", new PoolMemberSettings("acme"))).Codes());
        Assert.IsFalse((await UpdateAsync(plane, pool.Id, PoolPolicy.Priority, new("acme"), new("bolt", 1, 5))).Value,
            "it is so already");
        Assert.IsTrue((await UpdateAsync(plane, pool.Id, PoolPolicy.Cheapest, new PoolMemberSettings("bolt", 2, 5))).Value);
        CollectionAssert.AreEqual(new[] { "bolt:2:5" },
            (await plane.AskAsync((PoolQueries q) => q.FindByNameAsync("fast", default))).Value.Members.Select(member =>
                member.ToString()).ToList());

        await plane.AskAsync((RemoveProvider remove) => remove.ExecuteAsync(new(bolt.Id), default));
        Assert.IsEmpty((await plane.AskAsync((PoolQueries q) => q.FindAsync(pool.Id, default))).Value.Members,
            "a removed provider leaves its pools");
        Assert.IsTrue((await plane.AskAsync((RemovePool remove) => remove.ExecuteAsync(new(pool.Id), default))).IsSuccess);
        Assert.AreEqual("pool.not_found",
            (await plane.AskAsync((RemovePool remove) => remove.ExecuteAsync(new(pool.Id), default))).Codes());
        Assert.AreEqual("pool.not_found",
            (await UpdateAsync(plane, pool.Id, PoolPolicy.Priority, new PoolMemberSettings("acme"))).Codes());
    }

    [TestMethod]
    public async Task Pool_Invalid_SaysWhatIsWrong()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.ProviderAsync("acme");

        Assert.AreEqual("pool.name_invalid@Name", (await AddAsync(plane, "No!", new PoolMemberSettings("acme"))).Codes());
        Assert.AreEqual("pool.empty@Members", (await AddAsync(plane, "p")).Codes());
        Assert.AreEqual("pool.provider_unknown@Members", (await AddAsync(plane, "p", new PoolMemberSettings("nobody"))).Codes());
        Assert.AreEqual("pool.provider_twice@Members", (await AddAsync(plane, "p", new("acme"), new("acme", 2))).Codes());
        Assert.AreEqual("pool.tier_invalid@Members", (await AddAsync(plane, "p", new PoolMemberSettings("acme", 1001))).Codes());
        Assert.AreEqual("pool.weight_invalid@Members",
            (await AddAsync(plane, "p", new PoolMemberSettings("acme", 0, 0))).Codes());
    }

    [TestMethod]
    public async Task Plan_WithPool_HoldsItUntilItHasAnother()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.ProviderAsync("acme");
        var pool = (await AddAsync(plane, "fast", new PoolMemberSettings("acme"))).Value;

        var plan = (await plane.AskAsync((CreatePlan create) => create.ExecuteAsync(
            new("Pro", PlanKind.PerGb, 300, "USD", Pool: "fast", Includes: ["CITY", "country"]), default))).Value;

        Assert.AreEqual(("fast", "country,city"), (plan.PoolName, string.Join(',', plan.Includes)));
        Assert.AreEqual("pool.in_use",
            (await plane.AskAsync((RemovePool remove) => remove.ExecuteAsync(new(pool.Id), default))).Codes());
        Assert.IsFalse((await SetAsync(plan.Id, "fast", "country", "city")).Value, "it is so already");
        Assert.IsTrue((await SetAsync(plan.Id, "", "asn")).Value);
        Assert.AreEqual("plan.right_unknown@Includes", (await SetAsync(plan.Id, null, "planet")).Codes());
        Assert.AreEqual("plan.pool_unknown@Pool", (await SetAsync(plan.Id, "slow")).Codes());
        Assert.AreEqual("plan.not_found", (await SetAsync(plan.Id + 1, null)).Codes());
        Assert.IsTrue((await plane.AskAsync((RemovePool remove) => remove.ExecuteAsync(new(pool.Id), default))).IsSuccess);

        Task<Result<bool>> SetAsync(long id, string? name, params string[] includes) =>
            plane.AskAsync((SetPlanRouting set) => set.ExecuteAsync(new(id, name, includes), default));
    }

    [TestMethod]
    public async Task Remove_BesideAPlanThatTakesThePool_NeverLeavesThePlanWithoutIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.ProviderAsync("acme");
        for (int round = 0; round < 10; round++)
        {
            var pool = (await AddAsync(plane, "fast", new PoolMemberSettings("acme"))).Value;
            var plan = (await plane.AskAsync((CreatePlan create) =>
                create.ExecuteAsync(new($"Pro {round}", PlanKind.PerGb, 300, "USD"), default))).Value;

            var codes = await plane.Database.MeetAsync("select 1",
                async () => (await plane.AskAsync((RemovePool remove) => remove.ExecuteAsync(new(pool.Id), default))).Codes(),
                async () => (await plane.AskAsync((SetPlanRouting set) =>
                    set.ExecuteAsync(new(plan.Id, "fast", ["country"]), default))).Codes(),
                async () => (await UpdateAsync(plane, pool.Id, PoolPolicy.Cheapest, new PoolMemberSettings("acme", 2))).Codes());

            bool removed = codes[0].Length == 0;
            Assert.AreEqual((removed ? "" : "pool.in_use", removed ? "plan.pool_unknown@Pool" : ""), (codes[0], codes[1]));
            Assert.IsTrue(codes[2] is "" or "pool.not_found", codes[2]);
            await plane.Database.ExecuteAsync("update plans set pool_id = null; delete from pools");
        }
    }

    [TestMethod]
    [DataRow("acme", "acme:0:1"), DataRow("acme:2", "acme:2:1"), DataRow(" acme : 2 : 9", "acme:2:9")]
    [DataRow("", null), DataRow(":1", null), DataRow("acme:x", null), DataRow("acme:1:2:3", null), DataRow("acme:-1", null)]
    public void Member_Text_IsReadOrRefused(string text, string? expected) =>
        Assert.AreEqual(expected, PoolMemberSettings.Parse(text)?.ToString());
}

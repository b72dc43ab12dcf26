using System.Net;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Snapshots;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;
using Microsoft.Extensions.DependencyInjection;
using ProviderExit = AtlanticProxy.Engine.Snapshot.ProviderExit;

namespace AtlanticProxy.ControlPlane.Tests.Snapshots;

/// <summary>What routing goes by: providers, pools, plans' rights, generations.</summary>
[TestClass]
public sealed class RoutingSnapshotTests
{
    private static async Task<ProviderSummary> AddAsync(ControlPlaneTest plane, string name, ProviderSettings settings)
    {
        var added = await plane.AskAsync((AddProvider add) => add.ExecuteAsync(new(name, settings), default));
        Assert.IsTrue(added.IsSuccess, added.Codes());
        return added.Value;
    }

    [TestMethod]
    public async Task Read_EveryKindOfProvider_IsWholeInTheSnapshot()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await AddAsync(plane, "bright", new("", Password: "pw")
        {
            Preset = "brightdata", Username = "brd-customer-hl_1-zone-res", Countries = ["US", "de"], CostPerGb = 420,
            MaxConnections = 50,
        });
        await AddAsync(plane, "proxies",
            new("") { Preset = "list", List = "socks5://203.0.113.1:1080:u1:p1,us,New York\nsocks5://203.0.113.2:1080" });
        await AddAsync(plane, "own", new("") { Preset = "direct", LocalNetworks = ["198.51.100.7", "2001:db8::/64"] });
        await plane.Database.ExecuteAsync("update providers set cap_reached_until = now() where name = 'own'");

        var snapshot = await plane.Services.GetRequiredService<SnapshotReader>().ReadAllAsync(default);

        var bright = snapshot.Providers.Single(p => p.Name == "bright");
        Assert.StartsWith("brd-customer-hl_1-zone-res[-country-{country}]", bright.UsernameTemplate);
        Assert.AreEqual(("brd.superproxy.io", 33335, "pw", 420L, 50, false),
            (bright.Host, bright.Port, bright.Password, bright.CostPerGb, bright.MaxConnections, bright.CapReached));
        CollectionAssert.AreEqual(new[] { "us", "de" }, bright.Countries.ToArray());
        var proxies = snapshot.Providers.Single(p => p.Name == "proxies");
        Assert.AreEqual(UpstreamProtocol.Socks5, proxies.Protocol);
        CollectionAssert.AreEqual(
            new[] { new ProviderExit("203.0.113.1", 1080, "u1", "p1", "us", "newyork"), new ProviderExit("203.0.113.2", 1080) },
            proxies.Exits.ToArray());
        var own = snapshot.Providers.Single(p => p.Name == "own");
        CollectionAssert.AreEqual(new[] { IPNetwork.Parse("198.51.100.7/32"), IPNetwork.Parse("2001:db8::/64") },
            own.LocalNetworks.ToArray());
        Assert.IsTrue(own.CapReached);
    }

    [TestMethod]
    public async Task SessionKey_OfTwoNodesWithOneKeyFile_IsTheSame()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var other = plane.AnotherNode();

        var here = await plane.Services.GetRequiredService<SnapshotReader>().ReadAllAsync(default);
        var there = await other.GetRequiredService<SnapshotReader>().ReadAllAsync(default);

        Assert.AreEqual(32, here.SessionKey.Length);
        CollectionAssert.AreEqual(here.SessionKey.ToArray(), there.SessionKey.ToArray());
    }

    [TestMethod]
    public async Task Changes_OfPoolsPlansExitsAndGenerations_ReachTheEngineAsDeltas()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        var alice = await plane.ProxyUserAsync(customer.Id);
        var acme = await plane.ProviderAsync();
        await using var engine = await FollowedEngine.StartAsync(plane);

        await plane.Database.ExecuteAsync("insert into pools (name, policy) values ('fast', 'cheapest')");
        await engine.UntilAsync(s =>
            s.Pools.Values.SingleOrDefault() is { Name: "fast", Policy: PoolPolicy.Cheapest, Members: [] }, "pool added");
        await plane.Database.ExecuteAsync($"insert into pool_members select id, {acme.Id}, 2, 7 from pools");
        await engine.UntilAsync(s =>
            s.Pools.Values.Single().Members is [var member] && member == new PoolMember(acme.Id, 2, 7), "member added");
        await plane.Database.ExecuteAsync("delete from pool_members");
        await engine.UntilAsync(s => s.Pools.Values.Single().Members is [], "member removed");

        var plan = (await plane.AskAsync((CreatePlan create) =>
            create.ExecuteAsync(new("Pro", PlanKind.PerGb, 300, "USD"), default))).Value;
        await engine.UntilAsync(s =>
            s.Plans.GetValueOrDefault(plan.VersionId) is { Name: "Pro", PoolId: null, Includes: TargetingFields.All },
            "plan added");
        await plane.Database.ExecuteAsync("update plans set includes = '{country}', pool_id = (select id from pools)");
        long version = await plane.Database.ScalarAsync<long>("select version_id from plans");
        Assert.AreNotEqual(plan.VersionId, version);
        await engine.UntilAsync(s => s.Plans.GetValueOrDefault(version) is { PoolId: not null } rights
            && rights.Includes == (TargetingFields.Country | TargetingFields.Region | TargetingFields.Exclusion
                | TargetingFields.Session | TargetingFields.Ttl), "plan changed");
        await plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(customer.Id, plan.Id), default));
        await engine.UntilAsync(s => s.FindUser("alice")!.PlanId == version, "plan assigned");

        await plane.Database.ExecuteAsync("update customers set exit_generation = exit_generation + 1");
        await engine.UntilAsync(s => s.FindUser("alice")!.Generation == 1, "customer's exits changed");
        await plane.Database.ExecuteAsync("update proxy_users set exit_generation = exit_generation + 1");
        await engine.UntilAsync(s => s.FindUser("alice")!.Generation == 2, "user's exits changed");
        await plane.Database.ExecuteAsync(
            $"insert into session_exit_changes (proxy_user_id, session, generation) values ({alice.ProxyUserId}, 'Ab', 3)");
        await engine.UntilAsync(s =>
            s.FindUser("alice")!.SessionGenerations.GetValueOrDefault("Ab") == 3, "a session's exit changed");
        await plane.Database.ExecuteAsync("delete from session_exit_changes");
        await engine.UntilAsync(s => s.FindUser("alice")!.SessionGenerations.Count == 0, "forgotten again");

        await plane.Database.ExecuteAsync(
            $"insert into provider_exits (provider_id, position, host, port) values ({acme.Id}, 0, 'x.test', 1)");
        await engine.UntilAsync(s => s.Providers.Single().Exits.Length == 1, "exit added");
        await plane.Database.ExecuteAsync("update providers set cap_reached_until = now()");
        await engine.UntilAsync(s => s.Providers.Single().CapReached, "cap reached");
        Assert.AreEqual(1, engine.Replacements, "all of that must have come as deltas");
    }

    [TestMethod]
    public async Task Rank_OfPlans_IsByPriceAndThoseNoLongerSoldComeLast()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        foreach (var (name, price) in new[] { ("Dear", 900L), ("Cheap", 100L), ("Gone", 50L) })
            await plane.AskAsync((CreatePlan create) => create.ExecuteAsync(new(name, PlanKind.PerGb, price, "USD"), default));
        await plane.Database.ExecuteAsync("update plans set active = false where name = 'Gone'");

        var snapshot = await plane.Services.GetRequiredService<SnapshotReader>().ReadAllAsync(default);

        CollectionAssert.AreEqual(new[] { "Cheap", "Dear", "Gone" },
            snapshot.Plans.Values.OrderBy(plan => plan.Rank).Select(plan => plan.Name).ToList());
    }
}

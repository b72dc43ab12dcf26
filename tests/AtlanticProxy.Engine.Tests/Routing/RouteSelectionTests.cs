using System.Collections.Immutable;
using System.Net;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Routing.Health;
using AtlanticProxy.Engine.Snapshot;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Engine.Tests.Routing;

[TestClass]
public sealed class RouteSelectionTests
{
    private static readonly ProxyUser Alice = EngineUnderTest.User();
    private static readonly Destination Somewhere = new("example.com", 443, null);
    private readonly FakeTimeProvider _time = new();

    [TestMethod]
    public void Select_SameSession_SameProviderAndNameUpstreamOnEveryNode()
    {
        var targeting = new Targeting { Session = "cart1" };
        var here = new RoutingNode(_time, RoutingNode.Providers(5)).Select(targeting);
        var there = new RoutingNode(_time, RoutingNode.Providers(5)).Select(targeting);
        CollectionAssert.AreEqual(here.Select(Shown).ToList(), there.Select(Shown).ToList());
    }

    [TestMethod]
    public void Select_TwoUsersWithOneSessionName_HaveTwoNamesUpstream()
    {
        var node = new RoutingNode(_time, RoutingNode.Providers(1));
        var targeting = new Targeting { Session = "cart1" };
        Assert.AreNotEqual(node.Select(targeting)[0].Username,
            node.Select(targeting, EngineUnderTest.User(id: 2, name: "bob"))[0].Username);
    }

    [TestMethod]
    public void Select_AnotherKey_GivesOtherNamesUpstream()
    {
        var targeting = new Targeting { Session = "cart1" };
        Assert.AreNotEqual(new RoutingNode(_time, RoutingNode.Providers(1)).Select(targeting)[0].Username,
            new RoutingNode(_time, RoutingNode.Providers(1), key: [9]).Select(targeting)[0].Username);
    }

    [TestMethod]
    [DataRow(1), DataRow(10), DataRow(1440)]
    public void Select_SessionWithin_ItsTtl_TurnsOnceInEachTtl(int minutes)
    {
        var node = new RoutingNode(_time, RoutingNode.Providers(1));
        var targeting = new Targeting { Session = "s", TtlMinutes = minutes };
        var names = new List<string>();
        for (int step = 0; step < 100; step++)
        {
            names.Add(node.Select(targeting)[0].Username);
            _time.Advance(TimeSpan.FromMinutes(minutes) / 10);
        }
        int turns = names.Zip(names.Skip(1)).Count(pair => pair.First != pair.Second);
        Assert.IsTrue(turns is 9 or 10, $"{turns} turns in ten ttls");
        Assert.AreEqual(turns + 1, names.Distinct().Count(), "no name comes back");
    }

    [TestMethod]
    public void Select_SessionAfterItsTtl_StaysWithItsProvider()
    {
        var node = new RoutingNode(_time, RoutingNode.Providers(5));
        var targeting = new Targeting { Session = "s", TtlMinutes = 1 };
        long provider = node.Select(targeting)[0].Provider.Id;
        for (int i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.AreEqual(provider, node.Select(targeting)[0].Provider.Id);
        }
    }

    [TestMethod]
    public void Select_GenerationRaised_ChangesTheNameOfThatSessionOrOfAll()
    {
        var node = new RoutingNode(_time, RoutingNode.Providers(1));
        string Name(ProxyUser user, string session) => node.Select(new Targeting { Session = session }, user)[0].Username;
        var one = Alice with { SessionGenerations = new Dictionary<string, int> { ["a"] = 1 } };
        Assert.AreNotEqual(Name(Alice, "a"), Name(one, "a"));
        Assert.AreEqual(Name(Alice, "b"), Name(one, "b"));
        var all = Alice with { Generation = 1 };
        Assert.AreNotEqual(Name(Alice, "a"), Name(all, "a"));
        Assert.AreNotEqual(Name(Alice, "b"), Name(all, "b"));
    }

    [TestMethod]
    public void Select_AnyProviderLeaves_MovesOnlyItsOwnSessions() =>
        Prop.ForAll(Gen.Choose(2, 8).ToArbitrary(), Gen.Choose(0, 1_000_000).ToArbitrary(), (count, salt) =>
        {
            var all = RoutingNode.Providers(count);
            int leaving = salt % count;
            var before = new RoutingNode(_time, all);
            var after = new RoutingNode(_time, all.RemoveAt(leaving));
            for (int i = 0; i < 50; i++)
            {
                var targeting = new Targeting { Session = $"s{salt}x{i}" };
                long was = before.Select(targeting)[0].Provider.Id;
                if (was != all[leaving].Id && after.Select(targeting)[0].Provider.Id != was)
                    return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Select_BreakerOpens_MovesOnlyThatProvidersSessionsAndBackAgain()
    {
        var node = new RoutingNode(_time, RoutingNode.Providers(4));
        var before = Sessions().ToDictionary(session => session, session => node.Select(session)[0]);
        var down = before.Values.First();
        for (int i = 0; i < CircuitBreaker.Threshold; i++)
            down.State.OnFailed(down, Somewhere, UpstreamFault.Unreachable, null);
        foreach (var (session, was) in before)
        {
            var now = node.Select(session)[0];
            Assert.AreEqual(was.Provider.Id == down.Provider.Id, now.Provider.Id != was.Provider.Id, session.Session);
        }
        down.State.OnDialled(down, TimeSpan.FromMilliseconds(1));
        foreach (var (session, was) in before)
            Assert.AreEqual(Shown(was), Shown(node.Select(session)[0]));
    }

    [TestMethod]
    public void Select_StrictSessionWhoseProviderIsDown_IsRefusedAndNeverMoved()
    {
        var node = new RoutingNode(_time, RoutingNode.Providers(3));
        var strict = new Targeting { Session = "s", Strict = true };
        var only = node.Select(strict).Single();
        for (int i = 0; i < CircuitBreaker.Threshold; i++)
            only.State.OnFailed(only, Somewhere, UpstreamFault.Unreachable, null);
        var route = node.Route(strict);
        Assert.IsTrue(route.IsEmpty);
        Assert.AreEqual(ConnectionOutcome.UpstreamFailed, route.Refusal.Outcome);
    }

    [TestMethod]
    public void Select_SoftSessionOfTheOnlyProvider_HasAnotherExitToMoveTo()
    {
        var route = new RoutingNode(_time, RoutingNode.Providers(1)).Select(new Targeting { Session = "s" });
        Assert.HasCount(2, route);
        Assert.AreNotEqual(route[0].Username, route[1].Username);
    }

    [TestMethod]
    public void Select_Policies_OrderByTierOrWeightOrCost()
    {
        var providers = ImmutableArray.Create(RoutingNode.Provider(1) with { CostPerGb = 300 },
            RoutingNode.Provider(2) with { CostPerGb = 100 },
            RoutingNode.Provider(3) with { CostPerGb = 200 });
        long[] Order(PoolPolicy policy, params PoolMember[] members) =>
            [.. new RoutingNode(_time, providers, pool: new Pool(1, "p", policy, [.. members]))
                .Select(new Targeting { Country = "us" })
                .Select(candidate => candidate.Provider.Id)];

        CollectionAssert.AreEqual(new long[] { 3, 1, 2 },
            Order(PoolPolicy.Priority, new PoolMember(1, 2, 1), new PoolMember(2, 3, 100), new PoolMember(3, 1, 1)));
        CollectionAssert.AreEqual(new long[] { 2, 3, 1 },
            Order(PoolPolicy.Cheapest, new PoolMember(1, 1, 100), new PoolMember(2, 9, 1), new PoolMember(3, 5, 1)));
        int heavy = Enumerable.Range(0, 2000)
            .Count(_ => Order(PoolPolicy.Weighted, new PoolMember(1, 9, 3), new PoolMember(2, 1, 1))[0] == 1);
        Assert.IsTrue(heavy is > 1380 and < 1620, $"{heavy} of 2000 went to weight 3 of 4");
    }

    [TestMethod]
    public void Select_PoolThatIsGone_HasNoRoute()
    {
        var node = new RoutingNode(_time, RoutingNode.Providers(2),
            plan: new PlanRights(1, "basic", PoolId: 77, TargetingFields.All, 1));
        Assert.AreEqual(ConnectionOutcome.NoExit, node.Route(Targeting.None, Alice with { PlanId = 1 }).Refusal.Outcome);
    }

    [TestMethod]
    public void Select_TargetThatAProviderCannotExpress_IsNotSentThere()
    {
        var node = new RoutingNode(_time,
        [
            RoutingNode.Provider(1, "u[-c-{country}]"), RoutingNode.Provider(2, "u[-c-{country}][-ct-{city}]"),
            RoutingNode.Provider(3, "u"),
        ]);
        CollectionAssert.AreEquivalent(new long[] { 1, 2 }, Ids(node.Select(new Targeting { Country = "us" })));
        CollectionAssert.AreEqual(new long[] { 2 }, Ids(node.Select(new Targeting { Country = "us", City = "newyork" })));
        Assert.AreEqual(ConnectionOutcome.NoExit, node.Route(new Targeting { Zip = "10001" }).Refusal.Outcome);
    }

    [TestMethod]
    public void Select_CountriesOfAProvider_BoundWhatIsSentThere()
    {
        var node = new RoutingNode(_time,
        [
            RoutingNode.Provider(1, "u") with { Countries = ["de"] },
            RoutingNode.Provider(2, "u[-c-{country}]") with { Countries = ["us", "fr"] },
        ]);
        CollectionAssert.AreEqual(new long[] { 1 }, Ids(node.Select(new Targeting { Country = "de" })),
            "a provider with one country need not be told it");
        CollectionAssert.AreEqual(new long[] { 2 }, Ids(node.Select(new Targeting { Country = "us" })));
        Assert.IsTrue(node.Route(new Targeting { Country = "jp" }).IsEmpty);
        Assert.AreEqual("u-c-fr",
            node.Select(new Targeting { ExcludedCountries = CountryList.Of("us", "de") }).Single().Username);
        Assert.AreEqual("u-c-us", node.Select(new Targeting { Region = "northamerica" }).Single().Username);
    }

    [TestMethod]
    public void Select_SeveralCountries_OneIsChosenAndKeptByTheSession()
    {
        var node = new RoutingNode(_time, [RoutingNode.Provider(1, "u-{country}")]);
        var either = CountryList.Of("us", "fr");
        var random = Enumerable.Range(0, 100).Select(_ => node.Select(new Targeting { Countries = either })[0].Username)
            .ToHashSet();
        CollectionAssert.AreEquivalent(new[] { "u-us", "u-fr" }, random.ToList());
        var sticky = new Targeting { Countries = either, Session = "s" };
        Assert.AreEqual(1, Enumerable.Range(0, 100).Select(_ => node.Select(sticky)[0].Username).Distinct().Count());
    }

    [TestMethod]
    public void Select_ListOfProxies_KeepsASessionAndLeavesOutTheDead()
    {
        var exits = Enumerable.Range(1, 50)
            .Select(i => new ProviderExit($"192.0.2.{i}", 8080, $"user{i}", "pw", i % 2 == 0 ? "us" : "de")).ToImmutableArray();
        var node = new RoutingNode(_time, [RoutingNode.Provider(1, "") with { Exits = exits }]);
        var sticky = new Targeting { Session = "s", Country = "us" };
        var route = node.Select(sticky);
        Assert.AreEqual("us", route[0].Country);
        Assert.HasCount(3, route);
        Assert.AreEqual(route[0].Host, node.Select(sticky)[0].Host);
        for (int i = 0; i < CircuitBreaker.Threshold; i++)
            route[0].State.OnFailed(route[0], Somewhere, UpstreamFault.Unreachable, null);
        Assert.AreEqual(route[1].Host, node.Select(sticky)[0].Host, "the next in order takes over");
        Assert.IsTrue(Enumerable.Range(0, 300).Select(_ => node.Select(Targeting.None)[0].Host).Distinct().Count() > 40,
            "without a session all are used");
    }

    [TestMethod]
    public void Select_DirectFromNetworks_AddressesAreInsideAndKeptByTheSession()
    {
        var networks = ImmutableArray.Create(IPNetwork.Parse("198.51.100.0/28"), IPNetwork.Parse("2001:db8:0:1::/64"));
        var node = new RoutingNode(_time,
            [new Provider { Id = 1, Name = "own", Protocol = UpstreamProtocol.Direct, LocalNetworks = networks }]);
        var seen = new HashSet<string>();
        for (int i = 0; i < 500; i++)
        {
            var local = node.Select(new Targeting { Session = $"s{i}" })[0].Local!;
            Assert.IsTrue(networks[0].Contains(local.V4!) && networks[1].Contains(local.V6!));
            Assert.AreEqual(local, node.Select(new Targeting { Session = $"s{i}" })[0].Local);
            seen.Add(local.V4!.ToString());
        }
        Assert.HasCount(16, seen, "all addresses of the network are used");
    }

    [TestMethod]
    public void Select_CapReachedOrFull_GoesToTheOthersAndThenNowhere()
    {
        var spent = new RoutingNode(_time,
            [RoutingNode.Provider(1) with { CapReached = true, Priority = 1 }, RoutingNode.Provider(2)]);
        CollectionAssert.AreEqual(new long[] { 2 }, Ids(spent.Select(Targeting.None)));
        var full = new RoutingNode(_time, [RoutingNode.Provider(1) with { MaxConnections = 1 }]);
        var candidate = full.Select(Targeting.None)[0];
        Assert.IsTrue(candidate.State.TryEnter(candidate));
        Assert.AreEqual(ConnectionOutcome.NoExit, full.Route(Targeting.None).Refusal.Outcome);
        candidate.State.Leave();
        Assert.IsFalse(full.Route(Targeting.None).IsEmpty);
    }

    [TestMethod]
    public void Select_OneCountryFails_OnlyThatCountryMoves()
    {
        var node = new RoutingNode(_time,
            [RoutingNode.Provider(1) with { Priority = 1 }, RoutingNode.Provider(2) with { Priority = 2 }]);
        var us = node.Select(new Targeting { Country = "us" })[0];
        for (int i = 0; i < CircuitBreaker.AmbiguousThreshold; i++)
            us.State.OnFailed(us, Somewhere, UpstreamFault.Limited, null);
        Assert.AreEqual(2, node.Select(new Targeting { Country = "us" })[0].Provider.Id);
        Assert.AreEqual(1, node.Select(new Targeting { Country = "de" })[0].Provider.Id);
        Assert.AreEqual(ProviderCondition.Degraded, us.State.Describe(us.Provider).Condition);
    }

    [TestMethod]
    [DataRow(1, false, ProviderCondition.Degraded)]
    [DataRow(2, true, ProviderCondition.Healthy)] // the destinations may be to blame
    [DataRow(3, true, ProviderCondition.Degraded)] // but not for ever
    public void Describe_ProviderWhoseDialsAllFailed_IsNotHealthy(int dials, bool perhaps, ProviderCondition expected)
    {
        var candidate = new RoutingNode(_time, [RoutingNode.Provider(1)]).Select(Targeting.None)[0];
        var (state, provider) = (candidate.State, candidate.Provider);

        for (int i = 0; i < dials; i++)
            state.OnFailed(candidate, new Destination($"host{i}.example", 443, null), UpstreamFault.Unreachable, "refused",
                perhaps);
        Assert.AreEqual(expected, state.Describe(provider).Condition);

        state.OnDialled(candidate, TimeSpan.FromMilliseconds(5));
        Assert.AreEqual(ProviderCondition.Healthy, state.Describe(provider).Condition);
    }

    [TestMethod]
    public void Describe_ProxyThatFailedWasTakenOffTheList_IsHealthy()
    {
        var list = RoutingNode.Provider(
            1) with { Exits = [new ProviderExit("192.0.2.1", 8080), new ProviderExit("192.0.2.2", 8080)] };
        var node = new RoutingNode(_time, [list]);
        var failing = node.Select(Targeting.None)[0];
        for (int i = 0; i < CircuitBreaker.Threshold; i++)
            failing.State.OnFailed(failing, Somewhere, UpstreamFault.Silent, null);
        Assert.AreEqual(ProviderCondition.Degraded, failing.State.Describe(list).Condition);
        Assert.AreEqual(ProviderCondition.Healthy,
            failing.State.Describe(list with { Exits = list.Exits.Remove(failing.Exit!) }).Condition);
    }

    [TestMethod]
    public void Describe_CountryThatNobodyAsksForAnyMore_IsForgottenByAndBy()
    {
        var node = new RoutingNode(_time, [RoutingNode.Provider(1)]);
        var us = node.Select(new Targeting { Country = "us" })[0];
        for (int i = 0; i < CircuitBreaker.Threshold; i++)
            us.State.OnFailed(us, Somewhere, UpstreamFault.Limited, null);
        _time.Advance(TimeSpan.FromMinutes(5));
        CollectionAssert.AreEqual(new[] { "us" }, us.State.Describe(us.Provider).CountriesDown.ToArray());
        _time.Advance(TimeSpan.FromMinutes(6));
        var later = us.State.Describe(us.Provider);
        Assert.AreEqual((ProviderCondition.Healthy, 0), (later.Condition, later.CountriesDown.Count));
    }

    private static IEnumerable<Targeting> Sessions() => Enumerable.Range(0, 200).Select(i => new Targeting { Session = $"s{i}" });

    private static long[] Ids(ImmutableArray<Candidate> route) => [.. route.Select(candidate => candidate.Provider.Id)];

    private static string Shown(Candidate candidate) => $"{candidate.Provider.Id} {candidate.Username}";
}

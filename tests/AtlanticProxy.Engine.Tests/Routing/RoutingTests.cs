using System.Collections.Immutable;
using System.Text;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Tests.Routing;

[TestClass]
public sealed class RoutingTests
{
    [TestMethod]
    [DataRow("example.com:443", "example.com:443"), DataRow("EXAMPLE.com.:443", "example.com:443"), DataRow("1.2.3.4:80", "1.2.3.4:80")]
    [DataRow("[2001:DB8::1]:80", "[2001:db8::1]:80"), DataRow("[::ffff:1.2.3.4]:80", "1.2.3.4:80"), DataRow("0x01020304:80", "1.2.3.4:80")]
    public void ParseAuthority_Valid_IsNormalised(string text, string expected) =>
        Assert.AreEqual(expected, Destination.ParseAuthority(Encoding.ASCII.GetBytes(text), null)?.Authority);

    [TestMethod]
    [DataRow("example.com"), DataRow("/"), DataRow("http://h:80"), DataRow("h:0"), DataRow("h:70000"), DataRow("h:"), DataRow(":80"), DataRow("h:8a"), DataRow("h:+80")]
    [DataRow("::1:80"), DataRow("[::1:80"), DataRow("[1.2.3.4]:80"), DataRow("a b:80"), DataRow("a..b:80"), DataRow("[fe80::1%eth0]:80"), DataRow("a@b:80"), DataRow("[example.com]:80")]
    public void ParseAuthority_Invalid_IsNull(string text) => Assert.IsNull(Destination.ParseAuthority(Encoding.ASCII.GetBytes(text), null));

    [TestMethod]
    public void Select_SameSession_SameProviderAndUpstreamSession()
    {
        var snapshot = EngineSnapshot.Build([EngineUnderTest.User()], Providers(5));
        var targeting = new Targeting { Session = "cart1" };
        var first = RouteSelector.Select(snapshot, EngineUnderTest.User(), targeting);
        var again = RouteSelector.Select(EngineSnapshot.Build([EngineUnderTest.User()], Providers(5)), EngineUnderTest.User(), targeting);
        Assert.IsTrue(first.SequenceEqual(again));
        Assert.AreNotEqual(first[0].Username, RouteSelector.Select(snapshot, EngineUnderTest.User(id: 2, name: "bob"), targeting)[0].Username);
    }

    [TestMethod]
    public void Select_ProviderLeaves_MovesOnlyItsOwnSessions()
    {
        var all = Providers(5).ToImmutableArray();
        var before = EngineSnapshot.Build([EngineUnderTest.User()], all);
        var after = EngineSnapshot.Build([EngineUnderTest.User()], all.RemoveAt(2));
        int moved = 0;
        for (int i = 0; i < 1000; i++)
        {
            var targeting = new Targeting { Session = $"s{i}" };
            long was = RouteSelector.Select(before, EngineUnderTest.User(), targeting)[0].Provider.Id;
            long now = RouteSelector.Select(after, EngineUnderTest.User(), targeting)[0].Provider.Id;
            if (was == all[2].Id)
                moved++;
            else
                Assert.AreEqual(was, now);
        }
        Assert.IsTrue(moved is > 120 and < 280, $"{moved} of 1000 sessions were the fifth provider's");
    }

    [TestMethod]
    public void Select_WeightsAndPriorities_AreKept()
    {
        var providers = new[]
        {
            new Provider { Id = 1, Name = "heavy", Protocol = UpstreamProtocol.Direct, Priority = 1, Weight = 3 },
            new Provider { Id = 2, Name = "light", Protocol = UpstreamProtocol.Direct, Priority = 1, Weight = 1 },
            new Provider { Id = 3, Name = "last", Protocol = UpstreamProtocol.Direct, Priority = 2, Weight = 100 },
        };
        var snapshot = EngineSnapshot.Build([], providers);
        var firsts = Enumerable.Range(0, 4000).Select(i => RouteSelector.Select(snapshot, EngineUnderTest.User(), new Targeting { Session = $"s{i}" })).ToList();
        Assert.IsTrue(firsts.All(route => route[2].Provider.Id == 3), "a lower priority comes last");
        int heavy = firsts.Count(route => route[0].Provider.Id == 1);
        Assert.IsTrue(heavy is > 2800 and < 3200, $"{heavy} of 4000 went to weight 3 of 4");
    }

    private static IEnumerable<Provider> Providers(int count) => Enumerable.Range(1, count).Select(id => new Provider
    {
        Id = id, Name = $"p{id}", Protocol = UpstreamProtocol.Http, Host = "192.0.2.1", Port = 1, UsernameTemplate = "u[-session-{session}]",
    });
}

using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Tests.Rules;

/// <summary>What the engine says beforehand of a destination.</summary>
[TestClass]
public sealed class JudgementTests
{
    [TestMethod]
    [DataRow("alice", "shop.test:443", DestinationVerdict.Permitted, "")]
    [DataRow("alice", "www.below.example:443", DestinationVerdict.Rule, "rule: suffix below.example")]
    [DataRow("alice", "shop.test:6667", DestinationVerdict.Rule, "rule: port 6667")]
    [DataRow("alice", "shop.test:25", DestinationVerdict.PortDenied, "")]
    [DataRow("alice", "10.1.2.3:443", DestinationVerdict.Private, "")]
    [DataRow("alice", "shop.test", DestinationVerdict.NoDestination, "")]
    [DataRow("nobody", "shop.test:443", DestinationVerdict.NoSuchUser, "")]
    public async Task Judge_SaysWhatDecides(string user, string destination, DestinationVerdict verdict, string rule)
    {
        await using var engine = EngineUnderTest.Start(
            users: [EngineUnderTest.User() with { Rules = new([], [], ["below.example"], []) }],
            more: new SnapshotDelta { Rules = new DestinationRules([6667], [], [], []) });

        Assert.AreEqual(new DestinationJudgement(verdict, rule), engine.Engine.Judge(user, destination));
    }
}

using System.Net;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Snapshot;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.Engine.Tests.Snapshot;

[TestClass]
public sealed class EngineSnapshotTests
{
    /// <summary>
    /// Against the obvious model: a dictionary. Ids and names are drawn from few, so that they collide, move and vanish.
    /// </summary>
    [TestMethod]
    public void With_AnySequenceOfChanges_FindsWhatADictionaryWould()
    {
        var change = Gen.Choose(1, 6).Zip(Gen.Choose(0, 1)).Select(pair => (Id: (long)pair.Item1, Remove: pair.Item2 == 1));
        Prop.ForAll(change.ListOf().Select(list => list.ToList()).ToArbitrary(), changes =>
        {
            var snapshot = EngineSnapshot.Empty;
            var model = new Dictionary<long, string>();
            int serial = 0;
            foreach (var (id, remove) in changes)
            {
                string name = $"user{id}{(char)('a' + serial++ % 3)}";
                snapshot = remove
                    ? snapshot.With(new SnapshotDelta { RemovedUsers = [id] })
                    : snapshot.With(new SnapshotDelta { Users = [EngineUnderTest.User(id, name)] });
                if (remove)
                    model.Remove(id);
                else
                    model[id] = name;
            }
            Assert.AreEqual(model.Count, snapshot.UserCount);
            for (long id = 1; id <= 6; id++)
                Assert.AreEqual(model.GetValueOrDefault(id), snapshot.FindUser(id)?.Name);
            for (long id = 1; id <= 6; id++)
                for (char c = 'a'; c <= 'c'; c++)
                    Assert.AreEqual(model.ContainsValue($"user{id}{c}") ? id : null, snapshot.FindUser($"user{id}{c}")?.Id);
        }).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    public void With_NameMovesFromOneUserToAnother_FindsTheNewOwner()
    {
        var snapshot = EngineSnapshot.Build([EngineUnderTest.User(1, "first"), EngineUnderTest.User(2, "second")], []);
        snapshot = snapshot.With(
            new SnapshotDelta { Users = [EngineUnderTest.User(1, "second"), EngineUnderTest.User(2, "first")] });
        Assert.AreEqual(1, snapshot.FindUser("second")!.Id);
        Assert.AreEqual(2, snapshot.FindUser("first")!.Id);
    }

    [TestMethod]
    public void With_UserChanged_KeepsItsActivity()
    {
        var before = EngineSnapshot.Build([EngineUnderTest.User()], []);
        Assert.IsNull(before.FindEntry("alice")!.Activity.Use(TimeProvider.System)
            .TryEnter(UseLimits.None, System.Net.IPAddress.Loopback));
        var after = before.With(new SnapshotDelta { Users = [EngineUnderTest.User() with { State = ProxyUserState.Disabled }] });
        Assert.AreEqual(1, after.FindEntry("alice")!.Activity.Connections);
        var whole = EngineSnapshot.Build([EngineUnderTest.User()], []).Remembering(after);
        Assert.AreEqual(1, whole.FindEntry("alice")!.Activity.Connections);
    }

    [TestMethod]
    public void FindBySource_SeveralNetworks_PicksTheNarrowest()
    {
        var wide = EngineUnderTest.User(1, "wide") with { AllowedSources = [IPNetwork.Parse("10.0.0.0/8")] };
        var narrow = EngineUnderTest.User(2, "narrow") with { AllowedSources = [IPNetwork.Parse("10.1.0.0/16")] };
        var snapshot = EngineSnapshot.Build([wide, narrow], []);
        Assert.AreEqual("narrow", snapshot.FindBySource(IPAddress.Parse("10.1.2.3"))!.User.Name);
        Assert.AreEqual("wide", snapshot.FindBySource(IPAddress.Parse("10.2.2.3"))!.User.Name);
        Assert.IsNull(snapshot.FindBySource(IPAddress.Parse("11.0.0.1")));
        snapshot = snapshot.With(new SnapshotDelta { Users = [narrow with { AllowedSources = [] }] });
        Assert.AreEqual("wide", snapshot.FindBySource(IPAddress.Parse("10.1.2.3"))!.User.Name);
    }
}

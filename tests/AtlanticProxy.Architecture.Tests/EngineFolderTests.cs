using System.Reflection;

namespace AtlanticProxy.Architecture.Tests;

[TestClass]
public sealed class EngineFolderTests
{
    /// <summary>Every reference of one folder to another, with an example.</summary>
    private static readonly Lazy<Dictionary<(string From, string To), string>> References = new(() =>
    {
        var references = new Dictionary<(string, string), string>();
        foreach (var type in Assembly.Load(EngineFolders.Namespace).GetTypes())
            if (EngineFolders.Of(type) is { } from)
                foreach (var known in TypeReferences.Of(type))
                    if (EngineFolders.Of(known) is { } to && to != from)
                        references.TryAdd((from, to), $"{type.FullName} uses {known.Name}");
        return references;
    });

    [TestMethod]
    public void Folders_KnowOnlyThoseThatTheyMay() =>
        Assert.AreEqual("", string.Join('\n', References.Value
            .Select(found => (Violation: EngineFolders.Violation(found.Key.From, found.Key.To), Example: found.Value))
            .Where(found => found.Violation is not null).Select(found => $"{found.Violation} {found.Example}").Order()));

    [TestMethod]
    public void Table_GoesFromTheBottomUp_SoThatThereAreNoCircles()
    {
        var below = new HashSet<string>();
        foreach (var (folder, mayKnow) in EngineFolders.Layers)
        {
            Assert.IsEmpty(mayKnow.Except(below), $"{folder} may know only what is above it in the table");
            below.Add(folder);
        }
    }

    [TestMethod]
    public void Table_SaysNothingThatIsNotSo()
    {
        var allowed = EngineFolders.Layers.SelectMany(layer => layer.MayKnow.Select(known => (layer.Folder, known)))
            .Concat(EngineFolders.KnownCircles);

        Assert.AreEqual("", string.Join('\n', allowed.Where(pair => !References.Value.ContainsKey(pair))
            .Select(pair => $"{pair.Item1} does not know {pair.Item2} any more: take it out of the table.")));
    }

    [TestMethod]
    public void References_OfCodeAndNotOnlyOfSignatures_AreSeen()
    {
        Assert.Contains(typeof(Convert), TypeReferences.Of(typeof(UsesInItsCode)).ToList());
        Assert.Contains(typeof(Version), TypeReferences.Of(typeof(UsesInItsCode)).ToList());
        Assert.AreEqual("Transport must not know Egress.", EngineFolders.Violation("Transport", "Egress"));
        Assert.AreEqual("New is not in the table of the engine's folders.", EngineFolders.Violation("New", "Egress"));
        Assert.AreEqual("Relay must not know the root.", EngineFolders.Violation("Relay", EngineFolders.Root));
    }

    private sealed class UsesInItsCode
    {
        public override string ToString() => Convert.ToString(new List<Version>().Count + 300_000_000_000L, 16);
    }
}

using AtlanticProxy.ControlPlane.Usage.Targets;

namespace AtlanticProxy.ControlPlane.Tests.Usage.Targets;

[TestClass]
public sealed class TargetSketchTests
{
    private const int Capacity = 50;

    /// <summary>Visits as they are: few hosts often, many seldom (Zipf), in any order.</summary>
    internal static List<(string Host, long Bytes)> Visits(int count, int hosts, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count)
            .Select(_ => ($"host{(int)Math.Pow(hosts, random.NextDouble())}.example", random.NextInt64(1, 10_000)))];
    }

    private static TargetSketch Sketch(IEnumerable<(string Host, long Bytes)> visits)
    {
        var sketch = new TargetSketch();
        foreach (var (host, bytes) in visits)
            sketch.Add(host, bytes, 1, sketch.Hosts.Count < Capacity);
        return sketch;
    }

    [TestMethod]
    public void Add_FewHosts_AreExact()
    {
        var sketch = Sketch([("a.example", 10), ("b.example", 1), ("a.example", 5)]);

        Assert.AreEqual(new TargetCount(15, 0, 2), sketch.Hosts["a.example"]);
        Assert.AreEqual(new TargetCount(1, 0, 1), sketch.Hosts["b.example"]);
        Assert.AreEqual(0, sketch.Missed);
    }

    [TestMethod]
    public void Add_MoreHostsThanRoom_BoundsHoldForEveryHost()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var visits = Visits(20_000, 5_000, seed);
            var truth = visits.GroupBy(visit => visit.Host)
                .ToDictionary(host => host.Key, host => host.Sum(visit => visit.Bytes));
            var sketch = Sketch(visits);
            long all = truth.Values.Sum();

            Assert.HasCount(Capacity, sketch.Hosts);
            foreach (var (host, bytes) in truth)
                if (sketch.Hosts.TryGetValue(host, out var count))
                    Assert.IsTrue(count.Bytes <= bytes && bytes <= count.Most, $"{host}: {bytes} is not in {count}");
                else
                    Assert.IsTrue(bytes <= sketch.Missed && bytes <= all / Capacity,
                        $"{host} has {bytes} of {all} and is not kept");
        }
    }

    [TestMethod]
    public void Add_NoRoomAtAll_KeepsNothing()
    {
        var sketch = new TargetSketch();

        Assert.IsFalse(sketch.Add("a.example", 1, 1, mayGrow: false));
        Assert.IsEmpty(sketch.Hosts);
    }
}

using AtlanticProxy.Engine.Egress.Resolving;

namespace AtlanticProxy.Engine.Tests.Egress;

[TestClass]
public sealed class FairQueueTests
{
    [TestMethod]
    public void TryTake_OneAskedForMuch_OthersHaveTheirTurnInBetween()
    {
        var queue = new FairQueue<string>(mostTaken: 10, mostWaiting: 10);
        foreach (string work in (string[])["a1", "a2", "a3", "a4"])
            queue.TryAdd(1, work);
        queue.TryAdd(2, "b1");
        queue.TryAdd(3, "c1");
        CollectionAssert.AreEqual(new[] { "a1", "b1", "c1", "a2", "a3", "a4" }, TakeAll(queue));
    }

    [TestMethod]
    public void TryTake_OneHasAsManyAsItMay_NextOnlyAfterOneIsFinished()
    {
        var queue = new FairQueue<string>(mostTaken: 2, mostWaiting: 10);
        foreach (string work in (string[])["a1", "a2", "a3"])
            queue.TryAdd(1, work);
        CollectionAssert.AreEqual(new[] { "a1", "a2" }, TakeAll(queue));
        queue.TryAdd(2, "b1");
        CollectionAssert.AreEqual(new[] { "b1" }, TakeAll(queue));
        Assert.AreEqual(0, queue.Turns);
        queue.Finish(1);
        Assert.AreEqual(1, queue.Turns);
        CollectionAssert.AreEqual(new[] { "a3" }, TakeAll(queue));
    }

    [TestMethod]
    public void TryAdd_AsManyWaitAsMay_IsRefusedToThatOneOnlyAndUntilOneIsTaken()
    {
        var queue = new FairQueue<string>(mostTaken: 1, mostWaiting: 2);
        Assert.IsTrue(queue.TryAdd(1, "a1"));
        Assert.IsTrue(queue.TryAdd(1, "a2"));
        Assert.IsFalse(queue.TryAdd(1, "a3"));
        Assert.IsTrue(queue.TryAdd(2, "b1"));
        Assert.IsTrue(queue.TryTake(out long asker, out _));
        Assert.AreEqual(1, asker);
        Assert.IsTrue(queue.TryAdd(1, "a3"));
    }

    private static List<string> TakeAll(FairQueue<string> queue)
    {
        var taken = new List<string>();
        while (queue.TryTake(out _, out string? work))
            taken.Add(work);
        return taken;
    }
}

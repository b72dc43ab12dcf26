using AtlanticProxy.Testing;
using static AtlanticProxy.Engine.Tests.Usage.JournalFixture;

namespace AtlanticProxy.Engine.Tests.Usage;

/// <summary>A real file system without room: ENOSPC.</summary>
[TestClass]
public sealed class JournalDiskFullTests
{
    [TestMethod]
    public void Accept_DiskFull_HoldsInMemoryAndNothingIsCorrupt()
    {
        using var disk = new TinyDisk("512k");
        disk.Fill(128 * 1024);
        using var fixture = new JournalFixture(disk.Folder);
        fixture.Options.SegmentBytes = 64 * 1024;
        long expected = 0;
        using (var journal = fixture.Open())
        {
            for (int i = 0; i < 100; i++, expected += 1_000)
                journal.Accept(Deltas(1_000));
            var full = journal.Status;
            StringAssert.Contains(full.Problem, "No space left");
            Assert.AreEqual(1_000, full.HeldCounters);
            Assert.IsTrue(fixture.Log.Contains("Error: The usage journal takes no more"));

            // Room comes back as a stranger's file goes.
            disk.Free();
            journal.Accept(Deltas(1_000));
            expected += 1_000;
            Assert.IsNull(journal.Status.Problem);
            Assert.AreEqual(0, journal.Status.HeldCounters);
        }

        using var next = fixture.Open();

        Assert.AreEqual(0, next.Status.DiscardedBytes, "no torn frame was left behind");
        Assert.AreEqual(expected, Sum(Drain(next)));
    }

    [TestMethod]
    public void Read_DiskFull_DeliversFromMemory()
    {
        using var disk = new TinyDisk("512k");
        disk.Fill();
        using var fixture = new JournalFixture(disk.Folder);
        using var journal = fixture.Open();

        journal.Accept(Deltas(10));
        journal.Accept(Deltas(10));
        var first = journal.Read(100);
        journal.Accept(Deltas(1));

        Assert.AreEqual(20, Sum(first));
        Assert.AreSame(first[0], journal.Read(100)[0], "the same until it is delivered");
        journal.Delivered();
        var second = journal.Read(100);
        Assert.AreEqual(1, Sum(second));
        Assert.AreNotEqual(first[0].Sequence, second[0].Sequence);
        journal.Delivered();
        Assert.AreEqual(0, journal.Status.HeldCounters);
        Assert.IsNotNull(journal.Status.Problem);
    }
}

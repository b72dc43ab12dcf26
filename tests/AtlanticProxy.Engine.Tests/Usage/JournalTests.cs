using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Journal;
using static AtlanticProxy.Engine.Tests.Usage.JournalFixture;

namespace AtlanticProxy.Engine.Tests.Usage;

[TestClass]
public sealed class JournalTests
{
    [TestMethod]
    public void Accept_ThenRead_GivesTheSameRows()
    {
        using var fixture = new JournalFixture();
        using var journal = fixture.Open();
        UsageDelta[] deltas =
        [
            Delta(1), Delta(0, user: long.MaxValue, country: ""), Delta(long.MaxValue / 2, user: 3, country: "zz"),
            Delta(5, user: 4, slot: 0),
        ];

        journal.Accept(deltas);

        var batch = journal.Read(100).Single();
        CollectionAssert.AreEquivalent(deltas, batch.Rows.ToList());
        Assert.AreEqual(1, batch.Sequence);
        StringAssert.StartsWith(batch.Node, "node1/");
    }

    [TestMethod]
    public void Read_UntilDelivered_GivesTheSameBatches()
    {
        using var fixture = new JournalFixture();
        using var journal = fixture.Open();
        journal.Accept([Delta(1)]);
        journal.Accept([Delta(2)]);

        long[] first = [.. journal.Read(2).Select(batch => batch.Sequence)];
        long[] again = [.. journal.Read(2).Select(batch => batch.Sequence)];
        journal.Delivered();
        journal.Accept([Delta(4)]);
        var next = journal.Read(2);

        CollectionAssert.AreEqual(new long[] { 1, 2 }, first);
        CollectionAssert.AreEqual(first, again);
        Assert.AreEqual((3L, 4L), (next.Single().Sequence, Sum(next)));
        journal.Delivered();
        Assert.IsEmpty(journal.Read(2));
        Assert.AreEqual(0, journal.Status.WaitingBytes);
    }

    [TestMethod]
    public void Accept_OneKeyFromSeveralLoops_IsOneRow()
    {
        using var fixture = new JournalFixture();
        using var journal = fixture.Open();

        journal.Accept([Delta(1), Delta(2), Delta(4)]);

        Assert.AreEqual(new UsageDelta(Delta(0).Key, 7, 14, 3), journal.Read(10).Single().Rows.Single());
    }

    [TestMethod]
    public void Accept_ManyRows_RotatesAndRemovesWhatIsDelivered()
    {
        using var fixture = new JournalFixture();
        fixture.Options.SegmentBytes = 100_000;
        using var journal = fixture.Open();
        for (int i = 0; i < 20; i++)
            journal.Accept(Deltas(1_000));
        int before = fixture.Files.Length;

        var all = Drain(journal);

        Assert.IsGreaterThan(2, before);
        Assert.AreEqual(20_000, Sum(all));
        CollectionAssert.AreEqual(all.Select((_, i) => i + 1L).ToList(), all.Select(batch => batch.Sequence).ToList());
        Assert.IsLessThanOrEqualTo(1, fixture.Files.Length);
    }

    [TestMethod]
    public void Read_ManyRows_GivesAsManyAsAskedForAtOnce()
    {
        using var fixture = new JournalFixture();
        fixture.Options.SegmentBytes = 2 << 20; // several, and the whole of one does not fit the buffer that it is read with
        using var journal = fixture.Open();
        for (int i = 0; i < 40; i++)
            journal.Accept(Deltas(JournalFrame.MaxRows));
        Assert.IsGreaterThan(1, fixture.Files.Length);

        Assert.HasCount(39, journal.Read(38 * JournalFrame.MaxRows + 1));
        var all = journal.Read(int.MaxValue);
        journal.Delivered();

        CollectionAssert.AreEqual(Enumerable.Range(1, 40).Select(i => (long)i).ToList(),
            all.Select(batch => batch.Sequence).ToList());
        Assert.AreEqual(40 * JournalFrame.MaxRows, Sum(all));
        Assert.IsEmpty(journal.Read(1));
        Assert.IsLessThanOrEqualTo(1, fixture.Files.Length);
    }

    [TestMethod]
    public void Delivered_SegmentsRemoved_SaysWhichBatchesAreGone()
    {
        using var fixture = new JournalFixture();
        var first = fixture.Open();
        first.Accept([Delta(1)]);
        first.Accept([Delta(1)]);
        first.Dispose();
        using var second = fixture.Open();
        second.Accept([Delta(1)]);

        var batches = second.Read(100);
        var gone = second.Delivered();

        Assert.AreEqual(new RetiredBatches(batches[0].Node, 2), gone.Single(), "the first run's segment is closed");
        var own = second.Read(100).Single();
        Assert.AreEqual(1, own.Sequence);
        Assert.AreNotEqual(batches[0].Node, own.Node);
        Assert.IsEmpty(second.Delivered(), "the own one is still written to");
    }

    [TestMethod]
    public void Open_AfterOrderlyEnd_HasWhatWasNotDelivered()
    {
        using var fixture = new JournalFixture();
        var journal = fixture.Open();
        journal.Accept([Delta(1)]);
        journal.Read(10);
        journal.Delivered();
        journal.Accept([Delta(2)]);
        journal.Dispose();

        using var next = fixture.Open();

        // The delivered batch is in the same segment, and comes again under its identity: the database knows it.
        CollectionAssert.AreEqual(new long[] { 1, 2 }, next.Read(10).Select(batch => batch.Sequence).ToList());
        Assert.IsTrue(fixture.Log.Contains("an earlier run is there: 1 segments"));
        Assert.AreEqual(0, next.Status.DiscardedBytes);
    }

    [TestMethod]
    public void Dispose_EverythingDelivered_LeavesNoSegment()
    {
        using var fixture = new JournalFixture();
        var journal = fixture.Open();
        journal.Accept([Delta(1)]);
        Drain(journal);

        journal.Dispose();

        Assert.IsEmpty(fixture.Files);
    }

    [TestMethod]
    public void Open_FolderInUse_IsRefused()
    {
        using var fixture = new JournalFixture();
        using var journal = fixture.Open();

        Assert.ThrowsExactly<IOException>(() => fixture.Open().Dispose());
    }

    [TestMethod]
    public void Accept_BoundOfDisk_HoldsInMemoryAndRefusesLoudly()
    {
        using var fixture = new JournalFixture();
        fixture.Options.SegmentBytes = 4_000;
        fixture.Options.MaxBytes = 10_000;
        fixture.Options.MaxHeldCounters = 1_200;
        using var journal = fixture.Open();
        long expected = 0;
        for (int i = 0; i < 40; i++, expected += 50)
            journal.Accept(Deltas(50, firstUser: 1 + 50 * (i % 20)));

        var full = journal.Status;
        Assert.IsLessThanOrEqualTo(10_000, fixture.Files.Sum(file => new FileInfo(file).Length));
        StringAssert.Contains(full.Problem, "bound of 10000 bytes");
        Assert.AreEqual(1_000, full.HeldCounters, "memory goes by keys, not by time");
        Assert.IsFalse(journal.IsFull);
        Assert.IsTrue(fixture.Log.Contains("Error: The usage journal takes no more"));
        journal.Accept(Deltas(200, firstUser: 5_000));
        Assert.IsTrue(journal.IsFull, "new connections are refused");
        expected += 200;

        var all = Drain(journal);

        Assert.AreEqual(expected, Sum(all));
        Assert.IsFalse(journal.IsFull);
        Assert.AreEqual(all.Count, all.Select(batch => batch.Sequence).Distinct().Count());
        journal.Accept([Delta(1)]);
        Assert.IsNull(journal.Status.Problem);
        Assert.AreEqual(0, journal.Status.HeldCounters);
        Assert.AreEqual(1, Sum(Drain(journal)));
    }

    [TestMethod]
    public async Task Sync_AfterARefusal_FindsOutByItselfThatThereIsRoom()
    {
        using var fixture = new JournalFixture();
        fixture.Options.SegmentBytes = 4_000;
        fixture.Options.MaxBytes = 10_000;
        using var journal = fixture.Open();
        for (int i = 0; i < 40; i++)
            journal.Accept(Deltas(50));
        Assert.IsNotNull(journal.Status.Problem);

        Drain(journal); // and no traffic afterwards

        await Testing.Poll.UntilAsync(() => { Drain(journal); return journal.Status.Problem is null; });
    }
}

using static AtlanticProxy.Engine.Tests.Usage.JournalFixture;

namespace AtlanticProxy.Engine.Tests.Usage;

/// <summary>What a crash or a bad disk leaves behind.</summary>
[TestClass]
public sealed class JournalRecoveryTests
{
    /// <summary>A segment of ten batches of one byte each, as a run left it.</summary>
    private static byte[] TenBatches(JournalFixture fixture)
    {
        using (var journal = fixture.Open())
            for (int i = 0; i < 10; i++)
                journal.Accept([Delta(1)]);
        return File.ReadAllBytes(fixture.Files.Single());
    }

    [TestMethod]
    public void Open_SegmentCutAnywhere_HasEveryWholeFrame()
    {
        using var fixture = new JournalFixture();
        byte[] whole = TenBatches(fixture);
        string file = fixture.Files.Single();
        int frame = whole.Length - CutTo(fixture, file, whole[..^1], expected: 9);

        for (int length = whole.Length; length >= 0; length--)
            CutTo(fixture, file, whole[..length], expected: Math.Max(0, 10 - (whole.Length - length + frame - 1) / frame));
    }

    [TestMethod]
    public void Open_TornFrame_SaysSoLoudly()
    {
        using var fixture = new JournalFixture();
        byte[] whole = TenBatches(fixture);
        File.WriteAllBytes(fixture.Files.Single(), whole[..^3]);

        using var journal = fixture.Open();

        Assert.IsGreaterThan(0, journal.Status.DiscardedBytes);
        Assert.IsTrue(
            fixture.Log.Contains(
                $"Error: Usage journal {Path.GetFileName(fixture.Files.Single())}: {journal.Status.DiscardedBytes} bytes"));
    }

    [TestMethod]
    public void Open_AnyBitFlipped_NeverGivesWrongBytes()
    {
        using var fixture = new JournalFixture();
        byte[] whole = TenBatches(fixture);
        string file = fixture.Files.Single();

        for (int at = 0; at < whole.Length; at++)
        {
            byte[] harmed = [.. whole];
            harmed[at] ^= (byte)(1 << (at % 8));
            foreach (string old in fixture.Files)
                File.Delete(old);
            File.WriteAllBytes(file, harmed);
            using var journal = fixture.Open();
            var all = Drain(journal);
            Assert.IsTrue(all.All(batch => batch.Rows.Single() == Delta(1)), $"byte {at}");
            Assert.IsLessThan(10, all.Count);
            Assert.IsGreaterThan(0, journal.Status.DiscardedBytes);
        }
    }

    [TestMethod]
    public void Open_ZerosBehindTheLastFrame_AreDiscarded()
    {
        // What ext4 leaves of a file that was growing when the power went.
        using var fixture = new JournalFixture();
        byte[] whole = TenBatches(fixture);

        Assert.AreEqual(whole.Length, CutTo(fixture, fixture.Files.Single(), [.. whole, .. new byte[4096]], expected: 10));
    }

    [TestMethod]
    public void Open_DamagedSegmentBetweenGoodOnes_CostsNothingButItself()
    {
        using var fixture = new JournalFixture();
        for (int run = 0; run < 3; run++)
            using (var journal = fixture.Open())
                journal.Accept([Delta(7)]); // runs of one millisecond have no order
        string[] files = fixture.Files;
        File.WriteAllText(files[1], "this is no journal");

        using var next = fixture.Open();

        Assert.AreEqual(7 + 7, Sum(Drain(next)));
        Assert.IsTrue(File.Exists(files[1] + ".unreadable"), "kept for a person to look at");
    }

    [TestMethod]
    public void Read_DamageWhileRunning_IsSkippedLoudly()
    {
        using var fixture = new JournalFixture();
        using var journal = fixture.Open();
        journal.Accept([Delta(1)]);
        using (var file = new FileStream(fixture.Files.Single(), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Seek(-1, SeekOrigin.End);
            file.WriteByte(0xFF);
        }

        Assert.IsEmpty(journal.Read(10));
        journal.Accept([Delta(2)]);

        Assert.AreEqual(2, Sum(Drain(journal)));
        Assert.IsTrue(fixture.Log.Contains("cannot be read again"));
    }

    [TestMethod]
    public void Read_DamageBehindGoodSegments_WaitsUntilThoseAreDelivered()
    {
        // What is skipped counts as delivered, and all batches before it would be forgotten: sent again after a crash, they would
        // count twice.
        using var fixture = new JournalFixture();
        fixture.Options.SegmentBytes = 100;
        using var journal = fixture.Open();
        for (int i = 0; i < 9; i++)
            journal.Accept([Delta(1 << i)]);
        string[] files = fixture.Files;
        Assert.IsGreaterThan(2, files.Length);
        using (var file = new FileStream(files[1], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.Write(new byte[file.Length]);

        var before = journal.Read(100);
        Assert.AreEqual(0, journal.Status.DiscardedBytes);
        long last = journal.Delivered().Single().LastSequence;
        var after = journal.Read(100);

        Assert.AreEqual(before[^1].Sequence, last);
        Assert.IsGreaterThan(0, journal.Status.DiscardedBytes);
        Assert.IsGreaterThan(last + 1, after[0].Sequence);
        Assert.AreEqual(1 << 8, after[^1].Rows.Single().BytesUp);
    }

    /// <returns>How much of it is whole.</returns>
    private static int CutTo(JournalFixture fixture, string file, byte[] bytes, int expected)
    {
        foreach (string old in System.IO.Directory.GetFiles(fixture.Options.Directory, "*.usage*"))
            File.Delete(old);
        File.WriteAllBytes(file, bytes);
        using var journal = fixture.Open();
        var all = Drain(journal);
        Assert.HasCount(expected, all, $"cut to {bytes.Length}");
        Assert.AreEqual(expected, Sum(all));
        return bytes.Length - (int)journal.Status.DiscardedBytes;
    }
}

using System.Diagnostics;
using static AtlanticProxy.Engine.Tests.Usage.JournalFixture;

namespace AtlanticProxy.Engine.Tests.Usage;

/// <summary>A real file system without room: ENOSPC.</summary>
[TestClass]
public sealed class JournalDiskFullTests
{
    [TestMethod]
    public void Accept_DiskFull_HoldsInMemoryAndNothingIsCorrupt()
    {
        using var disk = new TinyDisk();
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
            disk.FreeSome();
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
        using var disk = new TinyDisk();
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

    /// <summary>A file system of 512 KB, of which a stranger's file takes 128 KB.</summary>
    private sealed class TinyDisk : IDisposable
    {
        private readonly string _ballast;

        public TinyDisk()
        {
            Folder = System.IO.Directory.CreateTempSubdirectory("atlantic-disk-").FullName;
            Run("mount", "-t", "tmpfs", "-o", "size=512k,mode=700", "tmpfs", Folder);
            _ballast = Path.Combine(Folder, "ballast");
            File.WriteAllBytes(_ballast, new byte[128 * 1024]);
        }

        public string Folder { get; }

        public void FreeSome() => File.Delete(_ballast);

        public void Fill()
        {
            using var file = new FileStream(Path.Combine(Folder, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            Assert.ThrowsExactly<IOException>(() =>
            {
                byte[] page = new byte[4096];
                while (true)
                    file.Write(page);
            });
        }

        public void Dispose()
        {
            Run("umount", Folder);
            System.IO.Directory.Delete(Folder);
        }

        private static void Run(params string[] command)
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]))!;
            process.WaitForExit();
            Assert.AreEqual(0, process.ExitCode, $"{string.Join(' ', command)}: this test mounts a file system, so it needs root");
        }
    }
}

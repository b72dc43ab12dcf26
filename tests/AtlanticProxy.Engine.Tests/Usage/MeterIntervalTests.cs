using System.Threading.Channels;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Journal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Engine.Tests.Usage;

/// <summary>
/// The published bound of what a kill -9 loses, without the clock of the machine: with each tick of <see
/// cref="UsageMeter.Interval"/>, all that was counted until then is in the journal's file, so that what is missing there was
/// counted since.
/// </summary>
[TestClass]
public sealed class MeterIntervalTests
{
    private const int Ticks = 40;

    [TestMethod]
    public async Task File_AfterEachTick_HasAllThatWasCountedUntilThen()
    {
        Assert.AreEqual(TimeSpan.FromMilliseconds(250), UsageMeter.Interval, "as published");
        using var fixture = new JournalFixture();
        using var journal = fixture.Open();
        using var loops = new Loops(2);
        var time = new FakeTimeProvider();
        var sink = new WatchedSink(journal);
        var meter = new UsageMeter(loops.Sources, sink, null, time, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = meter.RunAsync(stop.Token);
        var random = new Random(1);
        long counted = 0;

        for (int tick = 0; tick < Ticks; tick++)
        {
            long before = counted;
            for (int i = 0; i < 5; i++)
                counted += await loops.CountAsync(random);
            time.Advance(UsageMeter.Interval - TimeSpan.FromMilliseconds(1));
            counted += await loops.CountAsync(random);
            Assert.AreEqual(before, OnDisk(fixture), $"tick {tick}: not before its time");

            time.Advance(TimeSpan.FromMilliseconds(1));
            await sink.AcceptedAsync();
            Assert.AreEqual(counted, OnDisk(fixture), $"tick {tick}");
        }
        await stop.CancelAsync();
        await running;
    }

    /// <summary>What a next run would find if this one were killed now.</summary>
    private static long OnDisk(JournalFixture journal)
    {
        using var copy = new JournalFixture();
        foreach (string file in journal.Files)
            File.Copy(file, Path.Combine(copy.Options.Directory, Path.GetFileName(file)));
        using var next = copy.Open();
        Assert.AreEqual(0, next.Status.DiscardedBytes);
        return JournalFixture.Sum(JournalFixture.Drain(next));
    }

    /// <summary>Event loops, with tunnels that count on them.</summary>
    private sealed class Loops : IDisposable
    {
        private readonly EventLoop[] _loops;
        private readonly UsageCounters[] _counters;

        public Loops(int count)
        {
            _loops = [.. Enumerable.Range(0, count).Select(i => new EventLoop(i, TimeProvider.System, NullLogger.Instance))];
            _counters = [.. _loops.Select(_ => new UsageCounters())];
            foreach (var loop in _loops)
                loop.Start();
        }

        public IReadOnlyList<(EventLoop, UsageCounters)> Sources => [.. _loops.Zip(_counters)];

        /// <summary>Counts some bytes on some loop: how many.</summary>
        public Task<long> CountAsync(Random random)
        {
            var (i, user, bytes) = (random.Next(_loops.Length), random.Next(1, 5), random.NextInt64(1, 1_000_000));
            var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            _loops[i].Post(() =>
            {
                var counter = _counters[i].Open(user, 7, "us", "");
                counter.AddUp(bytes);
                UsageCounters.Release(counter);
                done.SetResult(bytes);
            });
            return done.Task;
        }

        public void Dispose()
        {
            foreach (var loop in _loops)
                loop.Dispose();
        }
    }

    /// <summary>The journal, and word of it when it has taken something.</summary>
    private sealed class WatchedSink(UsageJournal journal) : IUsageSink
    {
        private readonly Channel<bool> _accepted = Channel.CreateUnbounded<bool>();

        public void Accept(IReadOnlyList<UsageDelta> deltas)
        {
            journal.Accept(deltas);
            _accepted.Writer.TryWrite(true);
        }

        public async Task AcceptedAsync() => await _accepted.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }
}

using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Engine.Usage.Journal;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>What health shows of the flusher.</summary>
/// <param name="Failing">Whether the last try to write failed; the bytes are in the journal and are sent again.</param>
/// <param name="LastFlushed">When the database last had everything; null before the first time.</param>
public sealed record UsageStatus(bool Failing, DateTimeOffset? LastFlushed);

/// <summary>
/// Brings what is in the journal into PostgreSQL, every second. While the database is away the journal keeps it; batches are sent
/// again under the same identity until they are accepted, and count once.
/// </summary>
public sealed partial class UsageFlusher
{
    /// <summary>What the pages that show usage lag behind it.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A transaction that takes longer than this is stuck; the batches are sent again, which is harmless.</summary>
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Time for the last bytes when stopping: less than systemd's 90 s until SIGKILL, with room for the rest of a stop.
    /// </summary>
    private static readonly TimeSpan LastTryTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Rows of one transaction, before those of one key are added up: some 50 MB in memory, and ten intervals of a node with
    /// 50,000 busy keys, so a second of work.
    /// </summary>
    private const int RowsAtATime = 500_000;

    /// <summary>
    /// After a failure, doubled with each success: if it failed because that many rows, with hardly two of one key, take longer
    /// than <see cref="TryTimeout"/>, fewer get through.
    /// </summary>
    private const int RowsAfterFailure = 50_000;

    private readonly UsageJournal _journal;
    private readonly UsageStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private bool _failing;
    private int _rowsAtATime = RowsAtATime;
    private DateTimeOffset? _lastFlushed;

    internal UsageFlusher(UsageJournal journal, UsageStore store, TimeProvider time, ILogger<UsageFlusher> log) =>
        (_journal, _store, _time, _log) = (journal, store, time, log);

    public UsageStatus Status => new(_failing, _lastFlushed);

    /// <summary>
    /// Runs until cancelled, then sends what is left, for a bounded time. Stop the meter first, so that this has its last word.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var backoff = new Backoff();
        while (!cancellation.IsCancellationRequested)
        {
            await Backoff.PauseAsync(Interval, _time, cancellation);
            try
            {
                await FlushAsync(cancellation);
                backoff.Reset();
            }
            catch (Exception fault) when (!cancellation.IsCancellationRequested)
            {
                var pause = backoff.Next();
                LogFailed(fault, _journal.Status.WaitingBytes, pause.TotalSeconds);
                await Backoff.PauseAsync(pause, _time, cancellation);
            }
            catch (Exception)
            {
                // Asked to stop in the middle of a transaction: the last flush sends it again.
            }
        }
        await FlushLastAsync();
        await _store.DisposeAsync();
    }

    /// <summary>Sends until nothing waits.</summary>
    internal async Task FlushAsync(CancellationToken cancellation)
    {
        try
        {
            while (_journal.Read(_rowsAtATime) is [var first, ..] batches)
            {
                using var timeout = new CancellationTokenSource(TryTimeout, _time);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
                int counted = await _store.WriteAsync(batches, patience.Token);
                if (counted < batches.Count)
                    LogDuplicate(batches.Count - counted, batches.Count, first.Sequence);
                foreach (var retired in _journal.Delivered())
                    await _store.ForgetAsync(retired, patience.Token);
                _rowsAtATime = Math.Min(2 * _rowsAtATime, RowsAtATime);
            }
            // All that an earlier run counted is booked, against what it held: the rest is for whoever asks.
            if (_journal.EarlierRuns is [_, ..] ended)
            {
                long released = await _store.ReleaseLeasesAsync(ended, cancellation);
                _journal.ForgetEarlierRuns();
                if (released > 0)
                    LogReleased(released);
            }
            (_failing, _lastFlushed) = (false, _time.GetUtcNow());
        }
        catch
        {
            (_failing, _rowsAtATime) = (true, RowsAfterFailure);
            throw;
        }
    }

    // Once: what the database does not take now, the journal keeps for the next run.
    private async Task FlushLastAsync()
    {
        using var bound = new CancellationTokenSource(LastTryTimeout, _time);
        try
        {
            await FlushAsync(bound.Token);
        }
        catch (Exception fault)
        {
            LogLeft(fault, _journal.Status.WaitingBytes);
        }
    }

    [LoggerMessage(2201, LogLevel.Warning,
        "Usage cannot be written: {Bytes} bytes of it wait in the journal. Trying again in {Seconds:0.0} s")]
    private partial void LogFailed(Exception fault, long bytes, double seconds);

    [LoggerMessage(2202, LogLevel.Information,
        "{Repeated} of {Batches} usage batches from {Sequence} on had been accepted before; they count once")]
    private partial void LogDuplicate(int repeated, int batches, long sequence);

    [LoggerMessage(2204, LogLevel.Information, "{Bytes} bytes that an earlier run of this node held of quotas were given back")]
    private partial void LogReleased(long bytes);

    [LoggerMessage(2203, LogLevel.Warning,
        "Usage was not written before the stop: {Bytes} bytes of it stay in the journal for the next start")]
    private partial void LogLeft(Exception fault, long bytes);
}

using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Engine.Usage;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>What health shows of the flusher.</summary>
/// <param name="Failing">Whether the last try to write failed; the bytes are kept and sent again.</param>
/// <param name="LastFlushed">When the database last took a batch, or there was nothing to send; null before the first.</param>
/// <param name="WaitingKeys">Distinct (proxy user, provider, country, hour) that the database does not have yet.</param>
public sealed record UsageStatus(bool Failing, DateTimeOffset? LastFlushed, int WaitingKeys);

/// <summary>
/// Brings what the meter counted into PostgreSQL, every second. While the database is away the counts wait in memory, added up by key;
/// each batch is sent again under the same identity until it is accepted, and counts once.
/// </summary>
public sealed partial class UsageFlusher : IUsageSink
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A statement that takes longer than this is stuck; the batch is sent again, which is harmless.</summary>
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Time for the last bytes when stopping: less than systemd's 90 s until SIGKILL, with room for the rest of a stop.</summary>
    private static readonly TimeSpan LastTryTimeout = TimeSpan.FromSeconds(10);

    private readonly UsageBuffer _buffer;
    private readonly UsageStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private bool _failing;
    private DateTimeOffset? _lastFlushed;

    internal UsageFlusher(UsageBuffer buffer, UsageStore store, TimeProvider time, ILogger<UsageFlusher> log) =>
        (_buffer, _store, _time, _log) = (buffer, store, time, log);

    public UsageStatus Status => new(_failing, _lastFlushed, _buffer.Keys);

    public void Accept(IReadOnlyList<UsageDelta> deltas) => _buffer.Add(deltas);

    /// <summary>Runs until cancelled, then sends what is left, for a bounded time. Stop the meter first, so that this has its last word.</summary>
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
                LogFailed(fault, _buffer.Keys, pause.TotalSeconds);
                await Backoff.PauseAsync(pause, _time, cancellation);
            }
            catch (Exception)
            {
                // Asked to stop in the middle of a batch: the last flush sends it again.
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
            while (_buffer.Take() is { } batch)
            {
                using var timeout = new CancellationTokenSource(TryTimeout, _time);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
                if (!await _store.WriteAsync(batch, patience.Token))
                    LogDuplicate(batch.Sequence);
                _buffer.Accepted(batch);
            }
            (_failing, _lastFlushed) = (false, _time.GetUtcNow());
        }
        catch
        {
            _failing = true;
            throw;
        }
    }

    private async Task FlushLastAsync()
    {
        using var bound = new CancellationTokenSource(LastTryTimeout, _time);
        var backoff = new Backoff();
        while (_buffer.Keys > 0)
        {
            try
            {
                await FlushAsync(bound.Token);
            }
            catch (Exception fault) when (bound.IsCancellationRequested)
            {
                LogLost(fault, _buffer.Keys);
                return;
            }
            catch (Exception fault)
            {
                var pause = backoff.Next();
                LogFailed(fault, _buffer.Keys, pause.TotalSeconds);
                await Backoff.PauseAsync(pause, _time, bound.Token);
            }
        }
    }

    [LoggerMessage(2201, LogLevel.Warning, "Usage cannot be written: {Keys} counters wait in memory. Trying again in {Seconds:0.0} s")]
    private partial void LogFailed(Exception fault, int keys, double seconds);

    [LoggerMessage(2202, LogLevel.Information, "Usage batch {Sequence} had been accepted before; it counts once")]
    private partial void LogDuplicate(long sequence);

    [LoggerMessage(2203, LogLevel.Error, "Usage of {Keys} counters was not written before the stop and is lost")]
    private partial void LogLost(Exception fault, int keys);
}

using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Engine.ConnectionLog;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.ConnectionLog;

/// <summary>
/// Brings the backlog into PostgreSQL, every second. It is a help for support, not a record of money: what an outage of
/// the database pushes out of the backlog is lost, and counted; what was sent when a connection broke may stand there twice.
/// </summary>
public sealed partial class ConnectionLogWriter
{
    /// <summary>What the pages that show connections lag behind them.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A batch that takes longer than this is stuck, and sent again.</summary>
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Time for the last rows when stopping.</summary>
    private static readonly TimeSpan LastTryTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Rows of one COPY: about a megabyte.</summary>
    private const int RowsAtATime = 5_000;

    private readonly ConnectionBacklog _backlog;
    private readonly ConnectionStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private List<ConnectionRecord> _inHand = [];
    private long _reportedDrops;

    internal ConnectionLogWriter(
        ConnectionBacklog backlog, ConnectionStore store, TimeProvider time, ILogger<ConnectionLogWriter> log) =>
        (_backlog, _store, _time, _log) = (backlog, store, time, log);

    /// <summary>
    /// Runs until cancelled, then writes what is left, for a bounded time. Stop the engine first, so that this has its last word.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var backoff = new Backoff();
        while (!cancellation.IsCancellationRequested)
        {
            await Backoff.PauseAsync(Interval, _time, cancellation);
            try
            {
                await WriteAsync(cancellation);
                backoff.Reset();
            }
            catch (Exception fault) when (!cancellation.IsCancellationRequested)
            {
                var pause = backoff.Next();
                LogFailed(fault, _inHand.Count, pause.TotalSeconds);
                await Backoff.PauseAsync(pause, _time, cancellation);
            }
            catch (Exception)
            {
                // Asked to stop in the middle of a batch: the last try sends it again.
            }
        }
        await WriteLastAsync();
    }

    /// <summary>Writes until nothing waits.</summary>
    internal async Task WriteAsync(CancellationToken cancellation)
    {
        if (_backlog.Dropped is var drops && drops > _reportedDrops)
        {
            LogDropped(drops - _reportedDrops);
            _reportedDrops = drops;
        }
        while (true)
        {
            if (_inHand.Count == 0)
                _inHand = _backlog.Take(RowsAtATime);
            if (_inHand.Count == 0)
                return;
            using var timeout = new CancellationTokenSource(TryTimeout, _time);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
            await _store.WriteAsync(_inHand, patience.Token);
            _inHand = [];
        }
    }

    private async Task WriteLastAsync()
    {
        using var bound = new CancellationTokenSource(LastTryTimeout, _time);
        try
        {
            await WriteAsync(bound.Token);
        }
        catch (Exception fault)
        {
            LogLost(fault);
        }
    }

    [LoggerMessage(2601, LogLevel.Warning,
        "Writing the connection log failed; {Rows} rows are kept and tried again in {Seconds} s")]
    private partial void LogFailed(Exception fault, int rows, double seconds);

    [LoggerMessage(2602, LogLevel.Warning, "The connection log had no room for {Records} connections: they are not in it")]
    private partial void LogDropped(long records);

    [LoggerMessage(2603, LogLevel.Warning, "The last rows of the connection log could not be written and are lost")]
    private partial void LogLost(Exception fault);
}

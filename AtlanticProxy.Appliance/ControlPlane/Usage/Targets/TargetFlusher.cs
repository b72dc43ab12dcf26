using AtlanticProxy.ControlPlane.Database;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Usage.Targets;

/// <summary>
/// Brings what this node has seen of destinations into PostgreSQL. While the database is away the sketches wait in memory,
/// bounded like all of them; after a commit whose answer was lost they may count twice, which a statistic can bear.
/// </summary>
public sealed partial class TargetFlusher
{
    /// <summary>
    /// What the pages that show destinations lag behind, and what a kill -9 loses of them. A merge works on all rows of a proxy
    /// user's day.
    /// </summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>Of a write, or of the last one when stopping: well within systemd's 90 s until SIGKILL.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly TargetBook _book;
    private readonly TargetStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Queue<TargetPage> _pending = [];

    internal TargetFlusher(TargetBook book, TargetStore store, TimeProvider time, ILogger<TargetFlusher> log) =>
        (_book, _store, _time, _log) = (book, store, time, log);

    /// <summary>Runs until cancelled, then writes once more. Stop the meter first.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        bool stopping;
        do
        {
            await Backoff.PauseAsync(Interval, _time, cancellation);
            stopping = cancellation.IsCancellationRequested; // told while it writes, it writes once more
            using var bound = new CancellationTokenSource(Timeout, _time);
            try
            {
                await FlushAsync(bound.Token);
            }
            catch (Exception fault)
            {
                LogFailed(fault, _pending.Count);
            }
        }
        while (!stopping);
    }

    /// <summary>Writes what there is. What could not be written goes first the next time.</summary>
    internal async Task FlushAsync(CancellationToken cancellation)
    {
        await _store.WriteAsync(_pending, cancellation);
        foreach (var page in _book.Take())
            _pending.Enqueue(page);
        await _store.WriteAsync(_pending, cancellation);
    }

    [LoggerMessage(2221, LogLevel.Warning,
        "The destinations of {Pages} proxy users could not be written; they wait in memory for the next try, or are lost with "
            + "this process")]
    private partial void LogFailed(Exception fault, int pages);
}

using AtlanticProxy.Engine.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Usage.Journal;

/// <summary>
/// Makes the disk have all that was appended to the journal, on a thread of its own, and a last time when it is disposed.
/// </summary>
internal sealed class JournalSyncing : IDisposable
{
    /// <summary>How often the disk is made to have everything: what a power loss can take.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock;
    private readonly Func<List<JournalSegment>> _takeUnsynced;
    private readonly ILogger _log;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    /// <param name="journal">Held while segments are taken and marked, and not while the disk works: appending goes on.</param>
    /// <param name="takeUnsynced">Under the lock: segments that the disk does not have all of, which it now counts as
    /// synced.</param>
    public JournalSyncing(Lock journal, Func<List<JournalSegment>> takeUnsynced, ILogger log)
    {
        (_lock, _takeUnsynced, _log) = (journal, takeUnsynced, log);
        _thread = new Thread(RunUntilStopped) { IsBackground = true, Name = "usage journal sync" };
        _thread.Start();
    }

    /// <summary>Why the last sync failed; null when it did not. Under the journal's lock.</summary>
    public string? Problem { get; private set; }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void RunUntilStopped()
    {
        bool stopping;
        do
        {
            stopping = _stop.Wait(Interval);
            try
            {
                Sync();
            }
            catch (Exception fault)
            {
                EngineLog.JournalFault(_log, fault); // a thread that throws would take the process with it
            }
        }
        while (!stopping);
    }

    private void Sync()
    {
        List<JournalSegment> dirty;
        lock (_lock)
            dirty = _takeUnsynced();
        string? problem = null;
        foreach (var segment in dirty)
            try
            {
                segment.Sync();
            }
            catch (ObjectDisposedException)
            {
                // Delivered and removed meanwhile.
            }
            catch (IOException fault)
            {
                problem = fault.Message;
                lock (_lock)
                    segment.IsDirty = true;
            }
        lock (_lock)
        {
            if (problem is not null && Problem is null)
                EngineLog.JournalNotSynced(_log, problem);
            Problem = problem;
        }
    }
}

using System.Collections.Concurrent;
using AtlanticProxy.Engine.ConnectionLog;

namespace AtlanticProxy.ControlPlane.ConnectionLog;

/// <summary>
/// Endings on their way from the loops to the database, without locks. While the database is away it is bounded: the oldest are
/// dropped, and counted.
/// </summary>
public sealed class ConnectionBacklog : IConnectionLog
{
    /// <summary>
    /// Some 10 MB with what they refer to; at two a second, an outage of a minute and a half of a hundred busy users.
    /// </summary>
    internal const int MaxRecords = 20_000;

    private readonly ConcurrentQueue<ConnectionRecord> _records = new();
    private int _count;
    private long _dropped;

    /// <summary>Records that were lost for lack of room, since the start.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Accept(in ConnectionRecord record)
    {
        _records.Enqueue(record);
        if (Interlocked.Increment(ref _count) > MaxRecords && TryTake(out _))
            Interlocked.Increment(ref _dropped);
    }

    /// <summary>Takes the oldest out.</summary>
    /// <param name="most">How many at most.</param>
    internal List<ConnectionRecord> Take(int most)
    {
        var taken = new List<ConnectionRecord>();
        while (taken.Count < most && TryTake(out var record))
            taken.Add(record);
        return taken;
    }

    private bool TryTake(out ConnectionRecord record)
    {
        if (!_records.TryDequeue(out record))
            return false;
        Interlocked.Decrement(ref _count);
        return true;
    }
}

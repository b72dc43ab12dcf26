namespace AtlanticProxy.Engine.Limits;

/// <summary>
/// Client connections of this node, over all loops: how many are open, how many may be, and whether they are being drained. From
/// any thread.
/// </summary>
/// <param name="max">Connections at a time.</param>
internal sealed class NodeConnections(int max)
{
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private long _refused;
    private volatile bool _draining;

    public int Max { get; } = max;

    public int Open => Volatile.Read(ref _open);

    /// <summary>Requests and connections that were turned away since the start.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>The node stops: no client gets to send another request.</summary>
    public bool IsDraining => _draining;

    /// <summary>Completes when draining has begun and the last connection is closed.</summary>
    public Task Empty => _empty.Task;

    public void CountOpened() => Interlocked.Increment(ref _open);

    public void CountRefused() => Interlocked.Increment(ref _refused);

    public void CountClosed()
    {
        if (Interlocked.Decrement(ref _open) == 0 && _draining)
            _empty.TrySetResult();
    }

    public void BeginDraining()
    {
        _draining = true;
        Interlocked.MemoryBarrier(); // either we see that none is open, or who closes the last sees that we drain
        if (Open == 0)
            _empty.TrySetResult();
    }
}

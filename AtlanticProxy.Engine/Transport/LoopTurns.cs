namespace AtlanticProxy.Engine.Transport;

/// <summary>
/// Gives the others of a loop their turns, for straight-line code between two sockets that are always ready: it would never wait,
/// and nobody else would move.
/// </summary>
internal sealed class LoopTurns(EventLoop loop) : LoopHandle
{
    /// <summary>Bytes between two turns: as many as a tunnel's direction may move.</summary>
    public const int Budget = 1024 * 1024;

    private readonly LoopSignal<bool> _turn = new();
    private int _spent;

    /// <summary>Notes bytes that were moved. Waits for the next turn when they are too many for this one.</summary>
    public LoopTask<bool> SpendAsync(int bytes)
    {
        _spent += bytes;
        if (_spent < Budget)
            return new(true);
        _spent = 0;
        loop.Requeue(this);
        return _turn.Begin();
    }

    internal override void OnTurn() => _turn.Signal(true);

    internal override void OnReady(int fd, uint events)
    {
        // it has no descriptor
    }

    internal override void OnTimer()
    {
        // nor a time
    }
}

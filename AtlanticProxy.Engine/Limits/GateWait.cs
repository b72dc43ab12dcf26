using System.Threading.Tasks.Sources;

namespace AtlanticProxy.Engine.Limits;

/// <summary>Waits at a gate in straight-line code: one at a time, reusable.</summary>
internal sealed class GateWait : IGateWaiter, IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _core;
    private bool _waiting;

    /// <summary>Waits for a turn. False when it was given up.</summary>
    public ValueTask<bool> WaitAsync(GateLane lane)
    {
        _core.Reset();
        _waiting = true;
        lane.Wait(this);
        return new ValueTask<bool>(this, _core.Version);
    }

    /// <summary>Wakes whoever waits, for good.</summary>
    public void GiveUp() => Complete(false);

    void IGateWaiter.OnGateOpen(GateLane lane) => Complete(true);

    private void Complete(bool turn)
    {
        if (!_waiting)
            return;
        _waiting = false;
        _core.SetResult(turn);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.FlowExecutionContext);
}

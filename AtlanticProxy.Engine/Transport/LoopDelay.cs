using System.Threading.Tasks.Sources;

namespace AtlanticProxy.Engine.Transport;

/// <summary>Waits on a loop for some time. For rare waits: one small object each.</summary>
internal sealed class LoopDelay : TimerNode, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;

    public static ValueTask WaitAsync(EventLoop loop, TimeSpan delay)
    {
        var node = new LoopDelay();
        loop.ArmTimer(node, delay);
        return new ValueTask(node, node._core.Version);
    }

    internal override void OnTimer() => _core.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}

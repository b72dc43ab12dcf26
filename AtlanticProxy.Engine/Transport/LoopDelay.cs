namespace AtlanticProxy.Engine.Transport;

/// <summary>Waits on a loop for some time. For rare waits: two small objects each.</summary>
internal sealed class LoopDelay : TimerNode
{
    private readonly LoopSignal<bool> _passed = new();

    /// <summary>True, when the time has passed.</summary>
    public static LoopTask<bool> WaitAsync(EventLoop loop, TimeSpan delay)
    {
        var node = new LoopDelay();
        loop.ArmTimer(node, delay);
        return node._passed.Begin();
    }

    internal override void OnTimer() => _passed.Signal(true);
}

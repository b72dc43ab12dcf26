using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Limits;

/// <summary>Waits at a gate in straight-line code: one at a time, reusable.</summary>
internal sealed class GateWait : IGateWaiter
{
    private readonly LoopSignal<bool> _turn = new();

    /// <summary>Waits for a turn. False when it was given up.</summary>
    public LoopTask<bool> WaitAsync(GateLane lane)
    {
        var turn = _turn.Begin();
        lane.Wait(this);
        return turn;
    }

    /// <summary>Wakes whoever waits, for good.</summary>
    public void GiveUp() => _turn.Signal(false);

    void IGateWaiter.OnGateOpen(GateLane lane) => _turn.Signal(true);
}

using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Limits;

/// <summary>Waits at a gate in straight-line code: one at a time, reusable.</summary>
internal sealed class GateWait : IGateWaiter
{
    private readonly LoopSignal<bool> _turn = new();
    private GateLane? _lane;

    /// <summary>Waits for a turn. False when it was given up.</summary>
    public LoopTask<bool> WaitAsync(GateLane lane)
    {
        _lane = lane;
        var turn = _turn.Begin();
        lane.Wait(this);
        return turn;
    }

    /// <summary>Wakes whoever waits, for good.</summary>
    public void GiveUp() => End(false);

    /// <summary>Wakes whoever waits: the gate may have become another.</summary>
    public void LookAgain() => End(true);

    void IGateWaiter.OnGateOpen(GateLane lane) => End(true);

    bool IGateWaiter.WaitsAt(GateLane lane) => _lane == lane;

    private void End(bool turn)
    {
        _lane = null;
        _turn.Signal(turn);
    }
}

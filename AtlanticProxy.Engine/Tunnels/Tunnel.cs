using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.Engine.Tunnels;

/// <summary>Is told when a tunnel is over; both of its sockets are closed then.</summary>
internal interface ITunnelOwner
{
    void OnTunnelEnded(Tunnel tunnel, ConnectionOutcome outcome);
}

/// <summary>
/// An established tunnel: two descriptors and a few words, no task and no buffer while idle. This is what all of them have in
/// common: readiness, turns, timeouts, counting, ends of stream passed on one direction at a time, and the ending. How bytes get
/// from one socket to the other is the subclass's.
/// </summary>
internal abstract class Tunnel : LoopHandle, IGateWaiter
{
    /// <summary>Bytes one direction may move before the other, and other connections, get their turn.</summary>
    protected const int TurnBudget = 1024 * 1024;

    /// <summary>Client to upstream, and back.</summary>
    protected Flow Up, Down;

    private readonly UsageCounter _counter;
    private readonly ITunnelOwner _owner;
    private readonly long _idleMilliseconds, _endsAt;
    private readonly ISocketBridge? _clientBridge, _upstreamBridge;
    private TrafficGate? _gate;
    private long _lastActivity;
    private bool _ended, _queued, _clientWritesUnwatched;

    /// <summary>Takes over both sockets; <see cref="Begin"/> starts moving bytes.</summary>
    protected Tunnel(LoopSocket client, LoopSocket upstream, UsageCounter counter, TrafficGate? gate, ITunnelOwner owner,
        EngineOptions options)
    {
        Loop = client.Loop;
        _counter = counter;
        _gate = gate;
        _owner = owner;
        _idleMilliseconds = (long)options.IdleTimeout.TotalMilliseconds;
        _endsAt = options.TotalTimeout > TimeSpan.Zero ? Loop.Now + (long)options.TotalTimeout.TotalMilliseconds : long.MaxValue;
        (Up.CanRead, Up.PeerEnded, Down.CanWrite) = (client.CanRead, client.PeerEnded, true);
        (Down.CanRead, Down.PeerEnded, Up.CanWrite) = (upstream.CanRead, upstream.PeerEnded, true);
        _clientBridge = client.Bridge;
        _upstreamBridge = upstream.Bridge;
        _clientWritesUnwatched = !client.WatchesWrites;
        Client = client.Detach(this);
        Upstream = upstream.Detach(this);
    }

    /// <summary>Which end of a direction failed.</summary>
    protected enum Side
    {
        None,
        Source,
        Sink,
    }

    /// <summary>Bytes carried so far, as the client sees them.</summary>
    public long BytesUp { get; private set; }

    public long BytesDown { get; private set; }

    protected EventLoop Loop { get; }

    /// <summary>The client's descriptor.</summary>
    protected int Client { get; }

    /// <summary>The upstream's descriptor.</summary>
    protected int Upstream { get; }

    /// <summary>Bytes were read from the client that the upstream has not got.</summary>
    protected virtual bool OwesUpstream => Up.Holds;

    /// <summary>Bytes were read from the upstream that the client has not got.</summary>
    protected virtual bool OwesClient => Down.Holds;

    /// <summary>Ends the tunnel now. Both sides see a reset, since the stream is not complete.</summary>
    public void Cut(ConnectionOutcome outcome) => End(outcome, reset: true);

    /// <summary>Goes on through another gate, or through none.</summary>
    public void PassThrough(TrafficGate? gate)
    {
        if (gate == _gate || _ended)
            return;
        _gate = gate;
        Up.Waits = Down.Waits = false; // whoever waits at the old one is in nobody's way there
        TakeAnotherTurn();
    }

    void IGateWaiter.OnGateOpen(GateLane lane)
    {
        if (_ended || _gate is null || (lane != _gate.Up && lane != _gate.Down))
            return;
        (lane == _gate.Up ? ref Up : ref Down).Waits = false;
        Pump();
    }

    bool IGateWaiter.WaitsAt(GateLane lane) =>
        !_ended && _gate is not null && (lane == _gate.Up ? Up.Waits : lane == _gate.Down && Down.Waits);

    /// <summary>Moves what it can from the client to the upstream: bytes to count, and which side failed, if one did.</summary>
    protected abstract long MoveUp(out Side failed);

    /// <summary>Moves what it can from the upstream to the client: bytes to count, and which side failed, if one did.</summary>
    protected abstract long MoveDown(out Side failed);

    /// <summary>Gives back what the subclass has borrowed of the loop. Once, at the end.</summary>
    protected abstract void Release();

    protected void Begin()
    {
        _lastActivity = Loop.Now;
        ArmTimer();
        Pump();
    }

    /// <summary>
    /// The end of the stream is passed on once, after the last byte. The side that failed, when it was no orderly end.
    /// </summary>
    protected Side PassEnd(ref Flow flow, int to)
    {
        if (flow.FinPassed)
            return Side.None;
        if ((to == Upstream ? _clientBridge : _upstreamBridge) is { PeerReset: true })
            return Side.Source;
        flow.FinPassed = true;
        // The second end closes both sockets, which says it as well.
        if (!(Up.FinPassed && Down.FinPassed))
            Libc.Shutdown(to, Linux.SHUT_WR);
        return Side.None;
    }

    /// <summary>
    /// Bytes that may be taken of a direction now, at most <paramref name="wanted"/>; 0 when it must wait its turn, and then it
    /// is woken.
    /// </summary>
    protected int Permit(ref Flow flow, int wanted)
    {
        if (_gate is null)
            return wanted;
        if (flow.Waits)
            return 0;
        var lane = LaneOf(ref flow);
        int permitted = lane.Take(this, wanted);
        if (permitted == 0)
        {
            flow.Waits = true;
            lane.Wait(this);
        }
        return permitted;
    }

    /// <summary>Lets what was read before the tunnel began count as taken.</summary>
    protected void Charge(int up, int down)
    {
        _gate?.Up.Charge(up);
        _gate?.Down.Charge(down);
    }

    /// <summary>Gives back what was permitted and not taken.</summary>
    protected void GiveBack(ref Flow flow, int bytes)
    {
        if (_gate is not null)
            LaneOf(ref flow).GiveBack(bytes);
    }

    private GateLane LaneOf(ref Flow flow) => System.Runtime.CompilerServices.Unsafe.AreSame(ref flow, ref Up)
        ? _gate!.Up
        : _gate!.Down;

    protected void TakeAnotherTurn()
    {
        if (_queued)
            return;
        _queued = true;
        Loop.Requeue(this);
    }

    protected void End(ConnectionOutcome outcome, bool reset)
    {
        if (_ended)
            return;
        _ended = true;
        Loop.Timers.Disarm(this);
        Up.Release(Loop);
        Down.Release(Loop);
        Release();
        if (reset)
        {
            SocketOptions.ResetOnClose(Client);
            SocketOptions.ResetOnClose(Upstream);
        }
        _clientBridge?.OnClosing(reset);
        _upstreamBridge?.OnClosing(reset);
        Loop.Close(Client);
        Loop.Close(Upstream);
        _owner.OnTunnelEnded(this, outcome);
    }

    internal override void OnReady(int fd, uint events)
    {
        bool dead = (events & (Linux.EPOLLERR | Linux.EPOLLHUP)) != 0;
        ref Flow from = ref fd == Client ? ref Up : ref Down;
        ref Flow to = ref fd == Client ? ref Down : ref Up;
        from.CanRead |= dead || (events & (Linux.EPOLLIN | Linux.EPOLLRDHUP)) != 0;
        from.PeerEnded |= dead || (events & Linux.EPOLLRDHUP) != 0;
        to.CanWrite |= dead || (events & Linux.EPOLLOUT) != 0;
        Pump();
        // Who waits at the gate, or for an upstream that takes nothing, reads nothing either, and has not noticed.
        if (fd == Client && dead && ((events & Linux.EPOLLERR) != 0 || _clientBridge is { PeerReset: true })
            && (Up.Waits || Down.Waits || Up.Ended || OwesUpstream))
            End(ConnectionOutcome.ClientReset, reset: true);
    }

    internal override void OnTurn()
    {
        _queued = false;
        if (!_ended)
            Pump();
    }

    internal override void OnTimer()
    {
        if (Loop.Now >= _endsAt)
            End(ConnectionOutcome.TotalTimeout, reset: true);
        else if (Loop.Now - _lastActivity >= _idleMilliseconds)
            End(ConnectionOutcome.IdleTimeout, reset: OwesUpstream || OwesClient); // what is not all must not look as if it were
        else
            ArmTimer();
    }

    private void ArmTimer() => Loop.Timers.Arm(this, Math.Min(_lastActivity + _idleMilliseconds, _endsAt));

    private void Pump()
    {
        long up = MoveUp(out var failed);
        if (up > 0)
        {
            BytesUp += up;
            _counter.AddUp(up);
            _lastActivity = Loop.Now;
        }
        if (failed != Side.None)
        {
            End(failed == Side.Source ? ConnectionOutcome.ClientReset : ConnectionOutcome.UpstreamReset, reset: true);
            return;
        }
        long down = MoveDown(out failed);
        if (down > 0)
        {
            if (BytesDown == 0)
                Loop.Counts.Time(TimingKind.FirstByte, _counter.ProviderId, Loop.Now - _lastActivity);
            BytesDown += down;
            _counter.AddDown(down);
            _lastActivity = Loop.Now;
        }
        if (failed != Side.None)
            End(failed == Side.Source ? ConnectionOutcome.UpstreamReset : ConnectionOutcome.ClientReset, reset: true);
        else if (Up.FinPassed && Down.FinPassed)
            End(ConnectionOutcome.Completed, reset: false);
        else if (_clientWritesUnwatched && !Down.CanWrite)
        {
            _clientWritesUnwatched = false;
            Loop.WatchWrites(Client);
        }
    }
}

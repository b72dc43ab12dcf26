using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.Engine.Limits;

/// <summary>Something that waits until it may move bytes again.</summary>
internal interface IGateWaiter
{
    /// <summary>It may try again, now, on the loop.</summary>
    void OnGateOpen(GateLane lane);

    /// <summary>Whether it waits there still: it may have ended, or waits at another lane now.</summary>
    bool WaitsAt(GateLane lane);
}

/// <summary>
/// What all tunnels of one proxy user on one loop must pass before they read: the user's and the customer's speed in each
/// direction, and the account's lease for both together. Without either there is no gate, and nothing to ask. Used on its loop
/// only.
/// </summary>
internal sealed class TrafficGate
{
    private long _share;

    public TrafficGate(EventLoop loop, UseScope user, UseScope? customer, AccountLease? lease, SpeedLimit? floor)
    {
        (Lease, Customer, Floor) = (lease, customer, floor);
        Up = new GateLane(this, loop, [user.Up, .. customer is null ? Array.Empty<SpeedLimit>() : [customer.Up]]);
        Down = new GateLane(this, loop, [user.Down, .. customer is null ? Array.Empty<SpeedLimit>() : [customer.Down]]);
    }

    /// <summary>From clients.</summary>
    public GateLane Up { get; }

    /// <summary>To clients.</summary>
    public GateLane Down { get; }

    /// <summary>What the customer uses; null when it has no limits.</summary>
    public UseScope? Customer { get; }

    /// <summary>The account's quota; null when it has none.</summary>
    public AccountLease? Lease { get; }

    /// <summary>The speed at which those go on whose quota is used up; null when they are cut.</summary>
    public SpeedLimit? Floor { get; }

    /// <summary>There is no more to be had than what is here: nothing of it is kept in a share.</summary>
    private bool IsLast => Lease is { State: not LeaseState.Granted };

    /// <summary>Connections that use it.</summary>
    public int Users { get; set; }

    /// <summary>Nothing is left of the quota, and the plan lets its customers go on slowly.</summary>
    public bool IsOnFloor => Floor is not null && _share <= 0 && Lease is { IsExhausted: true };

    /// <summary>Lets go those who waited for the lease.</summary>
    public void Open()
    {
        Up.Serve();
        Down.Serve();
    }

    /// <summary>Gives the rest of the loop's share back.</summary>
    public void ReturnShare()
    {
        if (_share != 0)
            Lease!.GiveBack(_share);
        _share = 0;
    }

    /// <summary>Takes bytes of the quota: how many.</summary>
    internal int TakeQuota(int wanted)
    {
        if (Lease is null || IsOnFloor)
            return wanted;
        if (IsLast)
        {
            ReturnShare();
            return Lease.TakeLast(wanted);
        }
        if (_share <= 0)
            _share += Lease.TakeShare();
        int taken = (int)Math.Clamp(_share, 0, wanted);
        _share -= taken;
        return taken;
    }

    internal void GiveBackQuota(int bytes)
    {
        if (Lease is not null && !IsOnFloor)
            _share += bytes;
        if (IsLast)
            ReturnShare();
    }

    internal void ChargeQuota(int bytes) => GiveBackQuota(-bytes);

    /// <summary>Whether bytes of the quota are at hand. When not, somebody is made to see to it.</summary>
    internal bool HasQuota()
    {
        if (Lease is null || _share > 0 || IsOnFloor || Lease.Available > 0)
            return true;
        Lease.OnSpent();
        return false;
    }
}

/// <summary>
/// One direction of a <see cref="TrafficGate"/>. Those who must wait are served in turns, each the same part, so that tunnels
/// share fairly.
/// </summary>
internal sealed class GateLane(TrafficGate gate, EventLoop loop, SpeedLimit[] speeds) : TimerNode
{
    /// <summary>
    /// Between two turns: often enough that a throttled page still looks smooth, seldom enough to cost nothing.
    /// </summary>
    private static readonly TimeSpan TurnTime = TimeSpan.FromMilliseconds(16);

    /// <summary>
    /// One turn gives each at least this much, or it would be all overhead; there are fewer served a turn, then.
    /// </summary>
    private const int MinTurn = 2 * 1024;

    private readonly Queue<IGateWaiter> _waiting = new();
    private IGateWaiter? _served;
    private int _servedLeft;

    /// <summary>
    /// Takes up to <paramref name="wanted"/> bytes: how many; 0 when <paramref name="who"/> must <see cref="Wait"/>.
    /// </summary>
    public int Take(IGateWaiter who, int wanted)
    {
        // Who comes while others wait waits behind them.
        if (_waiting.Count > 0 || _served is not null)
        {
            if (_served != who)
                return 0;
            wanted = Math.Min(wanted, _servedLeft);
            int served = TakeNow(wanted);
            _servedLeft -= served;
            return served;
        }
        return TakeNow(wanted);
    }

    private int TakeNow(int wanted)
    {
        int taken = gate.TakeQuota(wanted);
        int quota = taken;
        for (int i = 0; i < speeds.Length && taken > 0; i++)
            taken = TakeFrom(speeds[i], taken, i);
        if (taken > 0 && gate.IsOnFloor)
            taken = TakeFrom(gate.Floor!, taken, speeds.Length);
        if (taken < quota)
            gate.GiveBackQuota(quota - taken);
        return taken;
    }

    /// <summary>Takes what has been moved already, whether it is there or not: what comes next waits the longer.</summary>
    public void Charge(int bytes)
    {
        gate.ChargeQuota(bytes);
        foreach (var speed in speeds)
            speed.GiveBack(-bytes);
        if (gate.IsOnFloor)
            gate.Floor!.GiveBack(-bytes);
    }

    /// <summary>Gives back what was taken and not moved.</summary>
    public void GiveBack(int bytes)
    {
        if (bytes == 0)
            return;
        gate.GiveBackQuota(bytes);
        foreach (var speed in speeds)
            speed.GiveBack(bytes);
        if (gate.IsOnFloor)
            gate.Floor!.GiveBack(bytes);
        if (_served is not null)
            _servedLeft += bytes;
    }

    /// <summary>Takes all of <paramref name="bytes"/> or nothing, for what is rather dropped than kept waiting.</summary>
    public bool TryTakeAll(int bytes)
    {
        int taken = TakeNow(bytes);
        if (taken == bytes)
            return true;
        GiveBack(taken);
        return false;
    }

    /// <summary>Puts <paramref name="who"/> in the queue; it is told once.</summary>
    public void Wait(IGateWaiter who)
    {
        _waiting.Enqueue(who);
        foreach (var speed in speeds)
            speed.CountWaiting(1);
        if (!IsArmed)
            loop.ArmTimer(this, TurnTime);
    }

    internal override void OnTimer() => Serve();

    /// <summary>Gives everybody who waits now a turn, as far as there is something to give.</summary>
    public void Serve()
    {
        DropThoseGone();
        for (int left = _waiting.Count; left > 0 && _served is null; left--)
        {
            long available = gate.HasQuota() ? Available() : 0;
            if (available < MinTurn)
                break;
            _servedLeft = (int)Math.Clamp(Share(left), MinTurn, int.MaxValue);
            _served = Dequeue();
            try
            {
                _served.OnGateOpen(this);
            }
            finally
            {
                _served = null;
            }
            left -= DropThoseGone();
        }
        if (_waiting.Count > 0 && !IsArmed)
            loop.ArmTimer(this, TurnTime);
    }

    // Those at the head: who is gone further back is dropped when it gets there. Nothing may ever be left at the gate whose
    // tunnels are all gone: it would be asked for ever.
    private int DropThoseGone()
    {
        int dropped = 0;
        for (; _waiting.TryPeek(out var next) && !next.WaitsAt(this); dropped++)
            Dequeue();
        return dropped;
    }

    private IGateWaiter Dequeue()
    {
        foreach (var speed in speeds)
            speed.CountWaiting(-1);
        return _waiting.Dequeue();
    }

    private long Available()
    {
        long available = gate.IsOnFloor ? gate.Floor!.Available : long.MaxValue;
        foreach (var speed in speeds)
            available = Math.Min(available, speed.Available);
        return available;
    }

    // Of each limit, an equal part for everybody who waits for it, here and elsewhere: a customer's users and the other loops
    // have lanes of their own.
    private long Share(int here)
    {
        long share = gate.IsOnFloor ? gate.Floor!.Available / here : long.MaxValue;
        foreach (var speed in speeds)
            share = Math.Min(share, speed.Available / Math.Max(here, speed.Waiting));
        return share;
    }

    // What the narrower limits do not give, the wider ones get back.
    private int TakeFrom(SpeedLimit speed, int wanted, int taken)
    {
        int got = speed.Take(wanted);
        for (int i = 0; i < taken && got < wanted; i++)
            speeds[i].GiveBack(wanted - got);
        return got;
    }
}

using System.Net;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.Engine.Connections;

/// <summary>
/// A connection's place among those of its proxy user and its customer, and what it must ask before it moves bytes.
/// </summary>
internal sealed class Membership
{
    private readonly LoopLimits _limits;
    private readonly IPAddress _address;
    private readonly UseScope _user;
    private readonly UseScope? _customer;
    private readonly UseLimits _userLimits, _customerLimits;
    private PricedTargeting _targeting;
    private GateWait? _waitUp, _waitDown;
    private bool _over;

    private Membership(LoopLimits limits, UserEntry entry, PlanRights rights, IPAddress address)
    {
        (_limits, Entry, _address) = (limits, entry, address);
        (_userLimits, _customerLimits) = (entry.User.Limits, rights.Limits);
        _user = entry.Activity.Use(limits.Time);
        _customer = CustomerOf(rights);
    }

    /// <summary>Whose it is, as of the snapshot of its last request.</summary>
    public UserEntry Entry { get; private set; }

    /// <summary>What its bytes are taken from; null when they are not counted against anything.</summary>
    public AccountLease? Lease { get; private set; }

    /// <summary>What its bytes must pass; null when nothing bounds them.</summary>
    public TrafficGate? Gate { get; private set; }

    /// <summary>Counts a connection in; or says why not.</summary>
    public static ConnectionOutcome? TryJoin(
        LoopLimits limits, UserEntry entry, PlanRights rights, IPAddress address, out Membership? membership)
    {
        var joining = new Membership(limits, entry, rights, address);
        membership = null;
        if (joining._user.TryEnter(joining._userLimits, address) is { } refused)
            return refused;
        if (joining._customer?.TryEnter(joining._customerLimits, address) is { } customerRefused)
        {
            joining._user.Leave(joining._userLimits, address);
            return customerRefused;
        }
        joining.TakeGate(rights);
        membership = joining;
        return null;
    }

    /// <summary>One more request of the same user; or why not.</summary>
    public ConnectionOutcome? TryRequest(UserEntry entry, PlanRights rights)
    {
        Entry = entry;
        // By the limits of now: only places are given back by those of then.
        return _user.MayRequest(entry.User.Limits) && CustomerOf(rights)?.MayRequest(rights.Limits) != false
            ? null
            : ConnectionOutcome.RateLimited;
    }

    /// <summary>What its present request or tunnel asks for: an account by the minute pays for it.</summary>
    public void Asks(TargetingFields fields)
    {
        var asked = PricedTargetingOf.Of(fields);
        Lease?.ChangeTargeting(_targeting, asked);
        _targeting = asked;
    }

    /// <summary>Takes over other limits.</summary>
    public void Update(UserEntry entry, PlanRights rights)
    {
        Entry = entry;
        ReleaseGate();
        TakeGate(rights);
        _waitUp?.LookAgain();
        _waitDown?.LookAgain();
    }

    /// <summary>Whether a datagram of so many bytes may be moved now; what may not is dropped, and does not wait.</summary>
    /// <param name="up">From the client.</param>
    public bool MayMove(int bytes, bool up) => LaneOf(up)?.TryTakeAll(bytes) != false;

    /// <summary>
    /// Waits until something of <paramref name="bytes"/> may be moved: how much; 0 when the connection is cut instead.
    /// </summary>
    /// <param name="up">From the client.</param>
    public LoopTask<int> PermitAsync(int bytes, bool up)
    {
        if (bytes == 0 || LaneOf(up) is not { } lane)
            return new(bytes);
        ref var wait = ref up ? ref _waitUp : ref _waitDown;
        wait ??= new GateWait();
        int taken = lane.Take(wait, bytes);
        return taken > 0 ? new(taken) : PermitLaterAsync(wait, bytes, up);
    }

    /// <summary>Takes what has been moved already, whether it is there or not.</summary>
    /// <param name="up">From the client.</param>
    public void Charge(int bytes, bool up) => LaneOf(up)?.Charge(bytes);

    /// <summary>Gives back what was permitted and did not get through.</summary>
    /// <param name="up">From the client.</param>
    public void GiveBack(int bytes, bool up) => LaneOf(up)?.GiveBack(bytes);

    /// <summary>Wakes what waits to move bytes of the client: it gets none.</summary>
    public void StopUp() => _waitUp?.GiveUp();

    /// <summary>Wakes what waits to move bytes in either direction: it gets none.</summary>
    public void StopWaiting()
    {
        _waitUp?.GiveUp();
        _waitDown?.GiveUp();
    }

    /// <summary>The connection is cut: nothing of it waits any more, or will.</summary>
    public void Cut()
    {
        _over = true;
        StopWaiting();
    }

    public void Leave()
    {
        _over = true;
        ReleaseGate();
        _user.Leave(_userLimits, _address);
        _customer?.Leave(_customerLimits, _address);
    }

    private async LoopTask<int> PermitLaterAsync(GateWait wait, int bytes, bool up)
    {
        while (true)
        {
            if (LaneOf(up) is not { } lane)
                return bytes;
            if (_over || !await wait.WaitAsync(lane))
                return 0;
            if (LaneOf(up) == lane && lane.Take(wait, bytes) is var taken and > 0)
                return taken;
        }
    }

    private GateLane? LaneOf(bool up) => Gate is not { } gate ? null : up ? gate.Up : gate.Down;

    private void TakeGate(PlanRights rights)
    {
        var user = Entry.User;
        if (user.QuotaAccountId is { } account)
        {
            do
                Lease = _limits.Leases.Of(account, user.Id);
            while (!Lease.TryEnter());
            Lease.ChangeTargeting(PricedTargeting.None, _targeting);
        }
        var customer = CustomerOf(rights);
        _user.SetSpeeds(user.Limits);
        customer?.SetSpeeds(rights.Limits);
        if (Lease is not null || _user.IsBounded || customer?.IsBounded == true)
            Gate = _limits.Gates.Open(user.Id, Lease, _user, customer, rights.FloorSpeed is { } floor
                ? _limits.Customers.FloorOf(user.CustomerId, floor)
                : null);
    }

    private UseScope? CustomerOf(PlanRights rights) => rights.Limits == UseLimits.None
        ? null
        : _limits.Customers.Of(Entry.User.CustomerId);

    private void ReleaseGate()
    {
        if (Gate is not null)
            _limits.Gates.Release(Entry.User.Id, Gate);
        Lease?.ChangeTargeting(_targeting, PricedTargeting.None);
        Lease?.Leave();
        (Gate, Lease) = (null, null);
    }
}

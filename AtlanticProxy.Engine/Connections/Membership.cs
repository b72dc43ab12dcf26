using System.Collections.Concurrent;
using System.Net;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Connections;

/// <summary>
/// A connection's place among those of its proxy user and its customer, and what it must ask before it moves bytes.
/// </summary>
internal sealed class Membership
{
    private readonly Worker _worker;
    private readonly IPAddress _address;
    private readonly UseScope _user;
    private readonly UseScope? _customer;
    private readonly UseLimits _userLimits, _customerLimits;

    private Membership(Worker worker, UserEntry entry, PlanRights rights, IPAddress address)
    {
        (_worker, Entry, _address) = (worker, entry, address);
        (_userLimits, _customerLimits) = (entry.User.Limits, rights.Limits);
        _user = entry.Activity.Use(worker.LimitTime);
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
        Worker worker, UserEntry entry, PlanRights rights, IPAddress address, out Membership? membership)
    {
        var joining = new Membership(worker, entry, rights, address);
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

    /// <summary>Takes over other limits.</summary>
    public void Update(UserEntry entry, PlanRights rights)
    {
        Entry = entry;
        ReleaseGate();
        TakeGate(rights);
    }

    public void Leave()
    {
        ReleaseGate();
        _user.Leave(_userLimits, _address);
        _customer?.Leave(_customerLimits, _address);
    }

    private void TakeGate(PlanRights rights)
    {
        var user = Entry.User;
        if (user.QuotaAccountId is { } account)
        {
            do
                Lease = _worker.Leases.Of(account, user.Id);
            while (!Lease.TryEnter());
        }
        var customer = CustomerOf(rights);
        _user.SetSpeeds(user.Limits);
        customer?.SetSpeeds(rights.Limits);
        if (Lease is not null || _user.IsBounded || customer?.IsBounded == true)
            Gate = _worker.Gates.Open(user.Id, Lease, _user, customer, rights.FloorSpeed is { } floor
                ? _worker.Customers.FloorOf(user.CustomerId, floor)
                : null);
    }

    private UseScope? CustomerOf(PlanRights rights) => rights.Limits == UseLimits.None
        ? null
        : _worker.Customers.Of(Entry.User.CustomerId);

    private void ReleaseGate()
    {
        if (Gate is not null)
            _worker.Gates.Release(Entry.User.Id, Gate);
        Lease?.Leave();
        (Gate, Lease) = (null, null);
    }
}

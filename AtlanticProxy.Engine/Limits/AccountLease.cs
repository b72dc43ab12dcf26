using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.Engine.Limits;

/// <summary>
/// What this node holds of one account's quota. Loops take shares of it, and its <see cref="LeaseKeeper"/> sees that there is
/// more before it is spent. Shared by all loops without locks.
/// </summary>
internal sealed class AccountLease(LeaseKeeper keeper, long accountId, long proxyUserId)
{
    /// <summary>
    /// Bytes of a loop's share: large enough that loops seldom meet here, small beside the published bound of 1 MB.
    /// </summary>
    private const long MaxShare = 256 * 1024;

    /// <summary>The last bytes are not cut any smaller than this.</summary>
    private const long MinShare = 4 * 1024;

    /// <summary>Of what is held, the part that one share takes at most: what one loop has, others lack.</summary>
    private const int ShareDivisor = 4;

    /// <summary>As the number of connections: out of use.</summary>
    private const int Retired = int.MinValue;

    private readonly TargetingCounts _targeting = new();
    private long _available, _taken, _lowWater;
    private int _connections;
    private volatile LeaseState _state = LeaseState.Granted;
    private volatile bool _isKnown, _countsMinutes;

    public long AccountId { get; } = accountId;

    /// <summary>One of those that share it: in whose name it is taken.</summary>
    public long ProxyUserId { get; } = proxyUserId;

    /// <summary>Whether there was more to be had when last asked.</summary>
    public LeaseState State => _state;

    /// <summary>Bytes held and in no loop's share.</summary>
    public long Available => Volatile.Read(ref _available);

    /// <summary>Bytes that loops have taken, ever.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Connections that may use it.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>There is nothing left, here or where it came from.</summary>
    public bool IsExhausted => _state != LeaseState.Granted && Available <= 0;

    /// <summary>The account was taken from at least once.</summary>
    public bool IsKnown => _isKnown;

    /// <summary>The account counts minutes with an open tunnel, and not bytes.</summary>
    public bool CountsMinutes => _countsMinutes;

    /// <summary>What the connections ask for now, of what may make a minute dearer.</summary>
    public PricedTargeting Targeting => _targeting.Present;

    /// <summary>A connection asks for something else than before.</summary>
    public void ChangeTargeting(PricedTargeting before, PricedTargeting now) => _targeting.Change(before, now);

    /// <summary>Under this, the keeper asks for more.</summary>
    public long LowWater
    {
        get => Volatile.Read(ref _lowWater);
        set => Volatile.Write(ref _lowWater, value);
    }

    /// <summary>Counts a connection in. False when it is retired: its successor is to be asked for.</summary>
    public bool TryEnter()
    {
        int connections;
        do
            connections = Connections;
        while (connections >= 0 && Interlocked.CompareExchange(ref _connections, connections + 1, connections) != connections);
        return connections >= 0;
    }

    /// <summary>Nobody gets in any more. False while somebody is in.</summary>
    public bool TryRetire() => Interlocked.CompareExchange(ref _connections, Retired, 0) == 0;

    public bool IsRetired => Connections == Retired;

    public void Leave() => Interlocked.Decrement(ref _connections);

    /// <summary>A loop's share of what is held; 0 when there is nothing, and then the loop is told when there is.</summary>
    public long TakeShare()
    {
        long available, share;
        do
        {
            available = Volatile.Read(ref _available);
            share = Math.Clamp(available / ShareDivisor, MinShare, MaxShare);
            share = Math.Clamp(available, 0, share);
        }
        while (share > 0 && !TryTake(share, available));
        if (share == 0)
        {
            keeper.OnSpent(this);
            return 0;
        }
        Interlocked.Add(ref _taken, share);
        if (available - share < LowWater)
            keeper.Ask(this);
        return share;
    }

    /// <summary>
    /// Takes of what is left once there is no more to be had: at most <paramref name="wanted"/>. Loops hold no shares then, so
    /// that the last bytes are there for whoever needs them.
    /// </summary>
    public int TakeLast(int wanted)
    {
        long available, taken;
        do
        {
            available = Volatile.Read(ref _available);
            taken = Math.Clamp(available, 0, wanted);
        }
        while (taken > 0 && !TryTake(taken, available));
        if (taken == 0)
            keeper.OnSpent(this);
        Interlocked.Add(ref _taken, taken);
        return (int)taken;
    }

    /// <summary>
    /// False when another loop took meanwhile. An account without a limit, which holds the most there is, stays as it is.
    /// </summary>
    private bool TryTake(long share, long available) =>
        available == long.MaxValue || Interlocked.CompareExchange(ref _available, available - share, available) == available;

    /// <summary>Somebody waits for it and there is nothing.</summary>
    public void OnSpent() => keeper.OnSpent(this);

    /// <summary>What a loop has left of its share; negative, when it used more.</summary>
    public void GiveBack(long bytes)
    {
        Interlocked.Add(ref _taken, -bytes);
        Add(bytes);
    }

    /// <summary>Takes all that is held, to give it back to where it came from.</summary>
    public long Drain() => Interlocked.Exchange(ref _available, 0);

    /// <summary>Takes what the source granted, or why it did not.</summary>
    public void OnAnswer(in LeaseGrant grant)
    {
        _state = grant.State;
        if (grant.State == LeaseState.Granted)
            _countsMinutes = grant.Minutes != int.MaxValue;
        else if (CountsMinutes)
            Drain();
        if (grant.Bytes > 0)
            Add(grant.Bytes);
        _isKnown = true; // last: a loop that sees it sees the rest
    }

    /// <summary>It may be asked for again; until it was, nobody knows whether there is any.</summary>
    public void OnRefilled()
    {
        if (_state == LeaseState.Granted)
            return;
        _state = LeaseState.Granted;
        _isKnown = false;
    }

    private void Add(long bytes)
    {
        bool isFree = CountsMinutes && _state != LeaseState.Granted; // while a minute is paid, and no longer
        if (bytes == long.MaxValue && !isFree)
            Volatile.Write(ref _available, long.MaxValue);
        else if (Volatile.Read(ref _available) != long.MaxValue && !isFree)
            Interlocked.Add(ref _available, bytes);
    }
}

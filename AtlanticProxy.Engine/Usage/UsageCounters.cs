namespace AtlanticProxy.Engine.Usage;

/// <summary>Bytes of one (proxy user, provider, country) on one loop. Added to without locks, on the loop's thread only.</summary>
internal sealed class UsageCounter
{
    private readonly UsageCounters _owner;
    private bool _dirty;

    internal UsageCounter(UsageCounters owner, long proxyUserId, long providerId, string country)
    {
        _owner = owner;
        ProxyUserId = proxyUserId;
        ProviderId = providerId;
        Country = country;
    }

    public long ProxyUserId { get; }

    public long ProviderId { get; }

    public string Country { get; }

    /// <summary>Connections that may still add to it.</summary>
    public int Users { get; internal set; }

    internal long Up, Down, Connections;

    public void AddUp(long bytes)
    {
        Up += bytes;
        Touch();
    }

    public void AddDown(long bytes)
    {
        Down += bytes;
        Touch();
    }

    internal void Touch()
    {
        if (_dirty)
            return;
        _dirty = true;
        _owner.Dirty.Add(this);
    }

    internal UsageDelta Take(long slotUtc)
    {
        var delta = new UsageDelta(new UsageKey(ProxyUserId, ProviderId, Country, slotUtc), Up, Down, Connections);
        Up = Down = Connections = 0;
        _dirty = false;
        return delta;
    }
}

/// <summary>The counters of one loop: as many as there are keys in use now.</summary>
internal sealed class UsageCounters
{
    private readonly Dictionary<(long User, long Provider, string Country), UsageCounter> _byKey = [];

    internal List<UsageCounter> Dirty { get; } = [];

    /// <summary>The counter to add to, counted as one more connection; give it back with <see cref="Release"/>.</summary>
    public UsageCounter Open(long proxyUserId, long providerId, string country)
    {
        var key = (proxyUserId, providerId, country);
        if (!_byKey.TryGetValue(key, out var counter))
            _byKey.Add(key, counter = new UsageCounter(this, proxyUserId, providerId, country));
        counter.Users++;
        counter.Connections++;
        counter.Touch();
        return counter;
    }

    /// <summary>The counter is not added to by this connection any more.</summary>
    public static void Release(UsageCounter counter)
    {
        counter.Users--;
        counter.Touch(); // so that the next collection sees it, and forgets it if nobody else uses it
    }

    /// <summary>Moves all increments since the last call into <paramref name="into"/>.</summary>
    public void Collect(List<UsageDelta> into, long slotUtc)
    {
        foreach (var counter in Dirty)
        {
            var delta = counter.Take(slotUtc);
            if (delta.BytesUp != 0 || delta.BytesDown != 0 || delta.Connections != 0)
                into.Add(delta);
            if (counter.Users == 0)
                _byKey.Remove((counter.ProxyUserId, counter.ProviderId, counter.Country));
        }
        Dirty.Clear();
    }
}

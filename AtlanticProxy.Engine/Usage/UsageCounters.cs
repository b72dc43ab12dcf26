namespace AtlanticProxy.Engine.Usage;

/// <summary>
/// Bytes of one (proxy user, provider, country, target) on one loop. Added to without locks, on the loop's thread only.
/// </summary>
internal sealed class UsageCounter
{
    private readonly UsageCounters _owner;
    private bool _dirty;

    internal UsageCounter(UsageCounters owner, long proxyUserId, long providerId, string country, string target)
    {
        _owner = owner;
        ProxyUserId = proxyUserId;
        ProviderId = providerId;
        Country = country;
        Target = target;
    }

    public long ProxyUserId { get; }

    public long ProviderId { get; }

    public string Country { get; }

    /// <summary>The host that is reached; empty where targets are not counted, or where it is not one.</summary>
    public string Target { get; }

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

/// <summary>
/// The counters of one loop: as many as there are keys in use now, so never more than there are connections, and those that ended
/// since the last collection.
/// </summary>
/// <param name="byTarget">Whether the hosts that are reached are told apart.</param>
internal sealed class UsageCounters(bool byTarget = false)
{
    private readonly Dictionary<CounterKey, UsageCounter> _byKey = [];

    internal List<UsageCounter> Dirty { get; } = [];

    /// <summary>The counter to add to, counted as one more connection; give it back with <see cref="Release"/>.</summary>
    /// <param name="target">The host to be reached; empty when there is none, or many.</param>
    public UsageCounter Open(long proxyUserId, long providerId, string country, string target)
    {
        target = Told(target);
        var key = new CounterKey(proxyUserId, providerId, country, target);
        if (!_byKey.TryGetValue(key, out var counter))
            _byKey.Add(key, counter = new UsageCounter(this, proxyUserId, providerId, country, target));
        counter.Users++;
        counter.Connections++;
        counter.Touch();
        return counter;
    }

    /// <summary>Whether <see cref="Open"/> would give this counter.</summary>
    public bool Has(UsageCounter counter, long proxyUserId, long providerId, string country, string target) =>
        counter.ProxyUserId == proxyUserId && counter.ProviderId == providerId && counter.Country == country
        && counter.Target == Told(target);

    /// <summary>The counter is not added to by this connection any more.</summary>
    public static void Release(UsageCounter counter)
    {
        counter.Users--;
        counter.Touch(); // so that the next collection sees it, and forgets it if nobody else uses it
    }

    /// <summary>
    /// Moves all increments since the last call into <paramref name="into"/>, and those with a target into <paramref
    /// name="targets"/> as well.
    /// </summary>
    public void Collect(List<UsageDelta> into, List<TargetDelta> targets, long slotUtc)
    {
        foreach (var counter in Dirty)
        {
            var delta = counter.Take(slotUtc);
            if (delta.BytesUp != 0 || delta.BytesDown != 0 || delta.Connections != 0)
            {
                into.Add(delta);
                if (counter.Target.Length > 0)
                    targets.Add(new TargetDelta(counter.ProxyUserId, counter.Target, delta.BytesUp + delta.BytesDown,
                        delta.Connections));
            }
            if (counter.Users == 0)
                _byKey.Remove(new CounterKey(counter.ProxyUserId, counter.ProviderId, counter.Country, counter.Target));
        }
        Dirty.Clear();
    }

    private string Told(string target) => byTarget ? target : "";

    /// <summary>
    /// A type of its own, since a tuple with strings is hashed and compared by code that the runtime shares between types, and
    /// looks up each time.
    /// </summary>
    private readonly record struct CounterKey(long User, long Provider, string Country, string Target);
}

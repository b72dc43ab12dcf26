using System.Collections.Concurrent;

namespace AtlanticProxy.Engine.Usage;

/// <summary>
/// What each provider carried since the start. Added up by the meter from what it collects anyway, so that loops do nothing
/// for it.
/// </summary>
internal sealed class TrafficTotals
{
    private readonly ConcurrentDictionary<long, Total> _byProvider = new();

    /// <summary>Of one provider; zeros before it carried anything.</summary>
    public (long Up, long Down, long Requests) Of(long providerId) => _byProvider.TryGetValue(providerId, out var total)
        ? (Volatile.Read(ref total.Up), Volatile.Read(ref total.Down), Volatile.Read(ref total.Requests))
        : default;

    /// <summary>By one thread at a time.</summary>
    public void Add(in UsageDelta delta)
    {
        var total = _byProvider.GetOrAdd(delta.Key.ProviderId, static _ => new Total());
        total.Up += delta.BytesUp;
        total.Down += delta.BytesDown;
        total.Requests += delta.Connections;
    }

    private sealed class Total
    {
        public long Up, Down, Requests;
    }
}

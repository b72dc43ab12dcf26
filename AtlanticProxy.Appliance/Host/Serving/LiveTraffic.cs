using AtlanticProxy.Engine;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Serving;

/// <summary>
/// Looks at what the meter hands to the journal, and remembers the last second of it for pages that show live figures.
/// </summary>
/// <param name="engine">Lazy, since the engine needs its sink first.</param>
internal sealed class LiveTraffic(IUsageSink journal, Lazy<ProxyEngine> engine, TimeProvider time) : IUsageSink, ILiveTraffic
{
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<(long At, IReadOnlyList<UsageDelta> Deltas)> _recent = [];

    public bool IsFull => journal.IsFull;

    public int OpenConnections => engine.Value.OpenConnections;

    public LiveFigure Total => Sum(Recent());

    public void Accept(IReadOnlyList<UsageDelta> deltas)
    {
        journal.Accept(deltas); // first: what it does not take will be offered again
        lock (_lock)
        {
            _recent.Enqueue((time.GetTimestamp(), deltas));
            Forget();
        }
    }

    public IReadOnlyDictionary<long, LiveFigure> ByCustomer()
    {
        var snapshot = engine.Value.Snapshot;
        return Recent().GroupBy(delta => snapshot.FindUser(delta.Key.ProxyUserId)?.CustomerId)
            .Where(customer => customer.Key is not null).ToDictionary(customer => customer.Key!.Value, Sum);
    }

    private static LiveFigure Sum(IEnumerable<UsageDelta> deltas) => deltas.Aggregate(LiveFigure.None, (sum, delta) =>
        new(sum.Down + delta.BytesDown, sum.Up + delta.BytesUp, sum.Opened + delta.Connections));

    private List<UsageDelta> Recent()
    {
        lock (_lock)
        {
            Forget();
            return [.. _recent.SelectMany(each => each.Deltas)];
        }
    }

    private void Forget()
    {
        while (_recent.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= Span)
            _recent.Dequeue();
    }
}

using System.Diagnostics.Metrics;
using System.Globalization;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Routing.Health;
using AtlanticProxy.Engine.Usage;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace AtlanticProxy.Engine;

/// <summary>
/// The engine's instruments. Counters and gauges are read from what is counted anyway when somebody asks. Timings are gathered by
/// the loops in lists of their own, which are emptied into the histograms beside them each second, while anybody listens. Labels
/// are loops, outcomes and the providers of the present snapshot, so there is a bound to them.
/// </summary>
internal sealed class EngineMetrics : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Seconds. A near exit takes milliseconds, a bad residential one many seconds.</summary>
    private static readonly double[] DialBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>Seconds. A healthy loop answers within a millisecond.</summary>
    private static readonly double[] LagBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

    private static readonly ConnectionOutcome[] Outcomes = Enum.GetValues<ConnectionOutcome>();

    private static readonly ProviderCondition[] Conditions = Enum.GetValues<ProviderCondition>();

    private readonly Meter _meter = new(ProxyEngine.MeterName);
    private readonly EngineContext _context;
    private readonly Worker[] _workers;
    private readonly TrafficTotals _totals;
    private readonly string[] _loops;
    private readonly Histogram<double> _dial, _firstByte, _lag;

    public EngineMetrics(EngineContext context, Worker[] workers, TrafficTotals totals)
    {
        (_context, _workers, _totals) = (context, workers, totals);
        _loops = [.. workers.Select(worker => worker.Loop.Index.ToString(CultureInfo.InvariantCulture))];
        AddConnections();
        AddProviders();
        AddLoops();
        _dial = Times("atlantic.dial.duration",
            "Time from the start of a dial until it can carry the client's bytes, of those that succeed", DialBounds);
        _firstByte = Times("atlantic.first_byte.duration",
            "Time from the request, or a tunnel's last bytes from the client, to the first byte of the answer", DialBounds);
        _lag = Times("atlantic.loop.lag", "How long work that is handed to an event loop waits, measured each second",
            LagBounds);
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>Empties the loops' timings into the histograms until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, _context.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                await CollectAsync();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The engine stops.
        }
    }

    /// <summary>Takes every loop's timings now. One call at a time.</summary>
    internal async Task CollectAsync()
    {
        bool wanted = _dial.Enabled || _firstByte.Enabled;
        if (!wanted && !_lag.Enabled)
            return;
        var names = _context.Live.Routing.Providers.ToDictionary(each => each.Provider.Id, each => each.Provider.Name);
        await Task.WhenAll(_workers.Select(worker => CollectFromAsync(worker, wanted, names)));
    }

    private async Task CollectFromAsync(Worker worker, bool wanted, Dictionary<long, string> names)
    {
        var done = new TaskCompletionSource<List<Timing>?>(TaskCreationOptions.RunContinuationsAsynchronously);
        long posted = _context.Time.GetTimestamp(), began = posted;
        worker.Loop.Post(() =>
        {
            began = _context.Time.GetTimestamp();
            done.SetResult(worker.Loop.Counts.TakeTimings(wanted ? [] : null));
        });
        var timings = await done.Task;
        _lag.Record(_context.Time.GetElapsedTime(posted, began).TotalSeconds, new Tag("loop", _loops[worker.Loop.Index]));
        foreach (var (kind, provider, milliseconds) in timings ?? [])
            if (names.TryGetValue(provider, out string? name))
                (kind == TimingKind.Dial ? _dial : _firstByte).Record(milliseconds / 1000.0, new Tag("provider", name));
    }

    private void AddConnections()
    {
        Gauge("atlantic.connections.open", "{connection}", "Client connections open now", () => _context.Node.Open);
        Gauge("atlantic.connections.max", "{connection}", "Client connections that this node takes at a time",
            () => _context.Node.Max);
        Counter("atlantic.connections.accepted", "{connection}", "Client connections accepted",
            () => [new(Sum(counts => counts.Accepted))]);
        Counter("atlantic.connections.ended", "{connection}", "Client connections closed, by outcome",
            () => ByOutcome((counts, outcome) => counts.Ended(outcome)));
        Counter("atlantic.requests.refused", "{request}", "Requests and connections refused, by outcome",
            () => ByOutcome((counts, outcome) => counts.Refused(outcome)));
        Gauge("atlantic.tunnels.open", "{tunnel}", "Tunnels open now", () =>
        {
            long ended = Sum(counts => counts.TunnelsEnded); // read first: the difference is never negative
            return (int)(Sum(counts => counts.TunnelsBegun) - ended);
        });
        Counter("atlantic.tunnels.opened", "{tunnel}", "Tunnels opened", () => [new(Sum(counts => counts.TunnelsBegun))]);
        Gauge("atlantic.tls.connections", "{connection}",
            "TLS connections carried now, of clients and to upstreams, handshakes included", () => _context.Bridges.Open);
        Gauge("atlantic.leases.held", "{lease}", "Leases of quotas that this node holds", () => _context.Leases.Count);
        Gauge("atlantic.proxy_users.known", "{user}", "Proxy users in the engine's snapshot",
            () => _context.Live.Snapshot.UserCount);
    }

    private void AddProviders()
    {
        Counter("atlantic.traffic", "By", "Plaintext bytes carried, as they are billed, by provider and direction", () =>
            Providers.SelectMany(each => (Measurement<long>[])
            [
                new(_totals.Of(each.Provider.Id).Up, Named(each), new Tag("direction", "up")),
                new(_totals.Of(each.Provider.Id).Down, Named(each), new Tag("direction", "down")),
            ]));
        Counter("atlantic.provider.requests", "{request}", "Tunnels, HTTP requests and associations of datagrams carried", () =>
            Providers.Select(each => new Measurement<long>(_totals.Of(each.Provider.Id).Requests, Named(each))));
        Counter("atlantic.provider.dials", "{dial}", "Dials that ended, the failed ones included", () =>
            Providers.Select(each => new Measurement<long>(each.State.Describe(each.Provider).Dials, Named(each))));
        Counter("atlantic.provider.failures", "{failure}", "Dials and requests that failed by the provider's fault", () =>
            Providers.Select(each => new Measurement<long>(each.State.Describe(each.Provider).Failures, Named(each))));
        Gauge("atlantic.provider.connections", "{connection}", "Connections to the provider now, waiting ones included", () =>
            Providers.Select(each => new Measurement<int>(each.State.Connections, Named(each))));
        Gauge("atlantic.provider.breakers", "{breaker}", "Circuit breakers open now: of all of it, its countries and its exits",
            () => Providers.Select(each => new Measurement<int>(each.State.OpenBreakers, Named(each))));
        Gauge("atlantic.provider.condition", "", "1 for the condition that the provider is in, 0 for the others", () =>
            Providers.SelectMany(each => Conditions.Select(condition => new Measurement<int>(
                each.State.Describe(each.Provider).Condition == condition ? 1 : 0, Named(each),
                new Tag("condition", condition.ToString())))));
    }

    private void AddLoops()
    {
        Counter("atlantic.loop.turns", "{turn}", "Turns of an event loop; a healthy one takes some each second", () =>
            _workers.Select(worker => new Measurement<long>(worker.Loop.Counts.Turns, LoopOf(worker))));
        _meter.CreateObservableCounter("atlantic.loop.busy", () => _workers.Select(worker =>
                new Measurement<double>(worker.Loop.Counts.BusyMilliseconds / 1000.0, LoopOf(worker))),
            "s", "Time in which an event loop did not wait for work");
    }

    private IEnumerable<RoutedProvider> Providers => _context.Live.Routing.Providers;

    private static Tag Named(RoutedProvider provider) => new("provider", provider.Provider.Name);

    private Tag LoopOf(Worker worker) => new("loop", _loops[worker.Loop.Index]);

    private long Sum(Func<LoopCounts, long> of) => _workers.Sum(worker => of(worker.Loop.Counts));

    private IEnumerable<Measurement<long>> ByOutcome(Func<LoopCounts, ConnectionOutcome, long> of) =>
        Outcomes.Select(outcome =>
            new Measurement<long>(Sum(counts => of(counts, outcome)), new Tag("outcome", outcome.ToString())));

    private void Counter(string name, string unit, string what, Func<IEnumerable<Measurement<long>>> read) =>
        _meter.CreateObservableCounter(name, read, unit, what);

    private void Gauge(string name, string unit, string what, Func<int> read) =>
        _meter.CreateObservableGauge(name, read, unit, what);

    private void Gauge(string name, string unit, string what, Func<IEnumerable<Measurement<int>>> read) =>
        _meter.CreateObservableGauge(name, read, unit, what);

    private Histogram<double> Times(string name, string what, double[] bounds) =>
        _meter.CreateHistogram(name, "s", what, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}

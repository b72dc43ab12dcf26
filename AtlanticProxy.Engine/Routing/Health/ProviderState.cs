using System.Collections.Concurrent;
using System.Collections.Immutable;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Routing.Health;

/// <summary>
/// What this node knows of one provider from dialling it. Shared by all loops without locks; it outlives snapshots.
/// </summary>
internal sealed class ProviderState(TimeProvider time)
{
    /// <summary>
    /// Share of the newest dial in the running average of dial times: as TCP smooths its round trips (RFC 6298).
    /// </summary>
    /// <summary>Dials that fail without saying much: a customer's first tries may be of names that are mistyped.</summary>
    private const int FewDials = 3;

    private const double LatencyGain = 1.0 / 8;

    /// <summary>Of the usual time of a dial: how much longer than it a silent one is given.</summary>
    private const double PatienceFactor = 2;

    /// <summary>
    /// The least and the most that a silent candidate is waited for before another is tried beside it. 250 ms: RFC 8305 section
    /// 5.
    /// </summary>
    public static readonly TimeSpan LeastPatience = TimeSpan.FromMilliseconds(250), MostPatience = TimeSpan.FromSeconds(2);

    private readonly CircuitBreaker _breaker = new(time);

    /// <summary>By country, made at its first failure.</summary>
    private readonly ConcurrentDictionary<string, CircuitBreaker> _countries = new();

    /// <summary>By proxy of a list, made at its first failure.</summary>
    private readonly ConcurrentDictionary<ProviderExit, CircuitBreaker> _exits = new();

    private int _connections, _inUse;
    private long _dials, _failures;
    private double _latency;
    private FaultReport? _lastFault;
    private int _alerting;

    /// <summary>Connections to it now, those included that wait in a pool.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Breakers that are open now: of the provider, its countries and its exits.</summary>
    public int OpenBreakers => (_breaker.IsOpen ? 1 : 0) + _countries.Count(pair => pair.Value.IsOpen)
        + _exits.Count(pair => pair.Value.IsOpen);

    /// <summary>How long a silent dial is waited for before the next candidate is tried beside it.</summary>
    public TimeSpan Patience
    {
        get
        {
            double usual = Volatile.Read(ref _latency) * PatienceFactor;
            return usual <= LeastPatience.TotalMilliseconds
                ? LeastPatience
                : TimeSpan.FromMilliseconds(Math.Min(usual, MostPatience.TotalMilliseconds));
        }
    }

    /// <summary>Whether the provider may be chosen now, for an exit in <paramref name="country"/> (empty for any).</summary>
    public bool MaySend(Provider provider, string country) =>
        !provider.CapReached
        && (provider.MaxConnections is not { } most || Volatile.Read(ref _inUse) < most)
        && _breaker.WouldPass
        && (country.Length == 0 || !_countries.TryGetValue(country, out var breaker) || breaker.WouldPass);

    /// <summary>Whether one proxy of its list may be chosen now.</summary>
    public bool MaySend(ProviderExit exit) => !_exits.TryGetValue(exit, out var breaker) || breaker.WouldPass;

    /// <summary>
    /// Begins a dial: takes a connection's place and, while a breaker is open, its trial. False when it may not.
    /// </summary>
    public bool TryEnter(Candidate candidate)
    {
        if (!_breaker.TryEnter()
            || (candidate.Country.Length > 0 && _countries.TryGetValue(candidate.Country, out var country) && !country.TryEnter())
            || (candidate.Exit is { } exit && _exits.TryGetValue(exit, out var one) && !one.TryEnter()))
            return false;
        if (!TryUse(candidate.Provider))
            return false;
        Interlocked.Increment(ref _connections);
        return true;
    }

    /// <summary>
    /// Takes a connection into use. False when as many are as the provider allows. Those that wait in a pool do not count: they
    /// give way.
    /// </summary>
    public bool TryUse(Provider provider)
    {
        int most = provider.MaxConnections ?? int.MaxValue;
        for (int inUse = Volatile.Read(ref _inUse); inUse < most;)
        {
            int before = Interlocked.CompareExchange(ref _inUse, inUse + 1, inUse);
            if (before == inUse)
                return true;
            inUse = before;
        }
        return false;
    }

    /// <summary>A connection in use begins to wait in a pool for another request.</summary>
    public void Rest() => Interlocked.Decrement(ref _inUse);

    /// <summary>There are more connections than the provider allows: one that waits must close.</summary>
    public bool IsCrowded(Provider provider) => provider.MaxConnections is { } most && Connections > most;

    /// <summary>Gives a connection's place back.</summary>
    /// <param name="rests">It was not in use.</param>
    public void Leave(bool rests = false)
    {
        if (!rests)
            Interlocked.Decrement(ref _inUse);
        Interlocked.Decrement(ref _connections);
    }

    /// <summary>A dial stands: the provider carries the client's bytes from here on.</summary>
    public void OnDialled(Candidate candidate, TimeSpan took)
    {
        Interlocked.Increment(ref _dials);
        double latency = _latency;
        Volatile.Write(ref _latency, latency == 0
            ? took.TotalMilliseconds
            : latency + LatencyGain * (took.TotalMilliseconds - latency));
        OnServed(candidate);
    }

    /// <summary>The provider did what was asked of it.</summary>
    public void OnServed(Candidate candidate)
    {
        _breaker.Succeed();
        if (candidate.Country.Length > 0 && _countries.TryGetValue(candidate.Country, out var country))
            country.Succeed();
        if (candidate.Exit is { } exit && _exits.TryGetValue(exit, out var one))
            one.Succeed();
        if (_alerting != 0)
            Volatile.Write(ref _alerting, 0);
    }

    /// <summary>A dial failed, or a request.</summary>
    /// <param name="perhaps">The destination may be what is wrong, whatever it looks like.</param>
    /// <returns>What is news, to be logged.</returns>
    public FaultNews OnFailed(
        Candidate candidate, Destination destination, UpstreamFault fault, string? detail, bool perhaps = false)
    {
        if (fault is UpstreamFault.None or UpstreamFault.Resting)
            return FaultNews.None;
        Interlocked.Increment(ref _dials);
        Interlocked.Increment(ref _failures);
        Volatile.Write(ref _lastFault, new FaultReport(fault, detail ?? "", time.GetUtcNow()));
        perhaps |= fault == UpstreamFault.Unserved;
        int witness = string.GetHashCode(destination.Host, StringComparison.Ordinal);

        // The nearest thing to blame: one proxy of a list, one country, or all of it.
        bool opened;
        if (candidate.Exit is { } exit)
        {
            var breaker = _exits.GetOrAdd(exit, _ => new CircuitBreaker(time));
            opened = perhaps ? breaker.FailPerhaps(witness) : breaker.Fail();
        }
        else if (fault is UpstreamFault.Unserved or UpstreamFault.Limited)
        {
            var breaker = candidate.Country.Length == 0
                ? _breaker
                : _countries.GetOrAdd(candidate.Country, _ => new CircuitBreaker(time));
            opened = perhaps ? breaker.FailPerhaps(witness) : breaker.Fail();
        }
        else
            opened = perhaps ? _breaker.FailPerhaps(witness) : _breaker.Fail();

        var news = opened ? FaultNews.Opened : FaultNews.None;
        if (fault == UpstreamFault.RejectsUs && Interlocked.Exchange(ref _alerting, 1) == 0)
            news |= FaultNews.Rejected;
        return news;
    }

    /// <summary>As the operator is shown it.</summary>
    public ProviderHealth Describe(Provider provider) => new(
        provider.Id, provider.Name,
        provider.CapReached ? ProviderCondition.CapReached
            : Volatile.Read(ref _alerting) != 0 ? ProviderCondition.RejectsUs
            : _breaker.IsOpen ? ProviderCondition.Down
            : _breaker.IsFailing || (provider.Exits.IsEmpty && NeverServed) || _countries.Values.Any(breaker => breaker.IsNews)
            || AnyFails(provider.Exits)
                ? ProviderCondition.Degraded
            : ProviderCondition.Healthy,
        Connections, Interlocked.Read(ref _dials), Interlocked.Read(ref _failures),
        TimeSpan.FromMilliseconds(Volatile.Read(ref _latency)),
        [.. _countries.Where(pair => pair.Value.IsNews).Select(pair => pair.Key).Order()], Volatile.Read(ref _lastFault));

    /// <summary>
    /// It was dialled a few times, and never once with success: whatever else may be to blame, it is not known to work.
    /// </summary>
    private bool NeverServed =>
        Interlocked.Read(ref _failures) is var failures and >= FewDials && failures == Interlocked.Read(ref _dials)
        && Volatile.Read(ref _lastFault) is { } last && time.GetUtcNow() - last.At < CircuitBreaker.NewsTime;

    // Breakers outlive what they are of: a proxy that was taken off the list is in nobody's way.
    private bool AnyFails(ImmutableArray<ProviderExit> exits)
    {
        if (_exits.IsEmpty)
            return false;
        foreach (var exit in exits)
        {
            if (_exits.TryGetValue(exit, out var breaker) && breaker.IsNews)
                return true;
        }
        return false;
    }
}

/// <summary>What a failed dial changed.</summary>
[Flags]
internal enum FaultNews
{
    None = 0,

    /// <summary>A breaker opened.</summary>
    Opened = 1,

    /// <summary>The provider began to reject us.</summary>
    Rejected = 2,
}

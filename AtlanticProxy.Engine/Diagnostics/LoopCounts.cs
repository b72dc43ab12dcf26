namespace AtlanticProxy.Engine.Diagnostics;

/// <summary>What was timed.</summary>
internal enum TimingKind
{
    /// <summary>From the start of a dial until it can carry the client's bytes.</summary>
    Dial,

    /// <summary>From the request, or the last bytes of the client, to the first of the answer.</summary>
    FirstByte,
}

/// <param name="ProviderId">Through whom.</param>
internal readonly record struct Timing(TimingKind Kind, long ProviderId, int Milliseconds);

/// <summary>
/// What one loop counts for the metrics. Added to on the loop's thread only, by plain additions. Counters are read from any
/// thread, where they may be a moment old; timings are taken on the loop.
/// </summary>
internal sealed class LoopCounts
{
    /// <summary>Timings kept between two takings: beyond them, at 65,000 requests a second and loop, they are a sample.</summary>
    private const int MaxTimings = 65_536;

    private static readonly int Outcomes = Enum.GetValues<ConnectionOutcome>().Length;

    private readonly long[] _ended = new long[Outcomes], _refused = new long[Outcomes];
    private long _accepted, _tunnelsBegun, _tunnelsEnded, _turns, _busyMilliseconds;
    private List<Timing>? _timings;

    public long Accepted => Volatile.Read(ref _accepted);

    public long TunnelsBegun => Volatile.Read(ref _tunnelsBegun);

    public long TunnelsEnded => Volatile.Read(ref _tunnelsEnded);

    /// <summary>Times that the loop looked for what is ready.</summary>
    public long Turns => Volatile.Read(ref _turns);

    /// <summary>Time in which it did not wait for work.</summary>
    public long BusyMilliseconds => Volatile.Read(ref _busyMilliseconds);

    public long Ended(ConnectionOutcome outcome) => Volatile.Read(ref _ended[(int)outcome]);

    public long Refused(ConnectionOutcome outcome) => Volatile.Read(ref _refused[(int)outcome]);

    public void CountAccepted() => _accepted++;

    public void CountTunnel() => _tunnelsBegun++;

    public void CountTunnelEnd() => _tunnelsEnded++;

    public void CountEnding(ConnectionOutcome outcome) => _ended[(int)outcome]++;

    public void CountRefusal(ConnectionOutcome outcome) => _refused[(int)outcome]++;

    public void CountTurn() => _turns++;

    public void CountBusy(long milliseconds) => _busyMilliseconds += milliseconds;

    /// <summary>Notes how long something took. Nothing, while nobody asks for timings.</summary>
    public void Time(TimingKind kind, long providerId, long milliseconds)
    {
        if (_timings is { Count: < MaxTimings } timings)
            timings.Add(new Timing(kind, providerId, (int)milliseconds));
    }

    /// <summary>Takes the timings since the last call, and keeps those that come in <paramref name="next"/>.</summary>
    /// <param name="next">Empty; null to keep none any more.</param>
    public List<Timing>? TakeTimings(List<Timing>? next)
    {
        var taken = _timings;
        _timings = next;
        return taken;
    }
}

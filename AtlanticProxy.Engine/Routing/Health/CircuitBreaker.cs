using System.Numerics;

namespace AtlanticProxy.Engine.Routing.Health;

/// <summary>
/// Keeps away from what fails: several failures in a row open it, after a pause one request may try again (half-open), and one
/// that succeeds closes it. Used by all loops at once, without locks: two that fail at the same instant may count as one, which
/// does no harm.
/// </summary>
internal sealed class CircuitBreaker(TimeProvider time)
{
    /// <summary>Failures in a row that open it. 5: Envoy's outlier detection (consecutive_5xx).</summary>
    public const int Threshold = 5;

    /// <summary>
    /// Different destinations in a row that may fail for reasons which could be the destination's own, before it opens. More than
    /// of the other kind, for a scraper's list may well have a few dead names in a row.
    /// </summary>
    public const int AmbiguousThreshold = 12;

    /// <summary>The pause after it opens; each trial that fails doubles it up to the longest.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2), LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>Time that a trial gets: then another request may try.</summary>
    private static readonly TimeSpan TrialTime = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Of an open one that nobody tries: so long after its trial was due, it says nothing any more about how things are.
    /// </summary>
    public static readonly TimeSpan NewsTime = TimeSpan.FromMinutes(10);

    /// <summary>Each pause is up to this much longer, at random, so that nodes do not come back in step.</summary>
    private const double Jitter = 0.2;

    private static readonly long Never = long.MinValue;

    private int _failures, _pauses, _trial;
    private ulong _witnesses;
    private long _nextTrial = Never;

    public bool IsOpen => Volatile.Read(ref _nextTrial) != Never;

    /// <summary>
    /// It is open, and has not been forgotten: something that is asked for is tried when its pause is over, or soon after.
    /// </summary>
    public bool IsNews =>
        Volatile.Read(ref _nextTrial) is var trial && trial != Never && time.GetTimestamp() < trial + Ticks(NewsTime);

    /// <summary>The last that was let through failed.</summary>
    public bool IsFailing => Volatile.Read(ref _failures) > 0;

    /// <summary>Whether a request may go through now. Takes nothing: <see cref="TryEnter"/> does.</summary>
    public bool WouldPass => Volatile.Read(ref _nextTrial) is var trial && (trial == Never || time.GetTimestamp() >= trial);

    /// <summary>Lets a request through; while open, one in a while.</summary>
    public bool TryEnter()
    {
        long trial = Volatile.Read(ref _nextTrial);
        if (trial == Never)
            return true;
        long now = time.GetTimestamp();
        if (now < trial || Interlocked.CompareExchange(ref _nextTrial, now + Ticks(TrialTime), trial) != trial)
            return false;
        Volatile.Write(ref _trial, 1);
        return true;
    }

    /// <summary>What was let through succeeded.</summary>
    public void Succeed()
    {
        // Read first: success is what nearly always happens, and a write would take the line from the other loops.
        if (_failures != 0)
            Volatile.Write(ref _failures, 0);
        if (_witnesses != 0)
            Volatile.Write(ref _witnesses, 0);
        if (IsOpen)
        {
            _pauses = 0;
            Volatile.Write(ref _trial, 0);
            Volatile.Write(ref _nextTrial, Never);
        }
    }

    /// <summary>What was let through failed, and the destination has no part in it. True when this opened it.</summary>
    public bool Fail() => (Interlocked.Increment(ref _failures) >= Threshold || IsOpen) && Open();

    /// <summary>
    /// What was let through failed, perhaps because of the destination, whose hash is <paramref name="witness"/>. True when this
    /// opened it.
    /// </summary>
    public bool FailPerhaps(int witness)
    {
        // 64 bits remember who has said so: the same one again is no news.
        ulong witnesses = Interlocked.Or(ref _witnesses, 1UL << (witness & 63)) | 1UL << (witness & 63);
        return (IsOpen || BitOperations.PopCount(witnesses) >= AmbiguousThreshold) && Open();
    }

    private bool Open()
    {
        long before = Volatile.Read(ref _nextTrial);
        // While it is open, only its trial is news: others were under way when it opened, and it has heard of what they met.
        if (before != Never && Interlocked.Exchange(ref _trial, 0) == 0)
            return false;
        var pause = FirstPause * (1 << Math.Min(_pauses, 16));
        if (pause > LongestPause)
            pause = LongestPause;
        else
            _pauses++;
        pause *= 1 + Jitter * Random.Shared.NextDouble();
        return Interlocked.CompareExchange(ref _nextTrial, time.GetTimestamp() + Ticks(pause), before) == before
            && before == Never;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}

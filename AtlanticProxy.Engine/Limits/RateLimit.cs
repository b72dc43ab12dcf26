namespace AtlanticProxy.Engine.Limits;

/// <summary>
/// So many events in a period, evenly, and as many at once after a rest: the generic cell rate algorithm (ITU-T I.371), which
/// needs one number and no timer. Used by all loops at once, without locks.
/// </summary>
internal sealed class RateLimit(TimeProvider time, TimeSpan period)
{
    /// <summary>When the last event that was let through would be due, were they evenly spaced.</summary>
    private long _due = long.MinValue;

    /// <summary>Whether one more may happen now.</summary>
    public bool TryPass(int perPeriod)
    {
        long now = time.GetTimestamp();
        long wholePeriod = (long)(period.TotalSeconds * time.TimestampFrequency);
        long space = wholePeriod / perPeriod;
        while (true)
        {
            long due = Volatile.Read(ref _due), next = Math.Max(due, now) + space;
            if (next - now > wholePeriod)
                return false;
            if (Interlocked.CompareExchange(ref _due, next, due) == due)
                return true;
        }
    }
}

namespace AtlanticProxy.ControlPlane.ConnectionLog;

/// <summary>
/// Times to an exit in buckets, each a quarter of an octave (19 %) wide: few enough to keep by hour, fine enough for a median.
/// </summary>
public static class ConnectTime
{
    /// <summary>Of what has no time.</summary>
    internal const short NotMeasured = -1;

    private const double PerOctave = 4;

    /// <summary>That of 2^18 ms, four minutes: longer than any dialling may take.</summary>
    private const int Last = 72;

    /// <summary>The bucket of a time; <see cref="NotMeasured"/> for none.</summary>
    internal static short BucketOf(long? milliseconds) => milliseconds is not { } time
        ? NotMeasured
        : (short)Math.Clamp(Math.Ceiling(Math.Log2(Math.Max(time, 1)) * PerOctave), 0, Last);

    /// <summary>The middle of a bucket, in milliseconds.</summary>
    private static long MiddleOf(int bucket) => (long)Math.Round(Math.Pow(2, (bucket - 0.5) / PerOctave));

    /// <summary>The median of what was measured, in milliseconds; null where nothing was.</summary>
    internal static long? MedianOf(IEnumerable<(short Bucket, long Connections)> counts)
    {
        var measured = counts.Where(count => count.Bucket != NotMeasured).OrderBy(count => count.Bucket).ToList();
        long half = (measured.Sum(count => count.Connections) + 1) / 2, seen = 0;
        foreach (var (bucket, connections) in measured)
            if ((seen += connections) >= half)
                return MiddleOf(bucket);
        return null;
    }
}

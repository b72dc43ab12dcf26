namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>What one point of a series is. All are UTC.</summary>
public enum UsageGrain
{
    Hour,
    Day,
    Month,
}

/// <summary>Any time, and the grain that it is shown by.</summary>
/// <param name="From">Inclusive; whole hours count.</param>
/// <param name="To">Exclusive.</param>
public sealed record UsageSpan(DateTimeOffset From, DateTimeOffset To, UsageGrain Grain)
{
    /// <summary>When its points begin, oldest first.</summary>
    public IEnumerable<DateTimeOffset> Points
    {
        get
        {
            for (var at = StartOf(From, Grain); at < To; at = Next(at))
                yield return at;
        }
    }

    /// <summary>When the point begins that an instant is in.</summary>
    public static DateTimeOffset StartOf(DateTimeOffset instant, UsageGrain grain)
    {
        var utc = instant.UtcDateTime;
        return new DateTimeOffset(grain switch
        {
            UsageGrain.Hour => utc.Date.AddHours(utc.Hour),
            UsageGrain.Day => utc.Date,
            UsageGrain.Month => new DateTime(utc.Year, utc.Month, 1),
        }, TimeSpan.Zero);
    }

    /// <summary>When the point after the one of <paramref name="at"/> begins.</summary>
    public DateTimeOffset Next(DateTimeOffset at) => Grain switch
    {
        UsageGrain.Hour => at.AddHours(1),
        UsageGrain.Day => at.AddDays(1),
        UsageGrain.Month => at.AddMonths(1),
    };
}

namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>What is kept of usage, and how long: section <c>Usage</c> of the configuration. Days are UTC.</summary>
public sealed class UsageOptions
{
    /// <summary>No use is left of what is older, and partitions of so many days would only burden the planner.</summary>
    private const int MostDays = 10_000;

    /// <summary>Days that usage by five minutes is kept: those of charts that show minutes.</summary>
    public int RecentDays { get; set; } = 2;

    /// <summary>Days that usage by hour is kept. 92: three months, in which a customer may still dispute an invoice.</summary>
    public int HourlyDays { get; set; } = 92;

    /// <summary>Days that usage by day is kept; whole months are dropped. 1 100: three years of comparison.</summary>
    public int DailyDays { get; set; } = 1_100;

    /// <summary>
    /// Whether it is kept, by proxy user and day and as long as usage by day, which hosts have the most bytes. On: a customer who
    /// asks where the gigabytes went wants an answer, and it is no more than a hundred names a day, without times or addresses of
    /// pages. Off: the engine does not tell hosts apart, and what was kept is deleted.
    /// </summary>
    public bool TargetDomains { get; set; } = true;

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var (name, days, least) in new[] { (nameof(RecentDays), RecentDays, 1), (nameof(HourlyDays), HourlyDays, 31),
            (nameof(DailyDays), DailyDays, 31) })
            if (days < least || days > MostDays)
                yield return $"Usage:{name}: {days} is not between {least} and {MostDays}.";
    }
}

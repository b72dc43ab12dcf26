namespace AtlanticProxy.ControlPlane.Usage;

/// <summary>How long usage is kept: section <c>Usage</c> of the configuration. Days are UTC.</summary>
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

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var (name, days, least) in new[] { (nameof(RecentDays), RecentDays, 1), (nameof(HourlyDays), HourlyDays, 31), (nameof(DailyDays), DailyDays, 31) })
            if (days < least || days > MostDays)
                yield return $"Usage:{name}: {days} is not between {least} and {MostDays}.";
    }
}

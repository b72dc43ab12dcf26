namespace AtlanticProxy.Web.Shell;

/// <summary>When days of the calendar begin and end, UTC.</summary>
internal static class UtcDay
{
    public static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    /// <summary>When a last day is over; null: never.</summary>
    public static DateTimeOffset? EndOf(DateOnly? day) =>
        day is { } last && last < DateOnly.MaxValue ? StartOf(last.AddDays(1)) : null;
}

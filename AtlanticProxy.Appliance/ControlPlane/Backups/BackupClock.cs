namespace AtlanticProxy.ControlPlane.Backups;

/// <summary>When something that is done at an hour of the day is due.</summary>
public static class BackupClock
{
    /// <summary>Tries until the next one is due by itself.</summary>
    public const int Tries = 3;

    /// <summary>From one failure to the next try.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(30);

    /// <summary>The last moment, now at the latest, at which one was due.</summary>
    /// <param name="day">Of the week; null for each.</param>
    public static DateTimeOffset LastDue(DateTimeOffset now, TimeOnly at, DayOfWeek? day = null)
    {
        var due = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) + at.ToTimeSpan();
        while (due > now || (day is { } wanted && due.DayOfWeek != wanted))
            due = due.AddDays(-1);
        return due;
    }

    /// <summary>Whether to do it now.</summary>
    /// <param name="due">See <see cref="LastDue"/>.</param>
    /// <param name="since">When the appliance was installed: what was due before is not made up for.</param>
    /// <param name="good">When it last ended well; null for never.</param>
    /// <param name="failures">When it failed, since it was due.</param>
    public static bool IsDue(
        DateTimeOffset now, DateTimeOffset due, DateTimeOffset since, DateTimeOffset? good,
        IReadOnlyCollection<DateTimeOffset> failures) =>
        due >= since && !(good >= due)
        && (failures.Count == 0 || (failures.Count < Tries && failures.Max() <= now - Pause));
}

using System.Globalization;

namespace AtlanticProxy.ControlPlane.Backups;

/// <summary>How many backups are kept.</summary>
/// <param name="Daily">Days (UTC) of which the last one is kept, counted back from the newest that has one.</param>
/// <param name="Weekly">The same of weeks (ISO 8601).</param>
/// <param name="Monthly">The same of months.</param>
public sealed record BackupKept(int Daily, int Weekly, int Monthly)
{
    /// <summary>Whoever makes two on one day, before and after a change, finds both for a while.</summary>
    public static readonly TimeSpan All = TimeSpan.FromDays(1);

    /// <summary>
    /// Which of <paramref name="made"/> are kept: the last one of each of the newest days, weeks and months that have any, and
    /// all of the last day. Days without a backup do not count, so what is there stays when none are made any more.
    /// </summary>
    public IReadOnlySet<DateTimeOffset> Of(IEnumerable<DateTimeOffset> made, DateTimeOffset now)
    {
        DateTimeOffset[] newestFirst = [.. made.Select(each => each.ToUniversalTime()).Distinct().OrderDescending()];
        return newestFirst.Where(each => each > now - All)
            .Concat(LastOfEach(newestFirst, Daily, each => each.Date))
            .Concat(LastOfEach(newestFirst, Weekly, each =>
                ISOWeek.ToDateTime(ISOWeek.GetYear(each.Date), ISOWeek.GetWeekOfYear(each.Date), DayOfWeek.Monday)))
            .Concat(LastOfEach(newestFirst, Monthly, each => new DateTime(each.Year, each.Month, 1)))
            .ToHashSet();
    }

    private static IEnumerable<DateTimeOffset> LastOfEach(
        IEnumerable<DateTimeOffset> newestFirst, int count, Func<DateTimeOffset, DateTime> period) =>
        newestFirst.DistinctBy(period).Take(count);
}

using System.Globalization;
using AtlanticProxy.ControlPlane.Usage;

namespace AtlanticProxy.Web.Compat;

/// <summary>Days and hours as Oxylabs and Decodo write them, in a time zone, and usage by them.</summary>
/// <param name="Zone">UTC, unless a request names another one.</param>
internal readonly record struct VendorClock(TimeZoneInfo Zone)
{
    private static readonly string[] Days = ["yyyy-MM-dd"], Times = ["yyyy-MM-dd HH", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];

    public static VendorClock Utc => new(TimeZoneInfo.Utc);

    /// <param name="name">IANA; empty is UTC. Null: there is no such zone.</param>
    public static VendorClock? Of(string name) => name.Length == 0 ? Utc
        : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? new VendorClock(zone)
        : null;

    /// <summary>The moment, and whether only a day was written; null: it is neither, or of no year that counts.</summary>
    public (DateTimeOffset At, bool IsDay)? Read(string text)
    {
        bool isDay = DateTime.TryParseExact(text, Days, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local);
        return (isDay || DateTime.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out local))
            && local.Year is >= 2000 and <= 2999
                ? (Moment(local), isDay)
                : null;
    }

    public DateTimeOffset DayOf(DateTimeOffset at) => Moment(TimeZoneInfo.ConvertTime(at, Zone).Date);

    public DateTimeOffset MonthOf(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, Zone);
        return Moment(new DateTime(local.Year, local.Month, 1));
    }

    public DateTimeOffset DaysAfter(DateTimeOffset day, int days) =>
        Moment(TimeZoneInfo.ConvertTime(day, Zone).Date.AddDays(days));

    public string Day(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, Zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public string Hour(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, Zone).ToString("yyyy-MM-dd HH", CultureInfo.InvariantCulture);

    /// <summary>Whether usage since then can be told by this clock: before the hours that are kept, only in UTC.</summary>
    public bool Reaches(DateTimeOffset from, UsageReports reports) =>
        from >= reports.HoursSince || Zone.BaseUtcOffset == TimeSpan.Zero;

    /// <summary>Where clocks are put forward, a time that there is not is the next one that there is.</summary>
    private DateTimeOffset Moment(DateTime local)
    {
        while (Zone.IsInvalidTime(local))
            local = local.AddMinutes(15);
        return new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime();
    }
}

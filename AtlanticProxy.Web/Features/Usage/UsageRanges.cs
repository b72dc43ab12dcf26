using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Usage;

/// <summary>A range that was chosen: its time, and the one before it that it is compared with.</summary>
/// <param name="Name">One of <see cref="UsageRanges"/>.</param>
/// <param name="Before">As long, up to the same moment of it.</param>
/// <param name="BeforeWords">What that is called: <c>from yesterday at this hour</c>.</param>
internal sealed record UsageRange(string Name, UsageSpan Span, UsageSpan Before, Phrase BeforeWords);

/// <summary>Makes times of what viewers choose. Days are UTC, as usage is kept.</summary>
internal static class UsageRanges
{
    public const string Today = "today", Week = "7d", Month = "30d", Period = "period", LastPeriod = "last-period",
        Dates = "dates";

    /// <summary>More points than a chart can show side by side.</summary>
    private const int MaxHours = UsageQueries.MaxSeriesHours, MaxDays = 400;

    /// <summary>Up to here a chart by hour says more than one by day, and up to here one by day.</summary>
    private static readonly TimeSpan ByHour = TimeSpan.FromDays(2), ByDay = TimeSpan.FromDays(92);

    /// <summary>Those that a viewer may choose, with their words.</summary>
    public static IEnumerable<(string Name, Phrase Label)> For(QuotaSummary? quota)
    {
        yield return (Today, "Today");
        yield return (Week, "7 days");
        yield return (Month, "30 days");
        if (quota?.PeriodEnd is null)
            yield break;
        yield return (Period, "This period");
        yield return (LastPeriod, "Last period");
    }

    /// <param name="quota">Of the customer, for its periods; null where it has none.</param>
    /// <param name="since">Nothing is kept from before.</param>
    /// <param name="hoursSince">Nothing is kept by the hour from before.</param>
    public static UsageRange Of(
        UsageChoice choice, QuotaSummary? quota, DateTimeOffset now, DateTimeOffset since, DateTimeOffset hoursSince)
    {
        var (name, from, until, words) = Bounds(choice, quota, UsageSpan.StartOf(now, UsageGrain.Day));
        // Nothing is known of the hours to come: the present one ends the range.
        var end = Earlier(until, UsageSpan.StartOf(now, UsageGrain.Hour).AddHours(1));
        from = Later(from, since);
        end = Later(end, from.AddHours(1));
        var length = Later(until, end) - from;
        var grain = GrainOf(choice.By, end - from, from >= hoursSince);
        return new UsageRange(name, new UsageSpan(from, end, grain), new UsageSpan(from - length, end - length, grain), words);
    }

    private static (string Name, DateTimeOffset From, DateTimeOffset Until, Phrase Words) Bounds(
        UsageChoice choice, QuotaSummary? quota, DateTimeOffset today)
    {
        var tomorrow = today.AddDays(1);
        switch (choice.Range)
        {
            case Today:
                return (Today, today, tomorrow, "from yesterday at this hour");
            case Month:
                return (Month, today.AddDays(-29), tomorrow, "from the 30 days before");
            case Period when quota is { PeriodEnd: { } end }:
                return (Period, quota.PeriodStart, end, "from the last period at this day");
            case LastPeriod when quota is { PeriodEnd: { } end }:
                return (LastPeriod, StartBefore(quota.PeriodStart, end), quota.PeriodStart, "from the period before");
            case Dates when choice.From is { } first:
                var last = choice.To ?? DateOnly.FromDateTime(today.UtcDateTime);
                (first, last) = first <= last ? (first, last) : (last, first);
                return (Dates, UtcDay.StartOf(first), Earlier(UtcDay.StartOf(last), today).AddDays(1),
                    "from as many days before");
            default:
                return (Week, today.AddDays(-6), tomorrow, "from the 7 days before");
        }
    }

    // A month before the end is not always as long as this period.
    private static DateTimeOffset StartBefore(DateTimeOffset start, DateTimeOffset end)
    {
        for (int months = 1; months <= 12; months++)
            if (start.AddMonths(months) == end)
                return start.AddMonths(-months);
        return start - (end - start);
    }

    private static UsageGrain GrainOf(UsageGrain? chosen, TimeSpan length, bool hasHours) => chosen switch
    {
        UsageGrain.Hour when hasHours && length.TotalHours <= MaxHours => UsageGrain.Hour,
        UsageGrain.Day when length.TotalDays <= MaxDays => UsageGrain.Day,
        UsageGrain.Month => UsageGrain.Month,
        _ => hasHours && length <= ByHour ? UsageGrain.Hour : length <= ByDay ? UsageGrain.Day : UsageGrain.Month,
    };

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

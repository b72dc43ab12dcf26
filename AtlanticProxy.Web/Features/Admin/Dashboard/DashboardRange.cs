using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Usage;

namespace AtlanticProxy.Web.Features.Admin.Dashboard;

/// <summary>What the dashboard looks back on.</summary>
internal enum DashboardRange
{
    Hour,
    Day,
    Month,
    Year,
}

/// <summary>The spans of a <see cref="DashboardRange"/>, UTC.</summary>
internal static class DashboardSpans
{
    private const int Hours = 24, Days = 30, Months = 12;

    public static Phrase Words(this DashboardRange range) => range switch
    {
        DashboardRange.Hour => "Last hour",
        DashboardRange.Day => "24 hours",
        DashboardRange.Month => "30 days",
        DashboardRange.Year => "12 months",
    };

    /// <summary>
    /// Up to now, in whole points of its grain. The hour is told by five minutes, which a span has no grain for.
    /// </summary>
    public static UsageSpan Span(this DashboardRange range, DateTimeOffset now)
    {
        var grain = range switch
        {
            DashboardRange.Hour or DashboardRange.Day => UsageGrain.Hour,
            DashboardRange.Month => UsageGrain.Day,
            DashboardRange.Year => UsageGrain.Month,
        };
        var current = UsageSpan.StartOf(now, grain);
        var from = range switch
        {
            DashboardRange.Hour => now.AddHours(-1),
            DashboardRange.Day => current.AddHours(1 - Hours),
            DashboardRange.Month => current.AddDays(1 - Days),
            DashboardRange.Year => current.AddMonths(1 - Months),
        };
        return new UsageSpan(from, now, grain);
    }

    /// <summary>As long, before it.</summary>
    public static UsageSpan Before(this UsageSpan span) => span with { From = span.From - (span.To - span.From), To = span.From };
}

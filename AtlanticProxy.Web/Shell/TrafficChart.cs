using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Languages;

namespace AtlanticProxy.Web.Shell;

/// <summary>Traffic over time, as a chart and the same as a table.</summary>
/// <param name="Grain">As <c>charts.js</c> knows it: <c>slot</c> (five minutes), <c>hour</c>, <c>day</c> or <c>month</c>.</param>
internal sealed record TrafficChart(Phrase Title, string Grain, IReadOnlyList<UsagePoint> Points)
{
    /// <summary>Days and months are UTC; what is shorter is in the viewer's zone.</summary>
    public bool IsInViewersZone => Grain is "slot" or "hour";

    public string PointName(DateTimeOffset at) => Grain == "month"
        ? at.UtcDateTime.ToString("MMM yyyy", Language.Current.Culture)
        : Format.Day(at);
}

/// <summary>Revenue beside cost over days, as a chart and the same as a table.</summary>
internal sealed record MoneyChart(IReadOnlyList<ControlPlane.Business.BusinessDay> Days, string Currency)
{
    private const int Monthly = 92;

    /// <summary>Points as the chart has room for: by month where there are more days than a quarter has.</summary>
    public IReadOnlyList<(DateOnly From, long Revenue, long Cost)> Points { get; } = Days.Count <= Monthly
        ? [.. Days.Select(day => (day.Day, day.Revenue, day.Cost))]
        : [.. Days.GroupBy(day => new DateOnly(day.Day.Year, day.Day.Month, 1))
            .Select(month => (month.Key, month.Sum(day => day.Revenue), month.Sum(day => day.Cost)))];

    public bool IsByMonth => Days.Count > Monthly;
}

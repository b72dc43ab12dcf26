using System.Globalization;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Features.Usage;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class UsageRangesTests
{
    private static readonly DateTimeOffset Now = At("2026-11-22 13:30"), Since = Now.AddDays(-1_000), Hours = Now.AddDays(-92);

    /// <summary>From 31 October to 30 November.</summary>
    private static readonly QuotaSummary Quota = new(1, null, false, false, 100, 0, 100, At("2026-10-31 08:15"),
        At("2026-11-30 08:15"), null, 0);

    private static DateTimeOffset At(string utc) => DateTimeOffset.Parse($"{utc}Z", CultureInfo.InvariantCulture);

    private static UsageRange Of(UsageChoice choice, QuotaSummary? quota = null) =>
        UsageRanges.Of(choice, quota, Now, Since, Hours);

    [TestMethod]
    [DataRow("today", "2026-11-22 00:00", "2026-11-22 14:00", "2026-11-21 00:00", "2026-11-21 14:00", UsageGrain.Hour)]
    [DataRow("7d", "2026-11-16 00:00", "2026-11-22 14:00", "2026-11-09 00:00", "2026-11-15 14:00", UsageGrain.Day)]
    [DataRow("30d", "2026-10-24 00:00", "2026-11-22 14:00", "2026-09-24 00:00", "2026-10-23 14:00", UsageGrain.Day)]
    [DataRow("period", "2026-10-31 08:15", "2026-11-22 14:00", "2026-10-01 08:15", "2026-10-23 14:00", UsageGrain.Day)]
    [DataRow("last-period", "2026-09-30 08:15", "2026-10-31 08:15", "2026-08-30 08:15", "2026-09-30 08:15", UsageGrain.Day)]
    [DataRow("anything", "2026-11-16 00:00", "2026-11-22 14:00", "2026-11-09 00:00", "2026-11-15 14:00", UsageGrain.Day)]
    public void Range_OfEachName_EndsNow_AndIsComparedWithAsLongATime(
        string name, string from, string to, string before, string beforeEnds, UsageGrain grain)
    {
        var range = Of(new UsageChoice { Range = name }, Quota);

        Assert.AreEqual(new UsageSpan(At(from), At(to), grain), range.Span);
        Assert.AreEqual(new UsageSpan(At(before), At(beforeEnds), grain), range.Before);
    }

    [TestMethod]
    public void Range_OfDates_HasBothDays_InEitherOrder_AndNoneToCome()
    {
        var range = Of(new UsageChoice { Range = "dates", From = new(2026, 11, 10), To = new(2026, 11, 5) });
        var future = Of(new UsageChoice { Range = "dates", From = new(2026, 11, 20), To = new(2030, 1, 1) });
        var ancient = Of(new UsageChoice { Range = "dates", From = DateOnly.MinValue, To = DateOnly.MaxValue });

        Assert.AreEqual((At("2026-11-05 00:00"), At("2026-11-11 00:00")), (range.Span.From, range.Span.To));
        Assert.AreEqual(At("2026-11-22 14:00"), future.Span.To);
        Assert.AreEqual((Since, UsageGrain.Month), (ancient.Span.From, ancient.Span.Grain));
    }

    [TestMethod]
    [DataRow("today", UsageGrain.Month, UsageGrain.Month)]
    [DataRow("30d", UsageGrain.Hour, UsageGrain.Hour)]
    [DataRow("dates", UsageGrain.Hour, UsageGrain.Month, DisplayName = "more hours than a chart can show")]
    public void Grain_ThatWasChosen_IsKeptWhereAChartCanShowIt(string name, UsageGrain chosen, UsageGrain shown) =>
        Assert.AreEqual(shown, Of(new UsageChoice { Range = name, By = chosen, From = new(2025, 1, 1) }).Span.Grain);

    [TestMethod]
    public void Period_WhereThereIsNone_IsNotOffered_AndIsAWeek()
    {
        Assert.AreEqual("today 7d 30d", string.Join(' ', UsageRanges.For(null).Select(range => range.Name)));
        Assert.AreEqual("7d", Of(new UsageChoice { Range = "period" }).Name);
    }

    [TestMethod]
    [DataRow(0.0, "0%"), DataRow(0.004, "<1%"), DataRow(0.8999, "89%"), DataRow(0.9567, "95.6%"), DataRow(0.99999, "99.9%"),
        DataRow(1.0, "100%")]
    public void Percent_OfARate_IsCutAndOnlyAllIsAll(double rate, string words) =>
        Assert.AreEqual(words, UsagePage.Percent(rate));

    [TestMethod]
    [DataRow(1L, 0L, null), DataRow(5L, 5L, "unchanged"), DataRow(6L, 5L, "+20%"), DataRow(0L, 5L, "−100%"),
        DataRow(500L, 5L, "more than tenfold")]
    public void Change_OfACount_IsSaidInPercent(long now, long before, string? words) =>
        Assert.AreEqual(words, UsagePage.Change(now, before));
}

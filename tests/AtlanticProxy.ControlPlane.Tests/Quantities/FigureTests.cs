using System.Globalization;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.ControlPlane.Tests.Quantities;

[TestClass]
public sealed class FigureTests
{
    private const int Runs = 500;

    private static readonly CultureInfo[] Cultures = CultureInfo.GetCultures(CultureTypes.SpecificCultures);

    [TestMethod]
    [DataRow("1.5", "1.5"), DataRow(" 2 ", "2"), DataRow("-3", "-3"), DataRow(".5", "0.5"), DataRow("0", "0"),
        DataRow("007.50", "7.5")]
    public void Number_AsPeopleWriteIt_IsRead(string text, string number) =>
        Assert.AreEqual(number, Figures.Text(Figures.Number(text).Value));

    [TestMethod]
    [DataRow("1,5", "write 1.5."), DataRow("1,500", "write 1500 or 1.5."), DataRow("1,", "is not a number"),
      DataRow("1,000", "write 1000 or 1."),
        DataRow("1,000,000", "write 1000000.")]
    [DataRow("1,234.5", "write 1234.5."), DataRow("-0,5", "write -0.5."), DataRow("1e3", "is not a number"),
        DataRow("", "is not a number")]
    [DataRow("1 000", "is not a number"), DataRow("0x10", "is not a number"), DataRow("+1", "is not a number"),
        DataRow("1.", "is not a number")]
    [DataRow("١", "is not a number"), DataRow("NaN", "is not a number"), DataRow("1.2.3", "is not a number"),
        DataRow("1'000", "is not a number")]
    [DataRow("1\n2", "is not a number"), DataRow("12345678901234567890123456789", "more than 28 digits")]
    public void Number_OtherwiseWritten_IsRefusedWithWhatWouldBeRight(string text, string words) =>
        Assert.Contains(words, Refusal(Figures.Number(text)));

    [TestMethod]
    [DataRow("many", "is not a number"), DataRow("1.5", "not a whole number"), DataRow("-1", "less than 0"),
        DataRow("11", "more than 10"),
        DataRow("9223372036854775808", "more than 10")]
    public void Whole_PartsAndOutOfRange_AreRefused(string text, string words) =>
        Assert.Contains(words, Refusal(Figures.Whole(text, 0, 10)));

    [TestMethod]
    [DataRow("1.5", 1_500_000_000L), DataRow("1500MB", 1_500_000_000L), DataRow("1.5 GB", 1_500_000_000L),
        DataRow("2 GiB", 2_147_483_648L)]
    [DataRow("0.5", 500_000_000L), DataRow("0.000000001", 1L), DataRow("7B", 7L), DataRow("1 tb", 1_000_000_000_000L),
        DataRow("0", 0L)]
    [DataRow("9223372036.854775807", long.MaxValue), DataRow("1 kib", 1024L)]
    public void Size_WithOrWithoutUnit_IsBytes(string text, long bytes) =>
        Assert.AreEqual(bytes, DataSize.Parse(text).Value.Bytes);

    [TestMethod]
    [DataRow("0,5", "write 0.5"), DataRow("18446744074", "too large"), DataRow("99999999999999999999999 PB", "too large"),
        DataRow("-1", "less than nothing")]
    [DataRow("1 Gb", "is not a unit of size"), DataRow("1 miles", "is not a unit"),
        DataRow("0.1 B", "not a whole number of bytes")]
    [DataRow("0.0000000001", "not a whole number of bytes"), DataRow("GB", "is not a number"), DataRow("", "is not a number"),
        DataRow("9223372036.854775808", "too large")]
    public void Size_OtherwiseWritten_IsRefused(string text, string words) =>
        Assert.Contains(words, Refusal(DataSize.Parse(text)));

    [TestMethod]
    [DataRow("65536", 65_536L), DataRow("64 KiB", 65_536L), DataRow("1.5 GB", 1_500_000_000L)]
    public void Size_OfASettingInBytes_IsBytesUnlessItSaysOtherwise(string text, long bytes) =>
        Assert.AreEqual(bytes, DataSize.ParseBytes(text).Value.Bytes);

    [TestMethod]
    [DataRow("0.5", 62_500L), DataRow("1", 125_000L), DataRow("500 kbps", 62_500L), DataRow("1Gbps", 125_000_000L),
        DataRow("8 bps", 1L), DataRow("2 mbps", 250_000L)]
    public void Rate_WithOrWithoutUnit_IsBytesASecond(string text, long bytes) =>
        Assert.AreEqual(bytes, DataRate.Parse(text).Value.BytesPerSecond);

    [TestMethod]
    [DataRow("0,5", "write 0.5"), DataRow("1 MB", "is not a unit of speed"), DataRow("0.0000001", "whole number of bytes"),
        DataRow("-1", "less than nothing")]
    public void Rate_OtherwiseWritten_IsRefused(string text, string words) =>
        Assert.Contains(words, Refusal(DataRate.Parse(text)));

    [TestMethod]
    [DataRow("01/11/2026"), DataRow("1.11.2026"), DataRow("2026-11-31"), DataRow("2026-1-1"), DataRow("20261101"),
        DataRow("yesterday"), DataRow("2026-11-01 08:00")]
    public void Instant_NotIso_IsRefusedWithWords(string text)
    {
        Assert.Contains("write it as 2026-11-28", Refusal(Figures.Instant(text)));
        Assert.Contains("write it as 2026-11-28", Refusal(Figures.Day(text)));
    }

    [TestMethod]
    [DataRow("2026-11-28", "2026-11-28T00:00:00Z"), DataRow("2026-11-28T08:00Z", "2026-11-28T08:00:00Z"),
        DataRow("2026-11-28T08:00", "2026-11-28T08:00:00Z")]
    [DataRow("2026-11-28T08:00:30+02:00", "2026-11-28T06:00:30Z"), DataRow("2026-11-28T08:00:30.5Z", "2026-11-28T08:00:30.5Z")]
    public void Instant_Iso_IsUtcUnlessItSaysOtherwise(string text, string instant) =>
        Assert.AreEqual(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture), Figures.Instant(text).Value);

    [TestMethod]
    [DataRow("per-gb", PlanKind.PerGb), DataRow("Subscription", PlanKind.Subscription)]
    public void Spelling_OfAKind_IsReadInAnyCase(string text, PlanKind kind) =>
        Assert.AreEqual(kind, Spelling.Parse<PlanKind>(text).Value);

    [TestMethod]
    [DataRow("perGb"), DataRow("per_gb"), DataRow("1"), DataRow("")]
    public void Spelling_Another_IsRefusedWithTheKnownOnes(string text) =>
        Assert.Contains("is not one of subscription, per-gb, hourly", Refusal(Spelling.Parse<PlanKind>(text)));

    [TestMethod]
    [DataRow("month", 1, PeriodUnit.Month), DataRow("30day", 30, PeriodUnit.Day), DataRow("2weeks", 2, PeriodUnit.Week)]
    [DataRow("year", 12, PeriodUnit.Month), DataRow("1Year", 12, PeriodUnit.Month), DataRow("2years", 24, PeriodUnit.Month)]
    public void Period_IsReadAndWrittenAlike(string text, int length, PeriodUnit unit)
    {
        var period = PlanPeriod.Parse(text).Value;

        Assert.AreEqual(new PlanPeriod(length, unit), period);
        Assert.AreEqual(period, PlanPeriod.Parse(period.ToString()).Value);
    }

    [TestMethod]
    [DataRow(12, PeriodUnit.Month, "year", "a year"), DataRow(24, PeriodUnit.Month, "2year", "every 2 years")]
    [DataRow(18, PeriodUnit.Month, "18month", "every 18 months"), DataRow(12, PeriodUnit.Week, "12week", "every 12 weeks")]
    [DataRow(1, PeriodUnit.Day, "day", "a day")]
    public void Period_OfTwelveMonths_IsSaidAsAYear(int length, PeriodUnit unit, string written, string every)
    {
        Assert.AreEqual(written, new PlanPeriod(length, unit).ToString());
        Assert.AreEqual(every, new PlanPeriod(length, unit).Every);
    }

    [TestMethod]
    [DataRow("fortnight"), DataRow("178956971year"), DataRow("0day"), DataRow("99999999999day"), DataRow("3"), DataRow("")]
    public void Period_Another_IsRefused(string text) =>
        Assert.Contains("is not day, week, month or year", Refusal(PlanPeriod.Parse(text)));

    [TestMethod]
    public void WhatIsWritten_ReadAgain_IsTheSameInEveryCulture()
    {
        var samples = from bytes in ArbMap.Default.GeneratorFor<NonNegativeInt>()
                      from shift in Gen.Choose(0, 31)
                      from part in ArbMap.Default.GeneratorFor<decimal>()
                      from days in Gen.Choose(0, DateOnly.MaxValue.DayNumber)
                      from culture in Gen.Elements(Cultures)
                      select (Bytes: (long)bytes.Get << shift, Number: part, Day: DateOnly.FromDayNumber(days), Culture: culture);
        var before = CultureInfo.CurrentCulture;
        try
        {
            foreach (var (bytes, number, day, culture) in samples.Sample(Runs, 100))
            {
                CultureInfo.CurrentCulture = culture;
                string name = $"{culture.Name} {bytes}";
                Assert.AreEqual(bytes, DataSize.Parse(new DataSize(bytes).ToString()).Value.Bytes, name);
                Assert.AreEqual(bytes, DataSize.Parse(new DataSize(bytes).Gigabytes).Value.Bytes, name);
                Assert.AreEqual(bytes, DataRate.Parse(new DataRate(bytes).ToString()).Value.BytesPerSecond, name);
                Assert.AreEqual(bytes, DataRate.Parse(new DataRate(bytes).Megabits).Value.BytesPerSecond, name);
                Assert.AreEqual(bytes, Figures.Whole(Figures.Text(bytes)).Value, name);
                decimal rounded = Math.Round(number % 1_000_000_000m, 9);
                Assert.AreEqual(rounded, Figures.Number(Figures.Text(rounded)).Value, culture.Name);
                Assert.AreEqual(day, Figures.Day(Figures.Text(day)).Value, culture.Name);
                Assert.IsFalse(Figures.Number("1,5").IsSuccess, culture.Name);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Refusal(Results.Result result)
    {
        Assert.IsFalse(result.IsSuccess, "it was taken");
        Assert.AreEqual(ErrorKind.Invalid, result.Errors[0].Kind);
        return result.Errors[0].Message;
    }
}

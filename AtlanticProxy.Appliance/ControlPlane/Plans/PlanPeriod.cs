using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>
/// How long a subscription's period is, as people write it: <c>month</c>, <c>30day</c>, <c>year</c>. A year is twelve months, and
/// kept so.
/// </summary>
public readonly record struct PlanPeriod(int Length, PeriodUnit Unit)
{
    internal const int MonthsPerYear = 12;

    private const string Year = "year";

    /// <summary>As people count it: twelve months are a year.</summary>
    private (int Count, string Word) Spoken => Unit == PeriodUnit.Month && Length % MonthsPerYear == 0
        ? (Length / MonthsPerYear, Year)
        : (Length, Spelling.Of(Unit));

    /// <summary>How often it is charged: <c>a month</c>, <c>every 30 days</c>, <c>a year</c>.</summary>
    public string Every => Spoken is (1, var word) ? $"a {word}" : $"every {Figures.Text(Spoken.Count)} {Spoken.Word}s";

    /// <summary>Reads what <see cref="ToString"/> writes, and the plural (<c>2weeks</c>).</summary>
    public static Result<PlanPeriod> Parse(string text)
    {
        string trimmed = text.Trim();
        string digits = string.Concat(trimmed.TakeWhile(char.IsAsciiDigit));
        string word = trimmed[digits.Length..].TrimEnd('s');
        var unit = Spelling.Parse<PeriodUnit>(word);
        // So many at most that their months can be counted.
        var length = digits.Length == 0 ? 1 : Figures.Whole(digits, 1, int.MaxValue / MonthsPerYear);
        if (length.IsSuccess && word.Equals(Year, StringComparison.OrdinalIgnoreCase))
            return new PlanPeriod((int)length.Value * MonthsPerYear, PeriodUnit.Month);
        return unit.IsSuccess && length.IsSuccess
            ? new PlanPeriod((int)length.Value, unit.Value)
            : new Error(ErrorKind.Invalid, "plan.period_invalid",
                $"'{text}' is not day, week, month or year, or so many of them as in 30day.");
    }

    public override string ToString() => Spoken is (1, var word) ? word : $"{Figures.Text(Spoken.Count)}{Spoken.Word}";
}

using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>How long a subscription's period is, as people write it: <c>month</c>, <c>30day</c>.</summary>
public readonly record struct PlanPeriod(int Length, PeriodUnit Unit)
{
    /// <summary>Reads what <see cref="ToString"/> writes, and the plural (<c>2weeks</c>).</summary>
    public static Result<PlanPeriod> Parse(string text)
    {
        string trimmed = text.Trim();
        string digits = string.Concat(trimmed.TakeWhile(char.IsAsciiDigit));
        var unit = Spelling.Parse<PeriodUnit>(trimmed[digits.Length..].TrimEnd('s'));
        var length = digits.Length == 0 ? 1 : Figures.Whole(digits, 1, int.MaxValue);
        return unit.IsSuccess && length.IsSuccess
            ? new PlanPeriod((int)length.Value, unit.Value)
            : new Error(ErrorKind.Invalid, "plan.period_invalid",
                $"'{text}' is not day, week or month, or so many of them as in 30day.");
    }

    public override string ToString() => Length == 1 ? Spelling.Of(Unit) : $"{Figures.Text(Length)}{Spelling.Of(Unit)}";
}

using System.Globalization;
using AtlanticProxy.ControlPlane.Plans;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>How plans are spelled on the command line and in the document of <c>apply</c>.</summary>
internal static class PlanKinds
{
    /// <summary>Traffic is sold by the decimal GB, as providers sell it.</summary>
    public const long BytesPerGb = 1_000_000_000;

    private const decimal MaxGb = long.MaxValue / BytesPerGb;

    /// <summary>Bytes of so many GB, down to whole ones; more than there can be is the most that there can be.</summary>
    public static long? BytesOf(decimal? gb) => gb is { } amount
        ? (long)decimal.Truncate(Math.Clamp(amount, -MaxGb, MaxGb) * BytesPerGb)
        : null;

    /// <summary>A megabit a second, in bytes a second.</summary>
    private const long BytesPerMegabit = 1_000_000 / 8;

    private const decimal MaxMbps = long.MaxValue / BytesPerMegabit;

    /// <summary>
    /// Bytes a second of so many megabits a second, down to whole ones; more than there can be is the most that there can be.
    /// </summary>
    public static long? BytesPerSecondOf(decimal? mbps) => mbps is { } speed
        ? (long)decimal.Truncate(Math.Clamp(speed, -MaxMbps, MaxMbps) * BytesPerMegabit)
        : null;

    /// <summary>A period as <c>month</c> or <c>30day</c>; null when it is none.</summary>
    public static (int Length, PeriodUnit Unit)? PeriodOf(string text)
    {
        string digits = string.Concat(text.TakeWhile(char.IsAsciiDigit));
        string unit = text[digits.Length..].TrimEnd('s');
        int length = 1;
        bool isLength = digits.Length == 0 || int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out length);
        return isLength && unit.All(char.IsAsciiLetter) && Enum.TryParse<PeriodUnit>(unit, ignoreCase: true, out var known)
            ? (length, known)
            : null;
    }

    /// <summary>How a period is written that <see cref="PeriodOf"/> would read; what to say when it is not.</summary>
    public static string PeriodRule(string text) => $"'{text}' is not day, week or month, or so many of them as in 30day.";

    public static readonly IReadOnlyDictionary<string, QuotaWindow> Windows = Enum.GetValues<QuotaWindow>()
        .ToDictionary(window => window.ToString().ToLowerInvariant());

    public static readonly IReadOnlyDictionary<string, PlanKind> Names = new Dictionary<string, PlanKind>
    {
        ["subscription"] = PlanKind.Subscription, ["per-gb"] = PlanKind.PerGb, ["hourly"] = PlanKind.Hourly,
    };

    public static string NameOf(PlanKind kind) => Names.Single(pair => pair.Value == kind).Key;
}

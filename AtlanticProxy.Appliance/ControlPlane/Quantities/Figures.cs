using System.Globalization;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Quantities;

/// <summary>
/// Reads numbers and days as people write them, in one way everywhere: command line, documents, forms and settings, whatever the
/// culture. A point separates decimals. Commas, thousands separators, exponents and other dates than ISO 8601's are refused.
/// </summary>
public static partial class Figures
{
    /// <summary>What a <see cref="decimal"/> has without rounding.</summary>
    private const int MaxDigits = 28;

    private const string IsoDay = "yyyy-MM-dd";

    /// <summary>What <see cref="Instant"/> reads, besides a day alone; a time without an offset is UTC.</summary>
    private static readonly string[] IsoInstants =
        ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>A number such as <c>1.5</c> or <c>-3</c>.</summary>
    public static Result<decimal> Number(string text)
    {
        string trimmed = text.Trim();
        if (!PlainNumber().IsMatch(trimmed))
            return Refusal("number.invalid", WordsFor(trimmed));
        if (trimmed.Count(char.IsAsciiDigit) > MaxDigits)
            return Refusal("number.too_long", $"'{trimmed}' has more than {MaxDigits} digits.");
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        return decimal.Parse(trimmed, styles, CultureInfo.InvariantCulture);
    }

    /// <summary>A whole number within these bounds.</summary>
    public static Result<long> Whole(string text, long min = long.MinValue, long max = long.MaxValue)
    {
        var number = Number(text);
        if (!number.IsSuccess)
            return Result.Failure<long>(number.Errors);
        if (!decimal.IsInteger(number.Value))
            return Refusal("number.not_whole", $"'{text.Trim()}' is not a whole number.");
        if (number.Value >= min && number.Value <= max)
            return (long)number.Value;
        return Refusal("number.out_of_range", number.Value < min
            ? (Phrase)$"'{text.Trim()}' is less than {Text(min)}."
            : $"'{text.Trim()}' is more than {Text(max)}.");
    }

    /// <summary>A day such as <c>2026-11-28</c>.</summary>
    public static Result<DateOnly> Day(string text) =>
        DateOnly.TryParseExact(text.Trim(), IsoDay, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : Refusal("day.invalid", $"'{text}' is not a day: write it as 2026-11-28.");

    /// <summary>A day, which is its first moment in UTC, or a time such as <c>2026-11-28T08:00Z</c>.</summary>
    public static Result<DateTimeOffset> Instant(string text)
    {
        if (Day(text) is { IsSuccess: true } day)
            return new DateTimeOffset(day.Value, TimeOnly.MinValue, TimeSpan.Zero);
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text.Trim(), IsoInstants, CultureInfo.InvariantCulture, styles, out var instant)
            ? instant
            : Refusal("time.invalid", $"'{text}' is not a day or time: write it as 2026-11-28 or 2026-11-28T08:00Z.");
    }

    /// <summary>As <see cref="Number"/> reads it, without zeros at the end.</summary>
    public static string Text(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>As <see cref="Day"/> reads it.</summary>
    public static string Text(DateOnly day) => day.ToString(IsoDay, CultureInfo.InvariantCulture);

    internal static Error Refusal(string code, Phrase message) => new(ErrorKind.Invalid, code, message);

    private static Phrase WordsFor(string text)
    {
        int commas = text.Count(c => c == ',');
        if (commas == 0 || text.Count(char.IsAsciiDigit) > MaxDigits || !CommaNumber().IsMatch(text))
            return $"'{text}' is not a number, such as 1.5.";
        string asThousands = text.Replace(",", "", StringComparison.Ordinal);
        bool isDecimal = commas == 1 && !text.Contains('.', StringComparison.Ordinal);
        // Three digits behind the comma may be either.
        bool isEither = isDecimal && text.Length - text.IndexOf(',', StringComparison.Ordinal) == 4;
        string asDecimal = isDecimal ? Text(decimal.Parse(text.Replace(',', '.'), CultureInfo.InvariantCulture)) : "";
        return (isDecimal, isEither) switch
        {
            (false, _) => (Phrase)$"'{text}' has commas: write {asThousands}.",
            (_, true) => $"'{text}' has a comma: write {asThousands} or {asDecimal}.",
            _ => $"'{text}' has a comma: write {text.Replace(',', '.')}.",
        };
    }

    [GeneratedRegex(@"\A-?([0-9]+(\.[0-9]+)?|\.[0-9]+)\z")]
    private static partial Regex PlainNumber();

    [GeneratedRegex(@"\A-?[0-9][0-9,]*[0-9](\.[0-9]+)?\z")]
    private static partial Regex CommaNumber();
}

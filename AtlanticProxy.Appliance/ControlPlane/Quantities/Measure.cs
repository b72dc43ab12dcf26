using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Quantities;

/// <summary>A number with an optional unit, such as <c>1500MB</c> or <c>1.5 GB</c>, in whole base units.</summary>
/// <param name="name">What is measured, for refusals.</param>
/// <param name="code">Of refusals: <c>size</c> for <c>size.unit_unknown</c>.</param>
/// <param name="units">How many base units each has. Read as spelled here, and in lower case.</param>
internal sealed partial class Measure(string name, string code, IReadOnlyDictionary<string, decimal> units)
{
    private readonly Dictionary<string, decimal> _factors = units
        .SelectMany(unit => new[] { unit, KeyValuePair.Create(unit.Key.ToLowerInvariant(), unit.Value) })
        .DistinctBy(unit => unit.Key)
        .ToDictionary();

    /// <param name="text">Without a unit, it is in <paramref name="unit"/>.</param>
    /// <param name="unit">One of the units.</param>
    public Result<long> Parse(string text, string unit)
    {
        var parts = NumberAndUnit().Match(text.Trim());
        string given = parts.Groups["unit"].Value;
        var number = Figures.Number(parts.Groups["number"].Value is { Length: > 0 } figure ? figure : text);
        if (!number.IsSuccess)
            return Result.Failure<long>(number.Errors);
        if (!_factors.TryGetValue(given.Length > 0 ? given : unit, out decimal factor))
            return Figures.Refusal($"{code}.unit_unknown",
                $"'{given}' is not a unit of {name}: write {string.Join(", ", units.Keys)}.");
        if (number.Value < 0)
            return Figures.Refusal($"{code}.negative", $"'{text}' is less than nothing.");
        if (number.Value > long.MaxValue / factor)
            return Figures.Refusal($"{code}.too_large", $"'{text}' is too large.");
        decimal whole = number.Value * factor;
        return decimal.IsInteger(whole) && whole <= long.MaxValue
            ? (long)whole
            : Figures.Refusal($"{code}.not_whole", $"'{text}' is not a whole number of bytes: write fewer digits.");
    }

    [GeneratedRegex(@"\A(?<number>[-0-9.,]+)\s*(?<unit>[A-Za-z/]*)\z")]
    private static partial Regex NumberAndUnit();
}

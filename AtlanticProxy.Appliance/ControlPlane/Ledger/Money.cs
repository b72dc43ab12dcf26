using System.Globalization;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>An amount of one currency.</summary>
/// <param name="MinorUnits">Cents, pence; whole units of a currency that has none.</param>
/// <param name="Currency">ISO 4217, upper case.</param>
public readonly record struct Money(long MinorUnits, string Currency)
{
    /// <summary>Most that one write may move: far beyond any sale, and far from the end of a 64-bit balance.</summary>
    internal const long MaxAmount = 1_000_000_000_000_000;

    private static readonly HashSet<string> WithoutMinorUnits =
    [
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
    ];

    private static readonly HashSet<string> WithThousandths = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

    /// <summary>Digits after the point: ISO 4217's exponent.</summary>
    public static int DigitsOf(string currency) => WithoutMinorUnits.Contains(currency)
        ? 0
        : WithThousandths.Contains(currency)
        ? 3
        : 2;

    /// <summary>Whether <paramref name="currency"/> has the form of a code; upper case only.</summary>
    internal static bool IsCurrency(string currency) => currency.Length == 3 && currency.All(char.IsAsciiLetterUpper);

    /// <summary>
    /// An amount as people write one; null when it has more than <paramref name="digits"/> after the point, or is out of range.
    /// </summary>
    public static long? InMinorUnits(decimal amount, int digits)
    {
        decimal scale = (decimal)Math.Pow(10, digits);
        return Math.Abs(amount) <= MaxAmount / scale && amount * scale is var units && decimal.IsInteger(units)
            ? (long)units
            : null;
    }

    /// <summary>The number alone; written out, it has its <paramref name="digits"/> after the point.</summary>
    public static decimal FromMinorUnits(long units, int digits) => units * new decimal(1, 0, 0, false, (byte)digits);

    /// <summary><c>1234.50 USD</c>, in every language alike.</summary>
    public override string ToString()
    {
        int digits = DigitsOf(Currency);
        decimal units = MinorUnits / (decimal)Math.Pow(10, digits);
        return $"{units.ToString($"F{digits}", CultureInfo.InvariantCulture)} {Currency}";
    }
}

using System.Globalization;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>An amount of one currency.</summary>
/// <param name="MinorUnits">Cents, pence; whole units of a currency that has none.</param>
/// <param name="Currency">ISO 4217, upper case.</param>
public readonly record struct Money(long MinorUnits, string Currency)
{
    /// <summary>What a form or verb says of a code that is no currency.</summary>
    public const string CurrencyRule = "Give the currency as its three letters in ISO 4217, such as USD.";

    /// <summary>Most that one write may move: far beyond any sale, and far from the end of a 64-bit balance.</summary>
    internal const long MaxAmount = 1_000_000_000_000_000;

    /// <summary>
    /// Most that a price can be, in minor units: far beyond any sale, and far from overflow with the bytes of a year.
    /// </summary>
    internal const long MaxPrice = 1_000_000_000_000;

    /// <summary>The number alone, with its currency's digits: <c>1234.50</c>, <c>900</c> of JPY.</summary>
    public string Amount => Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>In the currency's own units: 12.50 for 1250 cents. Written out, it has the currency's digits.</summary>
    public decimal Number => MinorUnits * new decimal(1, 0, 0, isNegative: false, (byte)DigitsOf(Currency));

    /// <summary>Digits after the point: ISO 4217's exponent.</summary>
    public static int DigitsOf(string currency) => Currencies.DigitsOf(currency);

    /// <summary>The code in upper case; null when there is no such currency.</summary>
    public static string? FindCurrency(string text)
    {
        string code = text.Trim().ToUpperInvariant();
        return Currencies.Contains(code) ? code : null;
    }

    /// <summary>
    /// An amount as people write it, such as <c>9.99</c>. Refused: a currency that does not exist, more digits than it has, and
    /// what no single write may move.
    /// </summary>
    /// <param name="currency">ISO 4217, any case.</param>
    public static Result<Money> Of(decimal amount, string currency)
    {
        if (FindCurrency(currency) is not { } code)
            return NoSuchCurrency(currency);
        int digits = DigitsOf(code);
        decimal scale = Scale(digits);
        if (Math.Abs(amount) > MaxAmount / scale)
            return Figures.Refusal("money.too_large", $"{Figures.Text(amount)} {code} is too large.");
        return decimal.IsInteger(amount * scale)
            ? new Money((long)(amount * scale), code)
            : Figures.Refusal("money.too_precise",
                digits == 0 ? (Phrase)$"{code} has whole units only: '{Figures.Text(amount)}' has digits after the point."
                : $"{code} has {digits} digits after the point: '{Figures.Text(amount)}' has more.");
    }

    /// <inheritdoc cref="Of"/>
    public static Result<Money> Parse(string amount, string currency)
    {
        var number = Figures.Number(amount);
        return number.IsSuccess ? Of(number.Value, currency) : Result.Failure<Money>(number.Errors);
    }

    /// <summary><c>1234.50 USD</c>, in every language alike.</summary>
    public override string ToString() => $"{Amount} {Currency}";

    internal static Error NoSuchCurrency(string code) =>
        Figures.Refusal("money.currency_unknown", $"There is no currency '{code}'. {CurrencyRule}");

    private static decimal Scale(int digits) => new(digits switch { 0 => 1, 3 => 1000, _ => 100 });
}

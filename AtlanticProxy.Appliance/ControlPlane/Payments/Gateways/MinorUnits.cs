using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Payments.Gateways;

/// <summary>How a gateway writes amounts as integers: not always with ISO 4217's digits.</summary>
internal abstract class MinorUnits
{
    /// <summary>The main unit times 100, whatever the currency (Paystack's API reference, "Currency").</summary>
    public static readonly MinorUnits Paystack = new Hundredths();

    /// <summary>Stripe's documentation, "Currencies", "Zero-decimal", "Three-decimal" and "Special cases".</summary>
    public static readonly MinorUnits Stripe = new StripesTable();

    private protected abstract int DigitsOf(string currency);

    /// <summary>The last digits must be zeros: that many units, or a multiple of them.</summary>
    private protected virtual long StepOf(string currency) => 1;

    /// <summary>A refusal says which amounts can be paid there.</summary>
    public Result<long> Of(Money amount)
    {
        decimal scaled = amount.Number * Scale(amount.Currency);
        long step = StepOf(amount.Currency);
        return decimal.IsInteger(scaled / step)
            ? (long)scaled
            : new Error(ErrorKind.Invalid, "payment.amount_not_payable",
                $"{amount} cannot be paid this way: give a multiple of "
                    + $"{(step / Scale(amount.Currency)).ToString(System.Globalization.CultureInfo.InvariantCulture)} "
                    + $"{amount.Currency}.", "Amount");
    }

    /// <summary>Null where it is no amount of the currency: 1.50 JPY.</summary>
    public Money? Read(long units, string currency)
    {
        string code = currency.ToUpperInvariant();
        if (Money.FindCurrency(code) is null)
            return null;
        var read = Money.Of(units / Scale(code), code);
        return read.IsSuccess ? read.Value : null;
    }

    private decimal Scale(string currency) => DigitsOf(currency) switch { 0 => 1, 3 => 1000, _ => 100 };

    private sealed class Hundredths : MinorUnits
    {
        private protected override int DigitsOf(string currency) => 2;
    }

    private sealed class StripesTable : MinorUnits
    {
        private static readonly HashSet<string> s_whole =
            [.. "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".Split(' ')];

        private static readonly HashSet<string> s_thousandths = [.. "BHD JOD KWD OMR TND".Split(' ')];

        private static readonly HashSet<string> s_wholeInHundredths = ["ISK", "UGX"];

        private protected override int DigitsOf(string currency) =>
            s_whole.Contains(currency) ? 0 : s_thousandths.Contains(currency) ? 3 : 2;

        private protected override long StepOf(string currency) =>
            s_wholeInHundredths.Contains(currency) ? 100 : s_thousandths.Contains(currency) ? 10 : 1;
    }
}

using System.Collections.Frozen;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>
/// The currencies that people pay in: ISO 4217's list of active codes (2026), without metals, funds, tests and units of account.
/// </summary>
internal static class Currencies
{
    private const int Usual = 2;

    private const string WithoutDigits = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";

    private const string WithTwoDigits = """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK
        DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD
        KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP
        PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
        USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
        """;

    private const string WithThreeDigits = "BHD IQD JOD KWD LYD OMR TND";

    private static readonly FrozenDictionary<string, int> Digits = new[] { (WithoutDigits, 0), (WithTwoDigits, Usual),
        (WithThreeDigits, 3) }
        .SelectMany(group => group.Item1
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(code => KeyValuePair.Create(code, group.Item2)))
        .ToFrozenDictionary();

    /// <summary>All codes, in order.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Digits.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether there is such a currency. Upper case only.</summary>
    public static bool Contains(string code) => Digits.ContainsKey(code);

    /// <summary>Digits after the point: ISO 4217's exponent. Of a currency that is no more, the usual two.</summary>
    public static int DigitsOf(string code) => Digits.GetValueOrDefault(code, Usual);
}

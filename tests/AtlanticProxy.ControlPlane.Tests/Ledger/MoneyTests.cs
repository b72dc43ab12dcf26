using System.Globalization;
using AtlanticProxy.ControlPlane.Ledger;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.ControlPlane.Tests.Ledger;

[TestClass]
public sealed class MoneyTests
{
    [TestMethod]
    [DataRow(2500L, "USD", "25.00"), DataRow(900L, "JPY", "900"), DataRow(1234L, "KWD", "1.234"), DataRow(5L, "BHD", "0.005"),
        DataRow(-1L, "EUR", "-0.01")]
    [DataRow(0L, "USD", "0.00"), DataRow(100L, "HRK", "1.00")] // of a currency that was replaced
    public void Amount_HasItsCurrencysDigits(long minorUnits, string currency, string amount)
    {
        Assert.AreEqual(amount, new Money(minorUnits, currency).Amount);
        Assert.AreEqual($"{amount} {currency}", new Money(minorUnits, currency).ToString());
    }

    [TestMethod]
    [DataRow("25", "usd", 2500L), DataRow("25.00", "USD", 2500L), DataRow("900", "JPY", 900L), DataRow("1.234", "kwd", 1234L),
        DataRow("-0.01", "EUR", -1L)]
    public void Parse_AsPeopleWriteIt_IsMinorUnits(string amount, string currency, long minorUnits) =>
        Assert.AreEqual(new Money(minorUnits, currency.ToUpperInvariant()), Money.Parse(amount, currency).Value);

    [TestMethod]
    [DataRow("1.005", "USD", "USD has 2 digits"), DataRow("9.5", "JPY", "JPY has whole units only"),
        DataRow("1.2345", "BHD", "BHD has 3 digits")]
    [DataRow("1,5", "USD", "write 1.5"), DataRow("99999999999999", "USD", "is too large"),
        DataRow("1", "XQX", "There is no currency 'XQX'")]
    [DataRow("1", "XXX", "There is no currency"), DataRow("1", "XAU", "There is no currency"),
        DataRow("1", "US", "There is no currency"), DataRow("1", "", "There is no currency")]
    public void Parse_OtherwiseWritten_IsRefusedWithWords(string amount, string currency, string words)
    {
        var refused = Money.Parse(amount, currency);

        Assert.IsFalse(refused.IsSuccess);
        Assert.Contains(words, refused.Errors[0].Message);
    }

    [TestMethod]
    public void WhatIsWritten_ReadAgain_IsTheSameInEveryCurrencyAndCulture()
    {
        var cultures = CultureInfo.GetCultures(CultureTypes.SpecificCultures);
        var samples = from units in ArbMap.Default.GeneratorFor<int>()
                      from currency in Gen.Elements(Currencies.All.ToArray())
                      from culture in Gen.Elements(cultures)
                      select (Money: new Money(units * 100_000L, currency), Culture: culture);
        var before = CultureInfo.CurrentCulture;
        try
        {
            foreach (var (money, culture) in samples.Sample(500, 100))
            {
                CultureInfo.CurrentCulture = culture;
                Assert.AreEqual(money, Money.Parse(money.Amount, money.Currency).Value, culture.Name);
                Assert.AreEqual(money, Money.Of(money.Number, money.Currency).Value, culture.Name);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void Currencies_ThatPeoplePayIn_AreKnownInAnyCase()
    {
        foreach (string code in new[] { "USD", "EUR", "GBP", "NGN", "GHS", "KES", "ZAR", "INR", "BRL", "CNY", "VES", "SLE", "ZWG",
            "XOF", "XAF" })
            Assert.AreEqual(code, Money.FindCurrency($" {code.ToLowerInvariant()} "));
        Assert.IsGreaterThan(150, Currencies.All.Count);
        Assert.IsTrue(Currencies.All.All(code => code.Length == 3 && code.All(char.IsAsciiLetterUpper)));
    }
}

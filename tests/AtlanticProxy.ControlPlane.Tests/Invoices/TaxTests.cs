using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Invoices;

namespace AtlanticProxy.ControlPlane.Tests.Invoices;

[TestClass]
public sealed class TaxTests
{
    [TestMethod]
    [DataRow("DE", null, 19.0, 190L, TaxRule.Taxed)] // at home
    [DataRow("DE", "DE999999999", 19.0, 190L, TaxRule.Taxed)] // a business at home
    [DataRow("FR", null, 20.0, 200L, TaxRule.Taxed)] // a private person in another member state
    [DataRow("FI", null, 25.5, 255L, TaxRule.Taxed)]
    [DataRow("FR", "FR12345678901", 0.0, 0L, TaxRule.ReverseCharge)]
    [DataRow("GR", "123456789", 0.0, 0L, TaxRule.ReverseCharge)] // Greece's prefix is EL
    [DataRow("CH", "CHE-123.456.789 MWST", 8.1, 81L, TaxRule.Taxed)] // no member state
    [DataRow("US", null, 0.0, 0L, TaxRule.Taxed)] // no rate
    [DataRow(null, null, 19.0, 190L, TaxRule.Taxed)] // nothing is known: as at home
    public async Task Tax_OfAGermanSeller_IsThatOfTheBuyersCountry(
        string? country, string? vatId, double percent, long tax, TaxRule rule)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller);
        var ann = await plane.CustomerAsync();
        await plane.BillToAsync(ann.Id, country, vatId);

        var invoice = await plane.InvoiceAsync(ann.Id);

        var paper = await plane.PaperAsync(invoice.Id);
        Assert.AreEqual((rule, (decimal)percent, tax), (paper.TaxRule, paper.Lines.Single().TaxPercent, invoice.Tax));
    }

    [TestMethod]
    public async Task Tax_OfASellerWithoutANumber_IsNone()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller with { VatId = null });
        var ann = await plane.CustomerAsync();
        await plane.BillToAsync(ann.Id, "DE");

        var invoice = await plane.InvoiceAsync(ann.Id);

        Assert.AreEqual((TaxRule.None, 0L), ((await plane.PaperAsync(invoice.Id)).TaxRule, invoice.Tax));
    }

    [TestMethod]
    [DataRow(250L, 1900, false, 250L, 48L)] // 47.5
    [DataRow(-250L, 1900, false, -250L, -48L)] // its negation
    [DataRow(50L, 1900, false, 50L, 10L)] // 9.5
    [DataRow(1190L, 1900, true, 1000L, 190L)]
    [DataRow(999L, 1900, true, 839L, 160L)] // 159.504…
    [DataRow(7L, 810, true, 6L, 1L)] // 0.52…
    [DataRow(1000L, 0, true, 1000L, 0L)]
    public void Tax_OnALine_IsRoundedHalfUp(long amount, int basisPoints, bool includes, long net, long tax) =>
        Assert.AreEqual(new Taxed(net, tax), Taxation.On(amount, basisPoints, includes));

    [TestMethod]
    public async Task Tax_OfSeveralLines_IsRoundedOnEachAndSummed()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller);
        var ann = await plane.CustomerAsync();
        await plane.BillToAsync(ann.Id, "DE");

        var invoice = await plane.InvoiceAsync(ann.Id, "EUR", new("a", 50), new("b", 50), new("c", 50));

        Assert.AreEqual((150L, 30L, 180L), (invoice.Net, invoice.Tax, invoice.Total)); // not 28.5 of the sum
    }

    [TestMethod]
    public async Task TaxRates_SetChangedAndRemoved_AreWhatIsListed()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        async Task<object> SetAsync(string country, decimal? percent) =>
            await plane.AskAsync((SetTaxRate set) => set.ExecuteAsync(new(country, percent), default)) is { IsSuccess: true } done
                ? done.Value
                : (await plane.AskAsync((SetTaxRate set) => set.ExecuteAsync(new(country, percent), default))).Codes();
        async Task<string> ListedAsync(string country) => string.Join(' ', (await plane.AskAsync((SellerQueries queries) =>
            queries.TaxRatesAsync(default))).Where(rate => rate.Country == country));

        Assert.AreEqual("CountryTax { Country = FI, Percent = 25.5 }", await ListedAsync("FI"));
        Assert.AreEqual((true, false, true),
            (await SetAsync("fi", 25.75m), await SetAsync("FI", 25.75m), await SetAsync("KE", 16)));
        Assert.AreEqual("CountryTax { Country = FI, Percent = 25.75 }", await ListedAsync("FI"));
        Assert.AreEqual((true, false), (await SetAsync("KE", null), await SetAsync("KE", null)));
        Assert.AreEqual("", await ListedAsync("KE"));
        Assert.AreEqual("tax.percent_invalid@Percent", await SetAsync("DE", 19.005m));
        Assert.AreEqual("tax.percent_invalid@Percent", await SetAsync("DE", 101));
        Assert.AreEqual("tax.percent_invalid@Percent", await SetAsync("DE", -1));
        Assert.AreEqual("tax.country_missing@Country", await SetAsync("", 19));
        Assert.AreEqual("billing.country_invalid@Country", await SetAsync("Germany", 19));
    }

    [TestMethod]
    public async Task TaxRates_AtFirst_AreThoseOfTheMemberStatesAndTheirNeighbours()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        var rates = await plane.AskAsync((SellerQueries queries) => queries.TaxRatesAsync(default));

        Assert.HasCount(30, rates);
        Assert.AreEqual(27, rates.Count(rate => VatId.IsMemberState(rate.Country)));
        Assert.IsTrue(rates.All(rate => rate.Percent is >= 8.1m and <= 27));
    }
}

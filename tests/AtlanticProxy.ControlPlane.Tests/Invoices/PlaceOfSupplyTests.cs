using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using AtlanticProxy.ControlPlane.Tests.Payments;

namespace AtlanticProxy.ControlPlane.Tests.Invoices;

/// <summary>An invoice keeps what proves where its buyer is.</summary>
[TestClass]
public sealed class PlaceOfSupplyTests
{
    [TestMethod]
    [DataRow(GatewayKind.Stripe, "FR", "FR", true)]
    [DataRow(GatewayKind.Stripe, "DE", "FR", false)]
    [DataRow(GatewayKind.Paystack, null, "NG", false)]
    [DataRow(GatewayKind.Btcpay, "DE", null, false)]
    public async Task Invoice_KeepsWhereTheLastCardWasIssued(GatewayKind kind, string? billing, string? card, bool isProved)
    {
        await using var till = await Till.StartAsync(kind);
        await till.Plane.SellAsAsync(Billing.Seller);
        await till.Plane.BillToAsync(till.Ann, billing);
        await till.PaidAsync(10_000);

        var paper = await till.Plane.PaperAsync((await till.Plane.InvoiceAsync(till.Ann, till.Currency)).Id);
        await till.Plane.BillToAsync(till.Ann, "IT");

        Assert.AreEqual((billing, card, isProved), (paper.Buyer.Country, paper.CardCountry, paper.HasPlaceProved));
        Assert.AreEqual(billing, (await till.Plane.PaperAsync(paper.Summary.Id)).Buyer.Country, "it stays as it was");
    }

    [TestMethod]
    [DataRow("fr", "FR"), DataRow("FR", "FR"), DataRow("", null), DataRow(null, null), DataRow("FRA", null), DataRow("1A", null)]
    public void Country_AsAGatewaySpellsIt(string? said, string? country) =>
        Assert.AreEqual(country, GatewayJson.CountryOf(said));
}

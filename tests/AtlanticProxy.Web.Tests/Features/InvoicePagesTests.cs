using System.Net;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class InvoicePagesTests
{
    [TestMethod]
    public async Task Invoice_ReadPrintedAndTakenBackInPart()
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);
        long id = await shop.PaidAsync(owner);
        string address = $"/admin/invoices/{id}";
        var listed = await owner.GetAsync($"/admin/invoices?search={Uri.EscapeDataString(shop.Customer.Email)}");
        Assert.Contains(address, listed.Body);
        Assert.Contains("The numbers have no gaps.", listed.Text);
        var pdf = await owner.GetAsync($"{address}/pdf");
        Assert.AreEqual("application/pdf", pdf.Response.Content.Headers.ContentType?.MediaType);
        var html = await owner.GetAsync($"{address}/html");
        Assert.Contains("sandbox", string.Join(';', html.Response.Headers.GetValues("Content-Security-Policy")));
        Assert.DoesNotContain("sandbox",
            string.Join(';', (await owner.GetAsync(address)).Response.Headers.GetValues("Content-Security-Policy")));

        var tooMuch = await owner.PostAsync($"{address}/credit", new() { ["Amount"] = "29.01" });
        Assert.AreEqual(HttpStatusCode.BadRequest, tooMuch.Status);
        Assert.Contains("id=\"Amount-error\"", tooMuch.Body);
        var form = await owner.GetAsync($"{address}/credit");
        Dictionary<string, string> part = new() { ["Amount"] = "9", ["version"] = Shop.VersionOf(form) };
        var note = await owner.FollowAsync(await owner.PostAsync($"{address}/credit", part));
        Assert.Contains("takes 9.00 USD back.", note.Text);
        Assert.AreEqual(HttpStatusCode.Conflict, (await owner.PostAsync($"{address}/credit", part)).Status, "sent twice");
        Assert.Contains("9.00 USD", (await owner.GetAsync(address)).Text);
    }

    [TestMethod]
    [DataRow("'DE'", "'FR'", "Billing country DE, card FR", true), DataRow("'FR'", "'FR'", "Billing country FR, card FR", false)]
    [DataRow("null", "'FR'", "Billing country not known, card FR", true)]
    [DataRow("'DE'", "null", "Billing country DE, card not known", true)]
    public async Task PlaceOfSupply_WithFewerThanTwoProofs_IsSaid(string billing, string card, string words, bool isShort)
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);
        long id = await shop.PaidAsync(owner);
        Assert.DoesNotContain("Place of supply", (await owner.GetAsync($"/admin/invoices/{id}")).Text, "no tax, no matter");
        await shop.Portal.Portal.Database.ExecuteAsync($"""
            set session_replication_role = replica;
            update invoices set tax_rule = 'taxed', buyer_country = {billing}, card_country = {card} where id = {id};
            reset session_replication_role
            """);

        var page = await owner.GetAsync($"/admin/invoices/{id}");

        Assert.Contains(words, page.Text);
        Assert.AreEqual(isShort, page.Text.Contains("Two matching proofs are needed", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Export_OfAPeriod_IsCsvOrZip()
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);
        await shop.PaidAsync(owner);
        using var operators = await shop.Portal.SignedInAsync(SeededPortal.Operator);
        string year = TimeProvider.System.GetUtcNow().ToString("yyyy", null);
        string period = $"/admin/invoices/export/file?From={year}-01-01&To={year}-12-31";

        Assert.Contains("Download", (await operators.GetAsync("/admin/invoices/export")).Text);
        var csv = await operators.GetAsync($"{period}&Format=csv");
        Assert.Contains(shop.Customer.Email, csv.Text);
        Assert.AreEqual($"invoices-{year}-01-01-{year}-12-31.csv",
            csv.Response.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        var zip = await operators.GetAsync($"{period}&Format=zip");
        Assert.AreEqual("application/zip", zip.Response.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("PK", zip.Body);
        foreach (string wrong in new[] { "From=soon&To=2026-01-01", "From=2026-02-01&To=2026-01-01", "",
            "From=2020-01-01&To=2026-01-01" })
            Assert.AreEqual(HttpStatusCode.BadRequest,
                (await operators.GetAsync($"/admin/invoices/export/file?{wrong}")).Status, wrong);
    }

    [TestMethod]
    public async Task Numbers_WithGaps_AreNamed()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync("<b>Ann</b>");
        long draft = (await running.UseAsync<DraftInvoice, Result<long>>(write => write.ExecuteAsync(
            new(customer.Id, "USD", [new("Traffic", 2900)]), default))).Value;
        _ = (await running.UseAsync<FinaliseInvoice, Result<InvoiceSummary>>(
            finalise => finalise.ExecuteAsync(new(draft), default))).Value;
        await running.Database.ExecuteAsync("""
            set session_replication_role = replica; update invoices set year = 2026, number = 3; reset session_replication_role
            """);
        using var support = await portal.SignedInAsync(SeededPortal.Support);

        var page = await support.GetAsync("/admin/invoices");

        Assert.Contains("The numbers of invoices of 2026 have gaps: 1 paper, the last one is number 3.", page.Text);
        Assert.Contains("&lt;b&gt;Ann", page.Body);
    }

    [TestMethod]
    public async Task Seller_SetWithLogoAndTax_IsChecked()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        const string Address = "/admin/settings/invoices";

        foreach (var (field, value) in new[] { ("Country", "Germany"), ("PaymentDays", "91"), ("VatId", "x"), ("Country", "") })
        {
            var wrong = await owner.PostAsync(Address, new() { ["Country"] = "de", ["VatId"] = "DE136695976", [field] = value });
            Assert.AreEqual(HttpStatusCode.BadRequest, wrong.Status);
            Assert.Contains(value.Length > 0 ? $"id=\"{field}-error\"" : "-error\"", wrong.Body);
        }
        var saved = await owner.FollowAsync(await owner.PostAsync(Address, new()
        {
            ["Company"] = "A & <b>", ["Country"] = "de", ["VatId"] = "DE136695976", ["PaymentDays"] = "14",
            ["PricesIncludeTax"] = "true",
        }));
        Assert.Contains("A &amp; &lt;b&gt;", saved.Body);
        Assert.Contains("value=\"14\"", saved.Body);

        var tax = await owner.FollowAsync(await owner.PostAsync($"{Address}/tax",
            new() { ["TaxCountry"] = "de", ["Percent"] = "19.5" }));
        Assert.Contains("DE has 19.5% tax from now on.", tax.Text);
        var refused = await owner.PostAsync($"{Address}/tax", new() { ["TaxCountry"] = "Deutschland", ["Percent"] = "101" });
        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("id=\"TaxCountry-error\"", refused.Body);
        Assert.Contains("id=\"Percent-error\"", refused.Body);
        Assert.DoesNotContain("id=\"Country-error\"", refused.Body);
    }
}

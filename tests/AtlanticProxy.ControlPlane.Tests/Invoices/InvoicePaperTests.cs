using System.IO.Compression;
using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Invoices;
using UglyToad.PdfPig;

namespace AtlanticProxy.ControlPlane.Tests.Invoices;

[TestClass]
public sealed class InvoicePaperTests
{
    private static async Task<InvoicePaper> PdfAsync(ControlPlaneTest plane, long id) =>
        (await plane.AskAsync((InvoicePapers papers) => papers.PdfAsync(Scope.Staff, id, default))).Value;

    /// <summary>All words of a PDF, in the order in which they were written.</summary>
    private static string TextOf(byte[] pdf)
    {
        using var document = PdfDocument.Open(pdf);
        return string.Join(' ', document.GetPages().SelectMany(page => page.GetWords()).Select(word => word.Text));
    }

    [TestMethod]
    public async Task Pdf_OfAnInvoice_SaysAllThatItMust()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller, TinyImage.Png());
        var ann = await plane.CustomerAsync();
        await plane.BillToAsync(ann.Id, "DE");
        var invoice = await plane.InvoiceAsync(ann.Id, "EUR", new("Personal, 50 GB, 22 Nov to 22 Dec", 123450),
            new("Rabatt für Łukasz", -450));

        var paper = await PdfAsync(plane, invoice.Id);

        string text = TextOf(paper.Pdf);
        foreach (string expected in new[]
        {
            "Invoice 2026-000001", "Proxy Hansa GmbH", "Kai 1", "20457 Hamburg", "VAT DE123456789", "Buyer SARL", "75001 Paris",
            "ann@example.com", "2026-11-22", "2026-11-29", "Personal, 50 GB, 22 Nov to 22 Dec", "1234.50", "Rabatt für Łukasz",
            "-4.50", "19 %", "Net 1230.00", "VAT 19 % 233.70", "Total 1463.70 EUR", "IBAN DE02", "Page 1 of 1",
        })
            StringAssert.Contains(text, expected);
        Assert.AreEqual("2026-000001.pdf", paper.FileName);
        using var document = PdfDocument.Open(paper.Pdf);
        Assert.AreEqual("Invoice 2026-000001", document.Information.Title);
        Assert.AreEqual(1, document.GetPage(1).GetImages().Count(), "the logo");
        Assert.IsTrue(document.GetPage(1).Letters.All(letter =>
            letter.FontName!.Contains("Liberation", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Pdf_AskedForAgain_IsTheSameToTheByteWhateverChanged()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller);
        var ann = await plane.CustomerAsync();
        var invoice = await plane.InvoiceAsync(ann.Id);
        var first = await PdfAsync(plane, invoice.Id);

        await plane.SellAsAsync(Billing.Seller with { Footer = "Another" }, TinyImage.Png());
        var again = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => PdfAsync(plane, invoice.Id)));

        foreach (var paper in again)
            CollectionAssert.AreEqual(first.Pdf, paper.Pdf);
        Assert.AreEqual(Convert.ToHexStringLower(SHA256.HashData(first.Pdf)), first.Sha256);
        Assert.AreEqual(first.Sha256,
            await plane.Database.ScalarAsync<string>(
                "select encode(sha256(pdf), 'hex') from invoice_papers where sha256 = sha256(pdf)"));
    }

    [TestMethod]
    public async Task Pdf_ManyMadeAtOnce_EachSaysItsOwn()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller, TinyImage.Png());
        var ann = await plane.CustomerAsync();
        var invoices = new List<InvoiceSummary>();
        for (int i = 0; i < 12; i++)
            invoices.Add(await plane.InvoiceAsync(ann.Id, "EUR", new InvoiceItem($"Number {i} of all", 100 + i)));

        var papers = await Task.WhenAll(invoices.Select(invoice => Task.Run(() => PdfAsync(plane, invoice.Id))));

        for (int i = 0; i < papers.Length; i++)
        {
            string text = TextOf(papers[i].Pdf);
            StringAssert.Contains(text, $"Invoice {invoices[i].Number}");
            StringAssert.Contains(text, $"Number {i} of all");
        }
    }

    [TestMethod]
    public async Task Pdf_InFrench_OfReverseChargeAndOfACreditNote_SaysSo()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller);
        var ann = await plane.CustomerAsync();
        await plane.BillToAsync(ann.Id, "FR", "FR12345678901", language: "fr");
        var invoice = await plane.InvoiceAsync(ann.Id);
        var note = (await plane.CreditAsync(invoice)).Value;

        string text = TextOf((await PdfAsync(plane, note.Id)).Pdf);

        foreach (string expected in new[]
        {
            "Avoir CN-2026-000001", "Annule la facture 2026-000001", "Autoliquidation", "TVA FR12345678901",
                "Total TTC -10.00 EUR",
        })
            StringAssert.Contains(text, expected);
    }

    [TestMethod]
    public async Task Pdf_OfManyLines_HasItsHeadingsAndFootOnEachPage()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller with { VatId = null });
        var ann = await plane.CustomerAsync();
        var invoice = await plane.InvoiceAsync(ann.Id, "JPY",
            [.. Enumerable.Range(1, 120)
                .Select(i => new InvoiceItem($"Line {i} {new string('x', i)} {new string('y', 40)}", i))]);

        byte[] pdf = (await PdfAsync(plane, invoice.Id)).Pdf;

        using var document = PdfDocument.Open(pdf);
        Assert.IsGreaterThan(2, document.NumberOfPages);
        foreach (var page in document.GetPages())
        {
            string text = string.Join(' ', page.GetWords().Select(word => word.Text));
            StringAssert.Contains(text, "Description");
            StringAssert.Contains(text, $"Page {page.Number} of {document.NumberOfPages}");
            StringAssert.Contains(text, "IBAN");
            Assert.IsTrue(page.Letters.All(letter =>
                letter.BoundingBox.Left > 0 && letter.BoundingBox.Right < page.Width && letter.BoundingBox.Bottom > 0),
                    "within the page");
        }
        string all = TextOf(pdf);
        StringAssert.Contains(all, "Line 120");
        StringAssert.Contains(all, "Total 7260 JPY");
        StringAssert.Contains(all, "The seller charges no VAT.");
    }

    [TestMethod]
    public async Task Html_OfAPaperWithMarkupInIt_ShowsItAsText()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller with { PricesIncludeTax = true }, TinyImage.Png());
        var ann = await plane.CustomerAsync();
        await plane.BillToAsync(ann.Id, "DE", company: "<script>alert(1)</script>");
        long draft = await plane.DraftAsync(ann.Id, "EUR", new InvoiceItem("Größe <b>", 1190));

        string html = (await plane.AskAsync((InvoicePapers papers) => papers.HtmlAsync(Scope.Staff, draft, default))).Value;

        foreach (string expected in new[]
        {
            "Draft invoice", "&lt;script&gt;alert(1)&lt;/script&gt;", "Größe &lt;b&gt;", "data:image/png;base64,", "10.00",
                "1.90",
            "11.90 EUR", "Prices include VAT.", "Kai 1<br>20457 Hamburg", "@page",
        })
            StringAssert.Contains(html, expected);
        Assert.IsFalse(html.Contains("<script", StringComparison.Ordinal));
        Assert.AreEqual("invoice.draft",
            (await plane.AskAsync((InvoicePapers papers) => papers.PdfAsync(Scope.Staff, draft, default))).Codes());
        Assert.AreEqual("invoice.not_found",
            (await plane.AskAsync((InvoicePapers papers) => papers.PdfAsync(Scope.Of(ann.Id), draft, default))).Codes());
        Assert.AreEqual("invoice.not_found",
            (await plane.AskAsync((InvoicePapers papers) => papers.HtmlAsync(Scope.Of(ann.Id), draft, default))).Codes());
    }

    [TestMethod]
    public async Task Export_OfAPeriod_HasEachPaperAndItsRates()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller);
        var ann = await plane.CustomerAsync();
        await plane.BillToAsync(ann.Id, "DE", company: "=1+1, \"Ann\"");
        var invoice = await plane.InvoiceAsync(ann.Id);
        plane.Time.Jump(TimeSpan.FromHours(1));
        await plane.CreditAsync(invoice, 119);
        await plane.DraftAsync(ann.Id);
        plane.Time.Jump(TimeSpan.FromDays(30));
        await plane.InvoiceAsync(ann.Id);
        var (from, to) = (new DateOnly(2026, 11, 1), new DateOnly(2026, 11, 30));

        string csv = await plane.AskAsync((InvoiceExport export) => export.CsvAsync(from, to, default));

        Assert.AreEqual(string.Join("\r\n",
            "number,kind,date,due,paid,state,credits,customer,email,country,vat_id,tax_rule,currency,tax_percent,net,tax,total",
            "2026-000001,invoice,2026-11-22,2026-11-29,,open,,\"'=1+1, \"\"Ann\"\"\",ann@example.com,DE,,taxed,EUR,19,"
                + "10.00,1.90,11.90",
            "CN-2026-000001,credit_note,2026-11-22,,,issued,2026-000001,\"'=1+1, \"\"Ann\"\"\",ann@example.com,DE,,taxed,EUR,19,"
                + "-1.00,-0.19,-1.19", ""), csv);

        using var zip = new MemoryStream();
        await plane.AskAsync(async (InvoiceExport export) =>
        {
            await export.WriteAsync(zip, from, to, default);
            return true;
        });
        using var archive = new ZipArchive(zip);
        Assert.AreEqual("2026-000001.pdf CN-2026-000001.pdf invoices.csv",
            string.Join(' ', archive.Entries.Select(e => e.Name).Order()));
    }
}

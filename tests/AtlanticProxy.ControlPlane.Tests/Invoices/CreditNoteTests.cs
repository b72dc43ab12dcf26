using AtlanticProxy.ControlPlane.Invoices;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.ControlPlane.Tests.Invoices;

[TestClass]
public sealed class CreditNoteTests
{
    [TestMethod]
    public async Task CreditNote_InFullOfAnOpenInvoice_NegatesItsLinesAndNothingIsOwed()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller);
        var ann = await plane.CustomerAsync();
        await plane.BillToAsync(ann.Id, "DE");
        var invoice = await plane.InvoiceAsync(ann.Id, "EUR", new("Personal", 1000), new("Extra GB", 33, 3));

        var note = (await plane.CreditAsync(invoice)).Value;

        var (paper, credited) = (await plane.PaperAsync(note.Id), await plane.PaperAsync(invoice.Id));
        Assert.AreEqual((InvoiceKind.CreditNote, InvoiceState.Issued, -invoice.Total), (note.Kind, note.State, note.Total));
        Assert.AreEqual(invoice.Number, paper.CreditsNumber);
        CollectionAssert.AreEqual(credited.Lines.Select(line => line with
        {
            UnitPrice = -line.UnitPrice, Net = -line.Net, Tax = -line.Tax, Total = -line.Total,
        }).ToArray(), paper.Lines.ToArray());
        Assert.AreEqual((InvoiceState.Credited, 0L, invoice.Total),
            (credited.Summary.State, credited.Summary.Due, credited.Summary.Credited));
        foreach (string account in new[] { "receivable", "revenue", "tax_payable", "wallet" })
            Assert.AreEqual(0L, await plane.BalanceAsync(account), account);
        Assert.AreEqual("invoice.credited", (await plane.CreditAsync(invoice)).Codes());
        Assert.AreEqual("invoice.not_open", (await plane.PayAsync(invoice)).Codes());
        Assert.AreEqual("invoice.not_found", (await plane.CreditAsync(note)).Codes(), "a credit note is not credited");
        Assert.AreEqual("invoice.not_found", (await plane.PayAsync(note)).Codes(), "nor paid");
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    public async Task CreditNote_OfAPaidInvoice_GivesTheMoneyBack()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        await plane.FillWalletAsync(ann.Id, 1000);
        var invoice = await plane.InvoiceAsync(ann.Id);
        await plane.PayAsync(invoice);

        await plane.CreditAsync(invoice, 400);
        Assert.AreEqual(400L, await plane.BalanceAsync("wallet"));
        await plane.WithinAsync(book => book.CreditAsync(invoice.Id, 600, default, CreditTo.Gateway));

        Assert.AreEqual((400L, 600L, 0L), (await plane.BalanceAsync("wallet"), await plane.BalanceAsync("payments_clearing"),
            await plane.BalanceAsync("revenue")));
        Assert.AreEqual(InvoiceState.Paid, (await plane.PaperAsync(invoice.Id)).Summary.State);
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    public async Task CreditNote_InPartOfAnOpenInvoice_LessIsOwed()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        await plane.FillWalletAsync(ann.Id, 600);
        var invoice = await plane.InvoiceAsync(ann.Id);

        await plane.CreditAsync(invoice, 400);
        await plane.AssertBooksAgreeAsync();
        var paid = (await plane.PayAsync(invoice)).Value;

        Assert.AreEqual((InvoiceState.Paid, 400L), (paid.State, paid.Credited));
        Assert.AreEqual((0L, 0L), (await plane.BalanceAsync("wallet"), await plane.BalanceAsync("receivable")));
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    [DataRow(0L)]
    [DataRow(-1L)]
    [DataRow(1001L)]
    [DataRow(long.MinValue)]
    public async Task CreditNote_BeyondTheInvoice_IsRefused(long amount)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var invoice = await plane.InvoiceAsync(ann.Id);

        var refusal = await plane.CreditAsync(invoice, amount);

        Assert.AreEqual("invoice.credit_amount_invalid@Amount", refusal.Codes());
        StringAssert.Contains(refusal.Errors[0].Message, "10.00 EUR");
    }

    [TestMethod]
    public async Task CreditNote_TwentyAtOnceOfAnInvoiceForThree_NeverGoBeyond()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var invoice = await plane.InvoiceAsync(ann.Id);

        var notes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => plane.CreditAsync(invoice, 300)));

        Assert.AreEqual(3, notes.Count(note => note.IsSuccess));
        Assert.AreEqual(900, (await plane.PaperAsync(invoice.Id)).Summary.Credited);
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task CreditNote_InManyParts_AddUpToTheInvoiceByLine(bool includesTax)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller with { PricesIncludeTax = includesTax });
        var ann = await plane.CustomerAsync();
        await plane.BillToAsync(ann.Id, "FI");
        var invoice = await plane.InvoiceAsync(ann.Id, "EUR", new("Personal", 997), new("Rest of the old plan", -331),
            new("GB", 7, 3));

        foreach (long part in new[] { 1L, 99, 250, 333 })
        {
            Assert.AreEqual("", (await plane.CreditAsync(invoice, part)).Codes());
            await plane.AssertBooksAgreeAsync();
        }
        Assert.AreEqual("", (await plane.CreditAsync(invoice)).Codes());

        await plane.AssertBooksAgreeAsync();
        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>("""
            select count(*) from (select line from invoice_lines group by line having sum(net) <> 0 or sum(tax) <> 0) open
            """), "each line is taken back to the last cent");
        foreach (string account in new[] { "receivable", "revenue", "tax_payable" })
            Assert.AreEqual(0L, await plane.BalanceAsync(account), account);
    }

    [TestMethod]
    public void Shares_OfAnyAmount_SumToItAndNeverGoBeyondTheirPart()
    {
        var cases = from of in ArbMap.Default.GeneratorFor<int[]>()
            from share in Gen.Choose(0, 1000)
            select (Of: of.Select(one => (long)one * 1_000_003).ToArray(), Share: share);
        int looked = 0;
        foreach (var (of, share) in cases.Sample(2000, 20))
        {
            long whole = of.Sum();
            if (whole == 0)
                continue;
            long amount = (long)((Int128)whole * share / 1000);
            long[] parts = Shares.Of(amount, of);
            Assert.AreEqual(amount, parts.Sum());
            for (int i = 0; i < parts.Length; i++)
                Assert.IsTrue(of[i] >= 0 ? parts[i] >= Math.Min(0, of[i]) && parts[i] <= of[i] : parts[i] <= 0
                    && parts[i] >= of[i],
                    $"{parts[i]} of {of[i]}");
            looked++;
        }
        Assert.IsGreaterThan(500, looked);
        CollectionAssert.AreEqual(new[] { 34L, 33, 33 }, Shares.Of(100, [1, 1, 1]).Select(part => part).ToArray());
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Invoices;

[TestClass]
public sealed class InvoiceTests
{
    [TestMethod]
    public async Task Invoice_FinalisedAndPaidFromTheWallet_IsBookedAtEachStep()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller);
        var ann = await plane.CustomerAsync();
        await plane.BillToAsync(ann.Id, "DE", company: "");
        await plane.FillWalletAsync(ann.Id, 5000);

        long draft = await plane.DraftAsync(ann.Id, "eur", new("Personal, 50 GB", 1000), new("Extra GB", 250, 3));
        Assert.AreEqual((null, InvoiceState.Draft), ((await plane.PaperAsync(draft)).Summary.Number,
            (await plane.PaperAsync(draft)).Summary.State));
        Assert.AreEqual(0, await plane.BalanceAsync("receivable"), "a draft is not owed");

        var open = await plane.FinaliseAsync(draft);
        Assert.AreEqual(("2026-000001", InvoiceState.Open, 1750L, 333L, 2083L, 2083L),
            (open.Number, open.State, open.Net, open.Tax, open.Total, open.Due)); // 190 + 142.5, rounded up
        Assert.AreEqual(plane.Time.Now.AddDays(7), open.DueAt);
        Assert.AreEqual((-2083L, 1750L, 333L), (await plane.BalanceAsync("receivable"), await plane.BalanceAsync("revenue"),
            await plane.BalanceAsync("tax_payable")));
        await plane.AssertBooksAgreeAsync();

        var paid = (await plane.PayAsync(open)).Value;
        Assert.AreEqual((InvoiceState.Paid, 0L, plane.Time.Now), (paid.State, paid.Due, paid.PaidAt));
        Assert.AreEqual((0L, 2917L), (await plane.BalanceAsync("receivable"), await plane.BalanceAsync("wallet")));
        Assert.AreEqual(paid, (await plane.PayAsync(open)).Value, "asked again, nothing more is taken");
        Assert.AreEqual(2917L, await plane.BalanceAsync("wallet"));
        await plane.AssertBooksAgreeAsync();
        Assert.AreEqual("invoice_finalised 2026-000001 20.83 EUR 2026-11-29, invoice_paid 2026-000001 20.83 EUR -",
            await plane.Database.ScalarAsync<string>("""
                select string_agg(concat_ws(' ', kind, payload ->> 'number', payload ->> 'total',
                    coalesce(payload ->> 'dueOn', '-')),
                    ', ' order by id) from events
                """));
    }

    [TestMethod]
    public async Task Invoice_DetailsChangedAfterwards_KeepsWhatItSays()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller);
        var ann = await plane.CustomerAsync();
        await plane.BillToAsync(ann.Id, "DE", company: "Before AG");
        long draft = await plane.DraftAsync(ann.Id);
        await plane.BillToAsync(ann.Id, "AT", company: "At the time AG");
        var invoice = await plane.FinaliseAsync(draft);

        await plane.BillToAsync(ann.Id, "SE", company: "After AB");
        await plane.SellAsAsync(Billing.Seller with { Company = "Another GmbH" });
        await plane.AskAsync((SetTaxRate set) => set.ExecuteAsync(new("AT", 50), default));

        var paper = await plane.PaperAsync(invoice.Id);
        Assert.AreEqual(("At the time AG", "AT", "Proxy Hansa GmbH", 20m),
            (paper.Buyer.Name, paper.Buyer.Country, paper.Seller.Name, paper.Lines.Single().TaxPercent));
    }

    [TestMethod]
    public async Task Invoice_PaidByGatewayOrTransfer_TakesNothingFromTheWallet()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        foreach (var (from, account) in new[] { (PaidFrom.Gateway, "payments_clearing"), (PaidFrom.Bank, "bank") })
        {
            var invoice = await plane.InvoiceAsync(ann.Id);
            var paid = await plane.WithinAsync(book => book.PayAsync(invoice.Id, default, from));
            Assert.AreEqual(InvoiceState.Paid, paid.Value.State);
            Assert.AreEqual(-1000L, await plane.BalanceAsync(account));
        }
        Assert.AreEqual(0L, await plane.BalanceAsync("wallet"));
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    public async Task Invoice_AboutNothing_IsPaidAtOnceAndMovesNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();

        var invoice = await plane.InvoiceAsync(ann.Id, "EUR", new("Personal", 1000), new("Welcome", -1000));

        Assert.AreEqual((InvoiceState.Paid, 0L, "2026-000001"), (invoice.State, invoice.Total, invoice.Number));
        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>("select count(*) from ledger_transactions"));
        Assert.AreEqual("invoice.credited", (await plane.CreditAsync(invoice)).Codes());
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    public async Task Invoice_NotAsItCanBe_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var ben = await plane.CustomerAsync("ben@example.com");
        async Task<string> DraftAsync(string currency, params InvoiceItem[] items) =>
            (await plane.AskAsync((DraftInvoice draft) =>
            draft.ExecuteAsync(new(ann.Id, currency, items), default))).Codes();

        Assert.AreEqual("invoice.currency_unknown@Currency", await DraftAsync("XYZ", new InvoiceItem("a", 1)));
        Assert.AreEqual("invoice.items_invalid@Items", await DraftAsync("EUR"));
        Assert.AreEqual("invoice.description_invalid@Items", await DraftAsync("EUR", new InvoiceItem(" ", 1)));
        Assert.AreEqual("invoice.amount_invalid@Items", await DraftAsync("EUR", new InvoiceItem("a", 1, 0)));
        Assert.AreEqual("invoice.amount_invalid@Items", await DraftAsync("EUR", new InvoiceItem("a", long.MaxValue, 2)));
        Assert.AreEqual("invoice.below_zero@Items", await DraftAsync("EUR", new InvoiceItem("a", -1)));
        Assert.AreEqual("customer.not_found",
            (await plane.AskAsync((DraftInvoice draft) => draft.ExecuteAsync(new(99, "EUR", [new("a", 1)]), default))).Codes());

        long open = (await plane.InvoiceAsync(ann.Id)).Id;
        Assert.AreEqual("ledger.not_enough", (await plane.PayAsync((await plane.PaperAsync(open)).Summary)).Codes());
        Assert.AreEqual("invoice.not_found", (await plane.AskAsync((PayFromWallet pay) =>
            pay.ExecuteAsync(new(Scope.Of(ben.Id), open), default))).Codes());
        Assert.AreEqual("invoice.finalised",
            (await plane.AskAsync((FinaliseInvoice finalise) => finalise.ExecuteAsync(new(open), default))).Codes());
        Assert.AreEqual("invoice.finalised",
            (await plane.AskAsync((DiscardInvoice discard) => discard.ExecuteAsync(new(open), default))).Codes());
        foreach (string codes in new[]
        {
            (await plane.AskAsync((FinaliseInvoice finalise) => finalise.ExecuteAsync(new(99), default))).Codes(),
            (await plane.AskAsync((DiscardInvoice discard) => discard.ExecuteAsync(new(99), default))).Codes(),
            (await plane.AskAsync((CreateCreditNote credit) => credit.ExecuteAsync(new(99), default))).Codes(),
            (await plane.WithinAsync(book => book.PayAsync(99, default))).Codes(),
        })
            Assert.AreEqual("invoice.not_found", codes);

        long draft = await plane.DraftAsync(ann.Id);
        Assert.AreEqual("invoice.not_open", (await plane.WithinAsync(book => book.PayAsync(draft, default))).Codes());
        Assert.AreEqual("invoice.draft",
            (await plane.AskAsync((CreateCreditNote credit) => credit.ExecuteAsync(new(draft), default))).Codes());
    }

    [TestMethod]
    public async Task Finalise_DraftThatTaxesBringBelowZero_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        long draft = await plane.DraftAsync(ann.Id, "EUR", new("a", 1), new("b", 1), new("c", 1), new("Welcome", -3));
        await plane.SellAsAsync(Billing.Seller); // 19 % of 3 are rounded up, those of 1 down

        Assert.AreEqual("invoice.below_zero@Items",
            (await plane.AskAsync((FinaliseInvoice finalise) => finalise.ExecuteAsync(new(draft), default))).Codes());
    }

    [TestMethod]
    public async Task Book_WithoutATransaction_IsAFault()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() =>
            plane.AskAsync((InvoiceBook book) => book.FinaliseAsync(1, default)));
    }

    [TestMethod]
    [DataRow("update invoices set total = total + 1, net = net + 1")]
    [DataRow("update invoices set buyer_name = 'x'")]
    [DataRow("update invoices set number = 7")]
    [DataRow("update invoices set state = 'draft', number = null, year = null, issued_at = null")]
    [DataRow("delete from invoices")]
    [DataRow("truncate invoices cascade")]
    [DataRow("update invoice_lines set net = 1")]
    [DataRow("delete from invoice_lines")]
    [DataRow("insert into invoice_lines values (1, 2, 'x', 1, 1, 0, 1, 0)")]
    [DataRow("update invoice_lines set invoice_id = 2 where invoice_id = 1")]
    [DataRow("truncate invoice_lines")]
    [DataRow("update invoice_papers set pdf = ''")]
    [DataRow("delete from invoice_papers")]
    public async Task Paper_FinalisedAndChangedByHand_IsRefusedByTheDatabase(string sql)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var invoice = await plane.InvoiceAsync(ann.Id);
        Assert.AreEqual(1, invoice.Id);
        await plane.AskAsync((InvoicePapers papers) => papers.PdfAsync(Scope.Staff, invoice.Id, default));
        var before = await plane.PaperAsync(invoice.Id);

        var refusal = await Assert.ThrowsExactlyAsync<PostgresException>(() => plane.Database.ExecuteAsync(sql));

        Assert.AreEqual(PostgresErrorCodes.RestrictViolation, refusal.SqlState);
        Assert.AreEqual(before.Summary, (await plane.PaperAsync(invoice.Id)).Summary);
        CollectionAssert.AreEqual(before.Lines.ToArray(), (await plane.PaperAsync(invoice.Id)).Lines.ToArray());
    }
}

using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Tests.Invoices;

[TestClass]
public sealed class InvoiceQueriesTests
{
    [TestMethod]
    public async Task Lists_Filtered_HaveWhatIsAskedFor()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (ann, ben) = (await plane.CustomerAsync(), await plane.CustomerAsync("ben@example.com"));
        await plane.FillWalletAsync(ann.Id, 1000);
        var paid = await plane.InvoiceAsync(ann.Id);
        await plane.PayAsync(paid);
        plane.Time.Jump(TimeSpan.FromDays(1));
        var open = await plane.InvoiceAsync(ann.Id);
        plane.Time.Jump(TimeSpan.FromDays(1));
        var bens = await plane.InvoiceAsync(ben.Id);
        var note = (await plane.CreditAsync(bens, 10)).Value;
        long draft = await plane.DraftAsync(ann.Id);

        async Task<string> ListAsync(Scope scope, InvoiceFilter filter, string? search = null) => string.Join(' ',
            (await plane.AskAsync((InvoiceQueries queries) =>
                queries.ListAsync(scope, filter, new PageRequest(search: search), default)))
            .Items.Select(row => row.Id));

        Assert.AreEqual($"{draft} {note.Id} {bens.Id} {open.Id} {paid.Id}", await ListAsync(Scope.Staff, new()));
        Assert.AreEqual($"{open.Id} {paid.Id}", await ListAsync(Scope.Of(ann.Id), new()), "no drafts, and nobody else's");
        Assert.AreEqual("", await ListAsync(Scope.Of(ann.Id), new(CustomerId: ben.Id)));
        Assert.AreEqual($"{note.Id}", await ListAsync(Scope.Staff, new(Kind: InvoiceKind.CreditNote)));
        Assert.AreEqual($"{paid.Id}", await ListAsync(Scope.Staff, new(State: InvoiceState.Paid)));
        Assert.AreEqual($"{open.Id}", await ListAsync(Scope.Staff, new(From: new(2026, 11, 23), To: new(2026, 11, 23))));
        Assert.AreEqual($"{note.Id} {bens.Id}", await ListAsync(Scope.Staff, new(), "BEN@"));
        Assert.AreEqual($"{open.Id}", await ListAsync(Scope.Staff, new(), "2026-000002"));
        Assert.AreEqual($"{open.Id} {bens.Id}", string.Join(' ', (await plane.AskAsync((InvoiceQueries queries) =>
            queries.UnpaidAsync(Scope.Staff, default))).Select(row => row.Id)));
        Assert.AreEqual("invoice.not_found", (await plane.AskAsync((InvoiceQueries queries) =>
            queries.FindAsync(Scope.Of(ann.Id), bens.Id, default))).Codes());
    }

    [TestMethod]
    public async Task Numbers_OfASeriesWithAGap_AreNamed()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var invoice = await plane.InvoiceAsync((await plane.CustomerAsync()).Id);
        await plane.CreditAsync(invoice, 400);
        Assert.IsEmpty(await plane.AskAsync((InvoiceQueries queries) => queries.GapsAsync(default)));

        await plane.Database.ExecuteAsync("set session_replication_role = replica; "
            + "update invoices set number = 3 where kind = 'credit_note'; reset session_replication_role");

        var gap = (await plane.AskAsync((InvoiceQueries queries) => queries.GapsAsync(default))).Single();
        Assert.AreEqual((InvoiceKind.CreditNote, 1, 3), (gap.Kind, gap.Count, gap.Last));
    }

    [TestMethod]
    [DataRow("update ledger_entries set amount = amount - 1, balance_after = balance_after - 1 where account_id = "
        + "(select id from ledger_accounts where kind = 'receivable'); "
        + "update ledger_accounts set balance = balance - 1 where kind = 'receivable'",
            "ann@example.com (customer 1) owes 6.00 EUR by unpaid invoices, and 6.01 EUR by the ledger: "
                + "they differ by 0.01 EUR.")]
    [DataRow("update invoices set credited = 399 where kind = 'invoice'",
        "Of invoice 2026-000001 of ann@example.com (customer 1), 3.99 EUR is noted as taken back, "
            + "and its credit notes sum to 4.00 EUR")]
    [DataRow("update invoice_lines set net = 1 where net > 0",
        "The net of invoice 2026-000001 of ann@example.com (customer 1) is 10.00 EUR, and its lines sum to 0.01 EUR")]
    [DataRow("update invoice_lines set net = -1001 where net < 0",
        "The net of line 1 of invoice 2026-000001 of ann@example.com (customer 1) is 10.00 EUR, and its credit notes take back "
            + "10.01 EUR: they differ by 0.01 EUR.")]
    [DataRow("update invoices set number = 3 where kind = 'invoice'",
        "The numbers of invoices of 2026 have gaps: they go up to 3, and there are 1.")]
    public async Task Audit_OfBooksThatSomebodyChanged_SaysWhatDiffers(string sql, string expected)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var invoice = await plane.InvoiceAsync(ann.Id);
        await plane.CreditAsync(invoice, 400);
        Assert.IsEmpty((await plane.AskAsync((LedgerAudit audit) => audit.ExecuteAsync(default))).Failures);

        await plane.Database.ExecuteAsync($"set session_replication_role = replica; {sql}; reset session_replication_role");
        var report = await plane.AskAsync((LedgerAudit audit) => audit.ExecuteAsync(default));

        StringAssert.Contains(string.Join('\n', report.Failures), expected);
        var found = await plane.AskAsync((LedgerAudit audit) => audit.FoundInBooksAsync(default));
        StringAssert.Contains(string.Join('\n', found!.Select(difference => difference.What)), expected);
    }
}

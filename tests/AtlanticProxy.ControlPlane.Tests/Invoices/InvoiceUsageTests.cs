using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Tests.Quotas;

namespace AtlanticProxy.ControlPlane.Tests.Invoices;

/// <summary>What wallets pay for use is invoiced once a month.</summary>
[TestClass]
public sealed class InvoiceUsageTests
{
    private static readonly CreatePlan.Request ByTheGb = new("By the GB", PlanKind.PerGb, 100, "EUR");

    [TestMethod]
    public async Task Month_ThatIsOver_IsOneInvoiceWithALineForEachPlanAndPrice()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Metered.StartAsync(plane, ByTheGb);
        await ann.CreditAsync(1000);
        await UseAsync(plane, ann, 1_500_000_000);
        await UseAsync(plane, ann, 845_678_901);
        var hourly = (await plane.AskAsync((CreatePlan create) => create.ExecuteAsync(
            new("Hours", PlanKind.Hourly, 120, "EUR"), default))).Value;
        await plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(ann.Customer.Id, hourly.Id), default));
        await plane.Database.ExecuteAsync("update quota_accounts set unsettled = 90");
        await SettleAsync(plane);
        Assert.AreEqual("0 invoices about use written; tax of 0 taken, of 0 still due", (await RunAsync(plane)).Done,
            "the month goes on");

        plane.Time.AdjustTime(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        await Task.WhenAll(RunAsync(plane), RunAsync(plane), RunAsync(plane));

        var paper = await plane.PaperAsync(await IdAsync(plane));
        Assert.AreEqual("""
            By the GB: 2.346 GB at 1.00 EUR a GB, 2026-11 = 234
            Hours: 1.5 hours at 1.20 EUR an hour, 2026-11 = 180
            """, string.Join('\n', paper.Lines.Select(line => $"{line.Description} = {line.Total}")));
        Assert.AreEqual((InvoiceState.Paid, 414L, 414L, 0L, "2026-000001"), (paper.Summary.State, paper.Summary.Total,
            paper.Summary.Prepaid, paper.Summary.Due, paper.Summary.Number));
        Assert.AreEqual((1000L - 414, 414L), (await plane.BalanceAsync("wallet"), await plane.BalanceAsync("revenue")));
        Assert.AreEqual("invoice_finalised invoice_paid", await plane.Database.ScalarAsync<string>(
            "select string_agg(kind, ' ' order by id) from events where kind like 'invoice%'"));
        StringAssert.Contains(InvoiceSheet.Of(paper).Notes[^1], "4.14 EUR was already paid from the wallet.");
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    [DataRow(false, 1000, 190, 1190, 810L, 1000L)]
    [DataRow(true, 840, 160, 1000, 1000L, 840L)]
    public async Task Tax_IsOnTopOrWithin_AsPricesAreMeant(
        bool within, long net, long tax, long total, long wallet, long revenue)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller with { PricesIncludeTax = within });
        var ann = await Metered.StartAsync(plane, ByTheGb);
        await plane.BillToAsync(ann.Customer.Id, "DE");
        await ann.CreditAsync(2000);
        await UseAsync(plane, ann, 10 * Metered.Gb);

        NextMonth(plane);
        Assert.AreEqual("1 invoices about use written; tax of 0 taken, of 0 still due", (await RunAsync(plane)).Done);

        var paper = (await plane.PaperAsync(await IdAsync(plane))).Summary;
        Assert.AreEqual((net, tax, total, InvoiceState.Paid), (paper.Net, paper.Tax, paper.Total, paper.State));
        Assert.AreEqual((wallet, revenue, tax, 0L), (await plane.BalanceAsync("wallet"), await plane.BalanceAsync("revenue"),
            await plane.BalanceAsync("tax_payable"), await plane.BalanceAsync("receivable")));
        await plane.AssertBooksAgreeAsync();

        Assert.IsTrue((await plane.CreditAsync(paper)).IsSuccess);
        Assert.AreEqual((2000L, 0L, 0L), (await plane.BalanceAsync("wallet"), await plane.BalanceAsync("revenue"),
            await plane.BalanceAsync("tax_payable")), "taken back, all of it is in the wallet");
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    public async Task Tax_ThatTheWalletHasNot_IsDueUntilItHas()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller);
        var ann = await Metered.StartAsync(plane, ByTheGb);
        await plane.BillToAsync(ann.Customer.Id, "DE");
        await ann.CreditAsync(1000);
        await UseAsync(plane, ann, 10 * Metered.Gb);
        NextMonth(plane);

        Assert.AreEqual("1 invoices about use written; tax of 0 taken, of 1 still due", (await RunAsync(plane)).Done);
        var paper = (await plane.PaperAsync(await IdAsync(plane))).Summary;
        Assert.AreEqual((InvoiceState.Open, 190L, -190L), (paper.State, paper.Due, await plane.BalanceAsync("receivable")));
        await plane.AssertBooksAgreeAsync();

        await ann.CreditAsync(189);
        Assert.AreEqual("0 invoices about use written; tax of 0 taken, of 1 still due", (await RunAsync(plane)).Done);
        await ann.CreditAsync(2);
        Assert.AreEqual("0 invoices about use written; tax of 1 taken, of 0 still due", (await RunAsync(plane)).Done);
        Assert.AreEqual((InvoiceState.Paid, 1L), ((await plane.PaperAsync(paper.Id)).Summary.State,
            await plane.BalanceAsync("wallet")));
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    [DataRow(100, InvoiceState.Open, 90, 0)]
    [DataRow(190, InvoiceState.Paid, 0, 0)]
    [DataRow(500, InvoiceState.Paid, 0, 310)]
    [DataRow(1190, InvoiceState.Credited, 0, 1000)]
    public async Task CreditNote_OfOneWithTaxDue_TakesThatFirst(long amount, InvoiceState state, long due, long wallet)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller);
        var ann = await Metered.StartAsync(plane, ByTheGb);
        await plane.BillToAsync(ann.Customer.Id, "DE");
        await ann.CreditAsync(1000);
        await UseAsync(plane, ann, 10 * Metered.Gb);
        NextMonth(plane);
        await RunAsync(plane);
        var paper = (await plane.PaperAsync(await IdAsync(plane))).Summary;

        Assert.IsTrue((await plane.CreditAsync(paper, amount)).IsSuccess);

        Assert.AreEqual((state, due, wallet), ((await plane.PaperAsync(paper.Id)).Summary.State,
            (await plane.PaperAsync(paper.Id)).Summary.Due, await plane.BalanceAsync("wallet")));
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    public async Task Charges_ThatComeLate_AreOnTheNextInvoice()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Metered.StartAsync(plane, ByTheGb);
        await ann.CreditAsync(1000);
        await UseAsync(plane, ann, Metered.Gb);
        NextMonth(plane);
        await RunAsync(plane);

        await ann.BookAsync("n", 3 * Metered.Gb);
        await plane.Database.ExecuteAsync($"select quota_settle({ann.AccountId}, '2026-11-30T23:59:59Z')");
        Assert.AreEqual("0 invoices about use written; tax of 0 taken, of 0 still due", (await RunAsync(plane)).Done);
        NextMonth(plane);
        await RunAsync(plane);

        Assert.AreEqual("100 2026-11, 300 2026-12", await plane.Database.ScalarAsync<string>("""
            select string_agg(i.total || ' ' || to_char(u.month, 'YYYY-MM'), ', ' order by u.month)
            from usage_invoices u join invoices i on i.id = u.invoice_id
            """));
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    public async Task Months_ThatWereMissed_AreInvoicedOneByOneAlsoOfWhoHasLeft()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Metered.StartAsync(plane, ByTheGb);
        await ann.CreditAsync(1000);
        await UseAsync(plane, ann, Metered.Gb);
        NextMonth(plane);
        NextMonth(plane);
        await UseAsync(plane, ann, 2 * Metered.Gb);
        await plane.AskAsync((RemoveCustomer remove) => remove.ExecuteAsync(new(ann.Customer.Id), default));
        NextMonth(plane);

        Assert.AreEqual("2 invoices about use written; tax of 0 taken, of 0 still due", (await RunAsync(plane)).Done);

        Assert.AreEqual("100 2026-11, 200 2027-01", await plane.Database.ScalarAsync<string>("""
            select string_agg(i.total || ' ' || to_char(u.month, 'YYYY-MM'), ', ' order by u.month)
            from usage_invoices u join invoices i on i.id = u.invoice_id
            """));
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    public async Task Fractions_OfAMinorUnit_WaitForMore()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Metered.StartAsync(plane, ByTheGb);
        await ann.CreditAsync(1000);
        await UseAsync(plane, ann, 6_000_000);
        NextMonth(plane);
        Assert.AreEqual("0 invoices about use written; tax of 0 taken, of 0 still due", (await RunAsync(plane)).Done);

        await UseAsync(plane, ann, 6_000_000);
        NextMonth(plane);
        await RunAsync(plane);

        Assert.AreEqual("By the GB: 0.012 GB at 1.00 EUR a GB, 2026-12",
            (await plane.PaperAsync(await IdAsync(plane))).Lines.Single().Description);
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    public async Task One_ThatCannotBeWritten_IsNamedAndKeepsNoOther()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        foreach (string name in new[] { "ann", "bob" })
        {
            var user = await Metered.StartAsync(plane, ByTheGb with { Name = $"Plan of {name}" }, name);
            await user.CreditAsync(1000);
            await UseAsync(plane, user, Metered.Gb);
        }
        await plane.Database.ExecuteAsync("update usage_charges set plan_name = repeat('x', 300) where customer_id = 1");
        NextMonth(plane);

        var report = await RunAsync(plane);

        Assert.AreEqual("1 invoices about use written; tax of 0 taken, of 0 still due", report.Done);
        StringAssert.StartsWith(report.Failures.Single(), "The use of ann@example.com in 2026-11: A line says in 1 to 200");
    }

    [TestMethod]
    public async Task Use_AtTheFloorSpeed_IsNotChargedToTheWallet()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var limits = new PlanLimits(FloorBytesPerSecond: 10_000);
        var ann = await Metered.StartAsync(plane, Metered.Subscription(Metered.Gb, limits) with
        {
            Offer = new PlanOffer(OveragePrice: 100),
        });
        await ann.CreditAsync(100);

        await ann.BookAsync("n", 3 * Metered.Gb); // 1 GB of the plan, 1 GB of the wallet, 1 GB at the floor speed
        await SettleAsync(plane);

        Assert.AreEqual(0L, await plane.BalanceAsync("wallet"));
        await plane.AssertBooksAgreeAsync();
    }

    private static async Task UseAsync(ControlPlaneTest plane, Metered user, long bytes)
    {
        await user.BookAsync("n", bytes);
        await SettleAsync(plane);
    }

    private static Task<JobReport> SettleAsync(ControlPlaneTest plane) =>
        plane.AskAsync((SettleWallets settle) => settle.ExecuteAsync(default));

    private static Task<JobReport> RunAsync(ControlPlaneTest plane) =>
        plane.AskAsync((InvoiceUsage invoice) => invoice.ExecuteAsync(default));

    private static void NextMonth(ControlPlaneTest plane) => plane.Time.AdjustTime(plane.Time.GetUtcNow().AddMonths(1));

    private static Task<long> IdAsync(ControlPlaneTest plane) =>
        plane.Database.ScalarAsync<long>("select invoice_id from usage_invoices");
}

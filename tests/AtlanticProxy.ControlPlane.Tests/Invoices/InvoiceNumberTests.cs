using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Invoices;

/// <summary>Business case 13: numbers without gaps, in order of date.</summary>
[TestClass]
public sealed class InvoiceNumberTests
{
    private const string InOrder = """
        select string_agg(number::text, ' ' order by issued_at, number) from invoices where kind = 'invoice' and year = 2026
        """;

    [TestMethod]
    public async Task Numbers_DraftsDiscardedAndTransactionsGivenUp_HaveNoGaps()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();

        await plane.InvoiceAsync(ann.Id);
        long discarded = await plane.DraftAsync(ann.Id);
        Assert.IsTrue((await plane.AskAsync((DiscardInvoice discard) =>
            discard.ExecuteAsync(new(discarded), default))).IsSuccess);
        long draft = await plane.DraftAsync(ann.Id);
        var givenUp = await plane.WithinAsync(book => book.FinaliseAsync(draft, default), commit: false);
        Assert.AreEqual("2026-000002", givenUp.Value.Number);
        Assert.AreEqual("2026-000002", (await plane.InvoiceAsync(ann.Id)).Number);
        Assert.AreEqual("2026-000003", (await plane.FinaliseAsync(draft)).Number);
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    public async Task Numbers_TwentyAtOnceOnTwoNodesWithEveryThirdGivenUp_AreWithoutGapsAndInOrderOfDate()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var other = plane.AnotherNode();
        var customers = new[] { await plane.CustomerAsync(), await plane.CustomerAsync("ben@example.com") };
        long[] drafts = new long[20];
        for (int i = 0; i < drafts.Length; i++)
            drafts[i] = await plane.DraftAsync(customers[i % 2].Id);

        await Task.WhenAll(drafts.Select((draft, i) => Task.Run(async () =>
        {
            await using var scope = (i % 2 == 0 ? plane.Services : other).CreateAsyncScope();
            await using var transaction = await scope.ServiceProvider
                .GetRequiredService<ControlPlane.Database.AtlanticDb>().BeginTransactionAsync();
            Assert.IsTrue((await scope.ServiceProvider.GetRequiredService<InvoiceBook>()
                .FinaliseAsync(draft, default)).IsSuccess);
            if (i % 3 != 0)
                await transaction.CommitAsync();
        })));

        Assert.AreEqual(string.Join(' ', Enumerable.Range(1, 13)), await plane.Database.ScalarAsync<string>(InOrder));
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    public async Task Numbers_ClockThatGoesBack_StayInOrderOfDate()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();

        var first = await plane.InvoiceAsync(ann.Id);
        plane.Time.Jump(TimeSpan.FromMinutes(-5));
        var second = await plane.InvoiceAsync(ann.Id);

        Assert.AreEqual("2026-000002", second.Number);
        Assert.AreEqual(first.IssuedAt, second.IssuedAt);
    }

    [TestMethod]
    public async Task Numbers_OfAnotherYearOrSeries_BeginAtOne()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var invoice = await plane.InvoiceAsync(ann.Id);

        Assert.AreEqual("CN-2026-000001", (await plane.CreditAsync(invoice, 100)).Value.Number);
        plane.Time.Jump(TimeSpan.FromDays(40));
        Assert.AreEqual("2027-000001", (await plane.InvoiceAsync(ann.Id)).Number);
        Assert.AreEqual("CN-2027-000001", (await plane.CreditAsync(invoice, 100)).Value.Number);
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    public async Task Finalise_SameDraftTwiceAtOnce_TakesOneNumber()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        long draft = await plane.DraftAsync(ann.Id);
        Func<Task<Results.Result<InvoiceSummary>>> finalise = () =>
            plane.AskAsync((FinaliseInvoice command) => command.ExecuteAsync(new(draft), default));

        var answers = await plane.Database.MeetAsync($"select 1 from invoices where id = {draft} for update", finalise, finalise);

        Assert.AreEqual("|invoice.finalised", string.Join('|', answers.Select(answer => answer.Codes()).Order()));
        Assert.AreEqual("1", await plane.Database.ScalarAsync<string>(InOrder));
        await plane.AssertBooksAgreeAsync();
    }

    /// <summary>
    /// A change of plan takes a number of each series, with writes to the books between; a purchase waits for its end.
    /// </summary>
    [TestMethod]
    public async Task Numbers_OfBothSeries_BesideAnother_DoNotWaitForEachOther()
    {
        const string Note = "select invoice_take_number('credit_note', now())";
        const string Invoice = "select invoice_take_number('invoice', now())";
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var change = await plane.Database.Source.OpenConnectionAsync();
        await using var purchase = await plane.Database.Source.OpenConnectionAsync();
        await using var changing = await change.BeginTransactionAsync();
        await using var buying = await purchase.BeginTransactionAsync();
        await TakeAsync(change, Note);

        var bought = TakeAsync(purchase, Invoice);
        await Poll.UntilAsync(async () => bought.IsCompleted
            || await plane.Database.ScalarAsync<long>("select count(*) from pg_locks where not granted") > 0);
        await TakeAsync(change, "set local lock_timeout = '10s'");
        await TakeAsync(change, Invoice);
        await changing.CommitAsync();

        await bought;
        await buying.CommitAsync();
        Assert.AreEqual("credit_note 1, invoice 2", await plane.Database.ScalarAsync<string>(
            "select string_agg(kind || ' ' || last_number, ', ' order by kind) from invoice_numbers"));
    }

    private static async Task TakeAsync(Npgsql.NpgsqlConnection connection, string sql)
    {
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

using LinqToDB.Async;
using LinqToDB;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Ledger;

[TestClass]
public sealed class WalletTests
{
    private static Task<Result<WalletChange>> CreditAsync(ControlPlaneTest plane, CreditWallet.Request request) =>
        plane.AskAsync((CreditWallet credit) => credit.ExecuteAsync(request, default));

    private static Task<Result<WalletChange>> ChargeAsync(ControlPlaneTest plane, ChargeWallet.Request request) =>
        plane.AskAsync((ChargeWallet charge) => charge.ExecuteAsync(request, default));

    [TestMethod]
    public async Task Wallet_CreditedAndCharged_ShowsBothNewestFirst()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();

        var credit = (await CreditAsync(plane, new(ann.Id, 1000, "usd", Memo: "Welcome"))).Value;
        var charge = (await ChargeAsync(plane, new(ann.Id, 999, "USD", "sale-1"))).Value;
        var wallet = (await plane.AskAsync((WalletQueries q) => q.FindAsync(Scope.Of(ann.Id), ann.Id, default))).Value;

        Assert.AreEqual((1000L, "USD", 1000L, false), (credit.Amount, credit.Currency, credit.Balance, credit.Replayed));
        Assert.AreEqual((999L, 1L), (charge.Amount, charge.Balance));
        Assert.AreEqual(new WalletBalance("USD", 1), wallet.Balances.Single());
        CollectionAssert.AreEqual(new[]
        {
            new WalletEntry(charge.TransactionId, plane.Time.Now, TransactionKind.Charge, "", -999, 1, "USD"),
            new WalletEntry(credit.TransactionId, plane.Time.Now, TransactionKind.Credit, "Welcome", 1000, 1000, "USD"),
        }, wallet.Entries.ToArray());
        Assert.AreEqual(999L,
            await plane.Database.ScalarAsync<long>("select balance from ledger_accounts where kind = 'revenue'"));
        Assert.AreEqual(-1000L,
            await plane.Database.ScalarAsync<long>("select balance from ledger_accounts where kind = 'adjustments'"));
    }

    [TestMethod]
    public async Task Credit_SameKeySameRequest_IsGivenOnceWithTheFirstAnswer()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();

        var first = (await CreditAsync(plane, new(ann.Id, 500, "EUR", "k1"))).Value;
        await CreditAsync(plane, new(ann.Id, 100, "EUR", "k2"));
        var again = (await CreditAsync(plane, new(ann.Id, 500, "eur ", "k1"))).Value;

        Assert.AreEqual(first with { Replayed = true }, again);
        Assert.AreEqual(600L,
            await plane.Database.ScalarAsync<long>("select balance from ledger_accounts where kind = 'wallet'"));
    }

    [TestMethod]
    public async Task Credit_SameKeyOtherRequest_IsAConflict()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var ben = await plane.CustomerAsync("ben@example.com");
        await CreditAsync(plane, new(ann.Id, 500, "EUR", "k1"));

        foreach (var other in new[] { new CreditWallet.Request(ann.Id, 501, "EUR", "k1"), new(ben.Id, 500, "EUR", "k1"),
            new(ann.Id, 500, "USD", "k1"), new(ann.Id, 500, "EUR", "k1", "x") })
        {
            var refusal = await CreditAsync(plane, other);
            Assert.AreEqual("ledger.key_reused@Key", refusal.Codes());
            Assert.AreEqual(ErrorKind.Conflict, refusal.Errors[0].Kind);
        }
        Assert.AreEqual("ledger.key_reused@Key", (await ChargeAsync(plane, new(ann.Id, 500, "EUR", "k1"))).Codes());
    }

    [TestMethod]
    public async Task Charge_MoreThanThereIs_IsRefusedAndItsKeyIsFree()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        await CreditAsync(plane, new(ann.Id, 100, "USD"));

        Assert.AreEqual("ledger.not_enough", (await ChargeAsync(plane, new(ann.Id, 101, "USD", "sale"))).Codes());
        Assert.AreEqual("ledger.not_enough", (await ChargeAsync(plane, new(ann.Id, 1, "EUR", "sale"))).Codes());
        await CreditAsync(plane, new(ann.Id, 1, "USD"));
        Assert.AreEqual(0, (await ChargeAsync(plane, new(ann.Id, 101, "USD", "sale"))).Value.Balance);
    }

    [TestMethod]
    public async Task Charge_TwentyAtOnceOfABalanceForOne_OneIsPaid()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        await CreditAsync(plane, new(ann.Id, 100, "USD"));

        var charges =
            await Task.WhenAll(Enumerable.Range(0, 20).Select(i => ChargeAsync(plane, new(ann.Id, 60, "USD", $"sale-{i}"))));

        Assert.AreEqual(1, charges.Count(charge => charge.IsSuccess));
        Assert.IsTrue(charges.Where(charge => !charge.IsSuccess).All(charge => charge.Codes() == "ledger.not_enough"));
        Assert.AreEqual(40L, await plane.Database.ScalarAsync<long>("select balance from ledger_accounts where kind = 'wallet'"));
    }

    [TestMethod]
    [DataRow(0L, "USD", "k", "", "ledger.amount_invalid@Amount")]
    [DataRow(-5L, "USD", "k", "", "ledger.amount_invalid@Amount")]
    [DataRow(long.MaxValue, "USD", "k", "", "ledger.amount_invalid@Amount")]
    [DataRow(long.MinValue, "USD", "k", "", "ledger.amount_invalid@Amount")]
    [DataRow(1L, "US", "k", "", "ledger.currency_invalid@Currency")]
    [DataRow(1L, "USD", "", "", "ledger.key_invalid@Key")]
    [DataRow(1L, "USD", "a\nb", "", "ledger.key_invalid@Key")]
    [DataRow(1L, "USD", "k", "a\u0007b", "ledger.memo_invalid@Memo")]
    public async Task Credit_Invalid_SaysWhatIsWrong(long amount, string currency, string key, string memo, string codes)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();

        Assert.AreEqual(codes, (await CreditAsync(plane, new(1, amount, currency, key, memo))).Codes());
    }

    [TestMethod]
    public async Task Wallet_OutOfScopeOrOfNobody_IsNotFound()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var ben = await plane.CustomerAsync("ben@example.com");

        Assert.AreEqual("customer.not_found",
            (await plane.AskAsync((WalletQueries q) => q.FindAsync(Scope.Of(ann.Id), ben.Id, default))).Codes());
        Assert.AreEqual("customer.not_found", (await CreditAsync(plane, new(999, 1, "USD"))).Codes());
    }

    [TestMethod]
    [DataRow("update ledger_entries set amount = amount + 1")]
    [DataRow("delete from ledger_entries")]
    [DataRow("truncate ledger_entries")]
    [DataRow("truncate ledger_transactions cascade")]
    [DataRow("update ledger_transactions set memo = 'x'")]
    [DataRow("delete from ledger_transactions")]
    [DataRow("update ledger_accounts set balance = 1000000 where kind = 'wallet'")]
    [DataRow("update ledger_accounts set currency = 'EUR' where kind = 'wallet'")]
    [DataRow("insert into ledger_accounts (kind, currency, balance) values ('revenue', 'EUR', 1)")]
    [DataRow("insert into ledger_entries select transaction_id, 3, account_id, 5, 0 from ledger_entries where line = 1")]
    [DataRow("insert into ledger_entries select transaction_id, line + 2, account_id, amount, 0 from ledger_entries")]
    [DataRow("""
        with t as (insert into ledger_transactions (kind, idempotency_key, request_hash, lines, created_at)
            values ('credit', 'x', decode(repeat('00', 32), 'hex'), 2, now()) returning id)
        select id from t
        """)]
    [DataRow("select ledger_post('x', decode(repeat('00', 32), 'hex'), 'credit', '', now(), 'USD', "
        + "'{wallet,revenue}', (select array[id, null] "
        + "from customers), '{5,-4}', false)")]
    public async Task Ledger_WrittenByHand_IsRefusedByTheDatabase(string sql)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        await CreditAsync(plane, new(ann.Id, 100, "USD"));

        var refusal = await Assert.ThrowsExactlyAsync<PostgresException>(() => plane.Database.ExecuteAsync(sql));

        Assert.IsTrue(refusal.SqlState is PostgresErrorCodes.RestrictViolation or PostgresErrorCodes.CheckViolation,
            refusal.Message);
        Assert.AreEqual(100L,
            await plane.Database.ScalarAsync<long>("select balance from ledger_accounts where kind = 'wallet'"));
    }

    [TestMethod]
    public async Task Audit_OfATamperedBalance_FindsIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        await CreditAsync(plane, new(ann.Id, 100, "USD"));
        Task<IReadOnlyList<LedgerDifference>?> FoundAsync() => plane.AskAsync((LedgerAudit audit) => audit.FoundAsync(default));
        Assert.IsNull(await FoundAsync());

        Assert.IsEmpty((await plane.AskAsync((LedgerAudit audit) => audit.ExecuteAsync(default))).Failures);
        Assert.IsEmpty((await FoundAsync())!);

        await plane.Database.ExecuteAsync(
            "alter table ledger_accounts disable trigger ledger_accounts_guard; update ledger_accounts set balance = 101 where "
                + "kind = 'wallet'");
        var report = await plane.AskAsync((LedgerAudit audit) => audit.ExecuteAsync(default));

        StringAssert.Contains(report.Failures.Single(), "says 1.01 USD, its entries 1.00 USD");
        var difference = (await FoundAsync())!.Single();
        Assert.AreEqual(("wallet", ann.Id, "USD", 101L, 100L),
            (difference.Kind, difference.CustomerId!.Value, difference.Currency, difference.Balance, difference.Entries));
    }

    [TestMethod]
    public async Task Rows_OfTheLedger_AreReadAsTheyWereWritten()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var change = (await CreditAsync(plane, new(ann.Id, 250, "USD", "key-1", "Bank transfer"))).Value;
        await using var db = new AtlanticDb(AtlanticDb.OptionsFor(plane.Database.Source));

        var transaction = await db.LedgerTransactions.SingleAsync();
        Assert.AreEqual((change.TransactionId, TransactionKind.Credit, "key-1", "Bank transfer", 2, plane.Time.GetUtcNow()), (
            transaction.Id, transaction.Kind, transaction.IdempotencyKey, transaction.Memo, transaction.Lines,
            transaction.CreatedAt));
        Assert.HasCount(32, transaction.RequestHash);
        var wallet = await db.LedgerAccounts.SingleAsync(account => account.Kind == AccountKind.Wallet);
        Assert.AreEqual((ann.Id, "USD", 250L), (wallet.CustomerId!.Value, wallet.Currency, wallet.Balance));
        var entries = await db.LedgerEntries.LoadWith(entry => entry.Account).LoadWith(entry => entry.Transaction)
            .OrderBy(entry => entry.Line).ToListAsync();
        Assert.AreEqual("1 Wallet 250 250 key-1, 2 Adjustments -250 -250 key-1", string.Join(", ", entries.Select(entry =>
            $"{entry.Line} {entry.Account!.Kind} {entry.Amount} {entry.BalanceAfter} {entry.Transaction!.IdempotencyKey}")));
        Assert.IsTrue(entries.TrueForAll(entry => entry.TransactionId == transaction.Id && entry.AccountId == entry.Account!.Id));
    }
}

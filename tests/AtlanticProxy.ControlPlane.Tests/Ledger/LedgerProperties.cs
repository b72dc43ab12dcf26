using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.ControlPlane.Tests.Ledger;

/// <summary>Whatever is asked, in whatever order, however often, and however much at once: the books are right.</summary>
[TestClass]
public sealed class LedgerProperties
{
    /// <summary>Connections at once: more than the pool has, so that some also wait.</summary>
    private const int Parallelism = 12;

    private const int Runs = 25;

    /// <param name="Customer">0 or 1.</param>
    /// <param name="Key">A few, so that requests meet: the same again, or another under a used key.</param>
    /// <param name="Times">How often it is sent.</param>
    private sealed record Operation(bool Credit, int Customer, int Amount, int Key, int Times);

    private static readonly Arbitrary<Operation[]> Operations = (
        from credit in ArbMap.Default.GeneratorFor<bool>()
        from customer in Gen.Choose(0, 1)
        from amount in Gen.Choose(1, 4)
        from key in Gen.Choose(1, 8)
        from times in Gen.Choose(1, 3)
        select new Operation(credit, customer, amount, key, times)).ArrayOf().ToArbitrary();

    [TestMethod]
    public async Task Operations_InAnyInterleavingWithRetries_KeepEveryInvariant()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        int run = 0;

        foreach (var operations in Operations.Generator.Sample(Runs, 40))
        {
            run++;
            var customers = new[] { await plane.CustomerAsync($"ann{run}@example.com"),
                await plane.CustomerAsync($"ben{run}@example.com") };
            var sendings = operations.SelectMany(operation => Enumerable.Repeat(operation, operation.Times)).ToArray();
            Random.Shared.Shuffle(sendings);

            var answers = new Result<WalletChange>[sendings.Length];
            await Parallel.ForAsync(0, sendings.Length, new ParallelOptions { MaxDegreeOfParallelism = Parallelism },
                async (i, cancel) =>
                answers[i] = await SendAsync(plane, sendings[i], customers, $"{run}/{sendings[i].Key}", cancel));

            // One key is one request: all that were answered under it are the same one, done once.
            foreach (var key in sendings.Zip(answers).GroupBy(sent => sent.First.Key))
            {
                var done = key.Where(sent => sent.Second.IsSuccess).ToList();
                Assert.IsLessThanOrEqualTo(1, done.Select(sent => sent.First with { Times = 0 }).Distinct().Count());
                Assert.IsLessThanOrEqualTo(1,
                    done.Select(sent => sent.Second.Value with { Replayed = false }).Distinct().Count());
                Assert.AreEqual(done.Count > 0 ? 1 : 0, done.Count(sent => !sent.Second.Value.Replayed));
            }
            Assert.IsTrue(
                answers.All(answer => answer.IsSuccess || answer.Codes() is "ledger.not_enough" or "ledger.key_reused@Key"));

            for (int i = 0; i < customers.Length; i++)
            {
                long expected = sendings.Zip(answers)
                    .Where(sent => sent.Second.IsSuccess && !sent.Second.Value.Replayed && sent.First.Customer == i)
                    .Sum(sent => sent.First.Credit ? sent.First.Amount : -sent.First.Amount);
                long balance = await plane.Database.ScalarAsync<long>(
                    $"select coalesce(sum(balance), 0)::bigint from ledger_accounts where customer_id = {customers[i].Id}");
                Assert.AreEqual(expected, balance);
                Assert.IsGreaterThanOrEqualTo(0L, balance);
            }
        }

        Assert.IsEmpty(await plane.AskAsync((VerifyBalances verify) => verify.ExecuteAsync(default)));
        Assert.AreEqual(0L,
            await plane.Database.ScalarAsync<long>("select coalesce(sum(balance), 0)::bigint from ledger_accounts"));
        Assert.AreEqual(0L,
            await plane.Database.ScalarAsync<long>(
                "select count(*) from (select 1 from ledger_entries group by transaction_id having sum(amount) <> 0) "
                    + "unbalanced"));
        Assert.AreEqual(0L,
            await plane.Database.ScalarAsync<long>(
                "select count(*) from ledger_entries e join ledger_accounts a on a.id = e.account_id where a.kind = 'wallet' "
                    + "and e.balance_after < 0"));
        Assert.IsGreaterThan(0L,
            await plane.Database.ScalarAsync<long>("select count(*) from ledger_transactions where kind = 'charge'"));
    }

    private static Task<Result<WalletChange>> SendAsync(
        ControlPlaneTest plane, Operation operation, CustomerSummary[] customers, string key, CancellationToken cancel)
    {
        long customer = customers[operation.Customer].Id;
        return operation.Credit
            ? plane.AskAsync((CreditWallet credit) => credit.ExecuteAsync(new(customer, operation.Amount, "USD", key), cancel))
            : plane.AskAsync((ChargeWallet charge) => charge.ExecuteAsync(new(customer, operation.Amount, "USD", key), cancel));
    }

    [TestMethod]
    [DataRow(999L, "USD", "9.99 USD")]
    [DataRow(-5L, "EUR", "-0.05 EUR")]
    [DataRow(1500L, "JPY", "1500 JPY")]
    [DataRow(1500L, "KWD", "1.500 KWD")]
    public void Money_AsText_HasTheDigitsOfItsCurrency(long minorUnits, string currency, string text) =>
        Assert.AreEqual(text, new Money(minorUnits, currency).ToString());
}

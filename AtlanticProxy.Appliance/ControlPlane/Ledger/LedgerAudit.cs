using AtlanticProxy.ControlPlane.Jobs;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>Verifies the ledger and what it is about, every night.</summary>
public sealed partial class LedgerAudit(
    VerifyBalances verify, VerifyBooks verifyBooks, Findings findings, ILogger<LedgerAudit> log) : IClusterJob
{
    private const string Check = "ledger", BooksCheck = "books";

    /// <summary>What the last one found; null before the first.</summary>
    public Task<IReadOnlyList<LedgerDifference>?> FoundAsync(CancellationToken cancellation) =>
        findings.LastAsync<LedgerDifference>(Check, cancellation);

    /// <inheritdoc cref="FoundAsync"/>
    public Task<IReadOnlyList<BookDifference>?> FoundInBooksAsync(CancellationToken cancellation) =>
        findings.LastAsync<BookDifference>(BooksCheck, cancellation);

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var found = await verify.ExecuteAsync(cancellation);
        await findings.SaveAsync(Check, found, cancellation);
        foreach (var (account, kind, customer, currency, balance, entries) in found)
            LogDifference(account, kind, customer, balance, currency, entries);
        var books = await verifyBooks.ExecuteAsync(cancellation);
        await findings.SaveAsync(BooksCheck, books, cancellation);
        foreach (var difference in books)
            LogBooks(difference.What);
        return new JobReport("Balances compared with their entries, and with invoices, payments, purchases and use",
            [.. found.Select(each =>
                $"Account {each.AccountId} ({each.Kind}) says {new Money(each.Balance, each.Currency)}, its entries "
                    + $"{new Money(each.Entries, each.Currency)}."), .. books.Select(difference => difference.What)]);
    }

    [LoggerMessage(2301, LogLevel.Error,
        "Ledger account {Account} ({Kind}, customer {Customer}) says {Balance} {Currency}, but its entries sum to {Entries} "
            + "(minor units)")]
    private partial void LogDifference(long account, string kind, long? customer, long balance, string currency, long entries);

    [LoggerMessage(2302, LogLevel.Error, "The books differ: {What}")]
    private partial void LogBooks(string what);
}

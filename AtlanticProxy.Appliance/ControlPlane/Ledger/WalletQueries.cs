using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>What a customer has in one currency.</summary>
/// <param name="Balance">Minor units; below zero only by what tunnels used beyond the last lease.</param>
public sealed record WalletBalance(string Currency, long Balance);

/// <summary>One movement of a wallet.</summary>
/// <param name="Amount">Minor units: positive came in.</param>
/// <param name="BalanceAfter">Minor units.</param>
public sealed record WalletEntry(
    long TransactionId, DateTimeOffset At, TransactionKind Kind, string Memo, long Amount, long BalanceAfter, string Currency);

/// <summary>A customer's wallets and their last movements, newest first.</summary>
/// <param name="Currencies">What it can be credited in: that of the customer's plan first, then those of its wallets; of neither,
/// <see cref="WalletQueries.DefaultCurrency"/>.</param>
public sealed record Wallet(
    IReadOnlyList<WalletBalance> Balances, IReadOnlyList<WalletEntry> Entries, IReadOnlyList<string> Currencies);

/// <summary>Reads wallets.</summary>
public sealed class WalletQueries(AtlanticDb db)
{
    /// <summary>As many as a card on a page shows.</summary>
    public const int DefaultEntries = 10;

    /// <summary>Of a customer without plan and wallet: as plans are made by default.</summary>
    public const string DefaultCurrency = "USD";

    /// <summary>Empty for a customer whose money never moved.</summary>
    public async Task<Result<Wallet>> FindAsync(
        Scope scope, long customerId, CancellationToken cancellation, int entries = DefaultEntries)
    {
        // A row for each wallet; one with the plan alone for a customer without any.
        var found = await (
            from customer in db.Customers.VisibleTo(scope).Where(c => c.Id == customerId)
            from plan in db.Plans.LeftJoin(p => p.Id == customer.PlanId)
            from wallet in db.LedgerAccounts.LeftJoin(a => a.CustomerId == customer.Id && a.Kind == AccountKind.Wallet)
            orderby wallet.Currency
            select new { PlanCurrency = plan.Currency, wallet.Currency, Balance = (long?)wallet.Balance })
            .ToListAsync(cancellation);
        if (found is [])
            return CustomerQueries.NoSuchCustomer;
        List<WalletBalance> balances =
            [.. found.Where(row => row.Balance is not null).Select(row => new WalletBalance(row.Currency, row.Balance!.Value))];
        var last = balances is [] ? [] : await Listed(db.LedgerEntries
            .Where(e => e.Account!.CustomerId == customerId && e.Account.Kind == AccountKind.Wallet)
            .OrderByDescending(e => e.TransactionId).Take(entries)).ToListAsync(cancellation);
        string[] currencies =
            [.. balances.Select(balance => balance.Currency).Prepend(found[0].PlanCurrency).OfType<string>().Distinct()];
        return new Wallet(balances, last, currencies is [] ? [DefaultCurrency] : currencies);
    }

    /// <summary>All movements of a customer's wallets, newest first; none out of scope.</summary>
    public async Task<Page<WalletEntry>> EntriesAsync(
        Scope scope, long customerId, PageRequest page, CancellationToken cancellation)
    {
        var entries = Entries(scope, customerId);
        return new Page<WalletEntry>(
            await Listed(entries.OrderByDescending(e => e.TransactionId).ThenByDescending(e => e.Line).Skip(page.Offset)
                .Take(page.Size)).ToListAsync(cancellation),
            page.Number, page.Size, await entries.CountAsync(cancellation));
    }

    /// <summary>The next movements of a customer's wallets by their transactions, of which each moves a wallet once; none out of
    /// scope.</summary>
    /// <param name="after">The last transaction that is known; 0 from the beginning.</param>
    public async Task<Slice<WalletEntry>> AfterAsync(
        Scope scope, long customerId, long after, int limit, CancellationToken cancellation) =>
        Slice<WalletEntry>.Of(await Listed(Entries(scope, customerId).Where(e => e.TransactionId > after)
            .OrderBy(e => e.TransactionId).Take(limit + 1)).ToListAsync(cancellation), limit);

    private IQueryable<LedgerEntry> Entries(Scope scope, long customerId) => db.LedgerEntries
        .Where(e => e.Account!.CustomerId == customerId && e.Account.Kind == AccountKind.Wallet
            && (scope.CustomerId == null || scope.CustomerId == customerId));

    private static IQueryable<WalletEntry> Listed(IQueryable<LedgerEntry> entries) => entries.Select(e =>
        new WalletEntry(e.TransactionId, e.Transaction!.CreatedAt, e.Transaction.Kind, e.Transaction.Memo, e.Amount,
            e.BalanceAfter, e.Account!.Currency));
}

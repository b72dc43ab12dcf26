using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>A wallet, right after money moved.</summary>
/// <param name="TransactionId">In the ledger.</param>
/// <param name="Amount">Minor units moved: more than zero.</param>
/// <param name="Balance">Minor units in the wallet right after it.</param>
/// <param name="Replayed">The same request had been done before under the same key: nothing moved now.</param>
public sealed record WalletChange(long TransactionId, long Amount, string Currency, long Balance, bool Replayed);

/// <summary>What of a wallet is free.</summary>
internal static class SpendableMoney
{
    /// <summary>
    /// Minor units that can be spent: not what tunnels have used, or may use of their leases. Within a transaction, it holds
    /// until the end.
    /// </summary>
    public static Task<long> SpendableAsync(
        this AtlanticDb db, long customerId, string currency, CancellationToken cancellation) =>
        db.ScalarAsync<long>($"select wallet_spendable({customerId}, {currency})", cancellation);
}

/// <summary>The one way that a command moves money in or out of a wallet.</summary>
internal sealed class WalletBook(AtlanticDb db, TimeProvider time)
{
    /// <param name="amount">Minor units; below zero takes out.</param>
    /// <param name="other">The reseller's account that it comes from or goes to.</param>
    /// <param name="key">Null when the request is never sent again.</param>
    public async Task<Result<WalletChange>> MoveAsync(
        TransactionKind kind, long customerId, long amount, string currency, AccountKind other, string? key, string memo,
        CancellationToken cancellation)
    {
        (currency, memo) = (currency.Trim().ToUpperInvariant(), memo.Trim());
        var validation = new Validation();
        validation.Require(Math.Abs((decimal)amount) is > 0 and <= Money.MaxAmount, "Amount", "ledger.amount_invalid",
            "Give an amount of more than nothing, such as 9.99.");
        validation.Require(Money.FindCurrency(currency) is not null, "Currency", "ledger.currency_invalid", Money.CurrencyRule);
        validation.Require(key is null or { Length: > 0 and <= LedgerTransaction.MaxTextLength }
            && key?.Any(char.IsControl) != true, "Key", "ledger.key_invalid",
            $"An idempotency key has 1 to {LedgerTransaction.MaxTextLength} characters.");
        validation.Require(memo.Length <= LedgerTransaction.MaxTextLength && !memo.Any(char.IsControl), "Memo",
            "ledger.memo_invalid",
            $"A memo has at most {LedgerTransaction.MaxTextLength} characters.");
        if (validation.Failed)
            return Result.Failure<WalletChange>(validation.Errors);
        if (!await db.Customers.AnyAsync(c => c.Id == customerId, cancellation))
            return CustomerQueries.NoSuchCustomer;

        var posted = await new LedgerBook(db, time).PostAsync(
            new LedgerPosting(kind, key ?? $"once/{Guid.CreateVersion7():n}", memo, currency,
                [new(AccountKind.Wallet, customerId, amount), new(other, null, -amount)]),
            cancellation);
        return posted.IsSuccess
            ? new WalletChange(posted.Value.TransactionId, Math.Abs(amount), currency, posted.Value.Balance,
                posted.Value.Replayed)
            : Result.Failure<WalletChange>(posted.Errors);
    }
}

using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>Staff puts money into a customer's wallet.</summary>
public sealed class CreditWallet(AtlanticDb db, TimeProvider time)
{
    /// <param name="Amount">Minor units, more than zero.</param>
    /// <param name="Currency">ISO 4217, any case.</param>
    /// <param name="Key">The same key with the same request changes nothing again; null if it is never sent again.</param>
    /// <param name="Memo">Shown to the customer.</param>
    public sealed record Request(long CustomerId, long Amount, string Currency, string? Key = null, string Memo = "");

    public Task<Result<WalletChange>> ExecuteAsync(Request request, CancellationToken cancellation) =>
        new WalletBook(db, time).MoveAsync(
        TransactionKind.Credit, request.CustomerId, Math.Max(request.Amount, 0), request.Currency, AccountKind.Adjustments,
        request.Key, request.Memo, cancellation);
}

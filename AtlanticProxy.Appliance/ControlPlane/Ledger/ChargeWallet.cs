using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>A wallet pays for something at once. What it has not got, or what open tunnels may still use, is refused.</summary>
public sealed class ChargeWallet(AtlanticDb db, TimeProvider time)
{
    /// <param name="Amount">Minor units, more than zero.</param>
    /// <param name="Currency">ISO 4217, any case.</param>
    /// <param name="Key">Of the sale: the same key with the same request charges once.</param>
    /// <param name="Memo">Shown to the customer.</param>
    public sealed record Request(long CustomerId, long Amount, string Currency, string Key, string Memo = "");

    public Task<Result<WalletChange>> ExecuteAsync(Request request, CancellationToken cancellation) =>
        new WalletBook(db, time).MoveAsync(
        TransactionKind.Charge, request.CustomerId, -Math.Max(request.Amount, 0), request.Currency, AccountKind.Revenue,
        request.Key, request.Memo, cancellation);
}

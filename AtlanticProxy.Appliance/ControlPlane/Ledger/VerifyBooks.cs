using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Subscriptions;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>
/// Compares the ledger with what it is about: papers, payments, purchases and use. Reads all of them: for the night.
/// </summary>
public sealed class VerifyBooks(AtlanticDb db)
{
    private static readonly BookProof[] Proofs =
    [
        .. InvoiceProofs.All, .. PaymentProofs.All, .. HoldingProofs.All, .. PurchaseProofs.All, .. UseProofs.All,
        .. ResaleProofs.All,
    ];

    /// <summary>As of one instant. Empty when all is well.</summary>
    public Task<IReadOnlyList<BookDifference>> ExecuteAsync(CancellationToken cancellation) =>
        BookProof.CheckAsync(db, Proofs, cancellation);
}

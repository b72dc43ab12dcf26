using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>A payment, as pages, verbs and the API show one. Amounts in minor units.</summary>
/// <param name="Gateway">Its name.</param>
/// <param name="NextUrl">Where the customer goes to pay or confirm; empty for nowhere.</param>
/// <param name="Instructions">How to transfer, of banks; the reference goes into the text. Empty elsewhere.</param>
public sealed record PaymentView(
    long Id, string Reference, long CustomerId, string Gateway, GatewayKind Kind, PaymentState State, long Amount,
        string Currency,
    long Received, long Refunded, FailureReason? Failure, string NextUrl, string Instructions, string PurposeKind,
    string PurposeKey, DateTimeOffset CreatedAt, DateTimeOffset? SettledAt, DateTimeOffset ExpiresAt)
{
    public Money Money => new(Amount, Currency);

    internal static PaymentView Of(Payment payment, Gateway gateway) => new(
        payment.Id, payment.Reference, payment.CustomerId, gateway.Name, gateway.Kind, payment.State, payment.Amount,
        payment.Currency, payment.Received, payment.Refunded, payment.Failure, payment.CheckoutUrl,
        payment.IsOpen ? gateway.Instructions : "", payment.PurposeKind, payment.PurposeKey, payment.CreatedAt,
        payment.SettledAt, payment.ExpiresAt);
}

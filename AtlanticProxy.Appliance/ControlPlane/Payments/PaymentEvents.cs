using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Tells of what happened, in the transaction that made it so. Amounts are written with their currency's digits.
/// </summary>
internal sealed class PaymentEvents(AtlanticDb db, TimeProvider time)
{
    public const string Settled = "payment_settled", PartReceived = "payment_part_received", Failed = "payment_failed",
        Refunded = "payment_refunded", RefundFailed = "refund_failed", RefundNeedsAction = "refund_needs_action",
        DisputeInquiry = "dispute_inquiry", DisputeOpened = "dispute_opened", DisputeWon = "dispute_won",
        DisputeLost = "dispute_lost", Unallocated = "money_unallocated", Difference = "gateway_difference",
        DeliveryParked = "webhook_parked", AutoTopUpOff = "auto_top_up_off";

    /// <summary>What customers and webhooks are told of; the others are the staff's.</summary>
    internal static readonly string[] All =
        [Settled, PartReceived, Failed, Refunded, RefundFailed, DisputeOpened, DisputeWon, DisputeLost, AutoTopUpOff];

    /// <param name="customerId">Null: for staff alone.</param>
    public Task WriteAsync(string kind, long? customerId, object payload, CancellationToken cancellation) =>
        db.AppendEventAsync(kind, customerId, payload, time.GetUtcNow(), cancellation);

    /// <param name="amount">What it is about, in minor units of the payment's currency.</param>
    public Task OfPaymentAsync(string kind, Payment payment, long amount, string message, CancellationToken cancellation) =>
        WriteAsync(kind, payment.CustomerId, new
        {
            PaymentId = payment.Id, payment.Reference, new Money(amount, payment.Currency).Amount, payment.Currency,
            Purpose = payment.PurposeKind, payment.PurposeKey, Failure = payment.Failure?.ToString(), Message = message,
        }, cancellation);
}

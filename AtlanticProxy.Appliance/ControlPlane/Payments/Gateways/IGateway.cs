using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Ledger;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.ControlPlane.Payments.Gateways;

/// <summary>
/// One account with a gateway. Nothing here throws for what a gateway or the network does: that it did not answer is an answer.
/// </summary>
internal interface IGateway
{
    /// <summary>What its answers must name: <c>live</c> or <c>test</c>, or a store.</summary>
    string Account { get; }

    /// <summary>
    /// Whether one payment may come in parts, which are summed up; else another amount than was asked fits nothing.
    /// </summary>
    bool TakesParts { get; }

    /// <summary>Whether the amount can be asked for there, in words if not.</summary>
    Result Accepts(Money amount);

    /// <summary>The customer is present: answers where to send them.</summary>
    Task<GatewayAnswer> StartCheckoutAsync(CheckoutRequest request, CancellationToken cancellation);

    /// <summary>The customer is not present.</summary>
    Task<GatewayAnswer> ChargeSavedAsync(SavedCharge charge, CancellationToken cancellation);

    /// <summary>What it says now of a payment, by our reference.</summary>
    Task<GatewayAnswer> FindAsync(SentPayment payment, CancellationToken cancellation);

    Task<RefundAnswer> RefundAsync(SentRefund refund, CancellationToken cancellation);

    Task<RefundAnswer> FindRefundAsync(SentRefund refund, CancellationToken cancellation);

    /// <summary>Null: it does not answer, or knows none.</summary>
    Task<DisputeAnswer?> FindDisputeAsync(string id, CancellationToken cancellation);

    /// <summary>What came since, each once; null where it does not answer to the end.</summary>
    Task<IReadOnlyList<GatewayAnswer>?> ListSinceAsync(DateTimeOffset since, CancellationToken cancellation);

    /// <inheritdoc cref="ListSinceAsync"/>
    Task<IReadOnlyList<DisputeAnswer>?> ListDisputesSinceAsync(DateTimeOffset since, CancellationToken cancellation);

    /// <summary>Null: not signed by this gateway, or no delivery at all.</summary>
    /// <param name="body">The raw bytes.</param>
    WebhookHint? VerifyWebhook(byte[] body, IHeaderDictionary headers);

    /// <summary>Reads a delivery that was verified when it came.</summary>
    WebhookHint Read(byte[] body);
}

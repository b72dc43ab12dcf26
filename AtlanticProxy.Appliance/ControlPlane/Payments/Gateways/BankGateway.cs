using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.ControlPlane.Payments.Gateways;

/// <summary>Transfers to a bank account. There is nobody to ask: staff confirm what came, and send back by hand.</summary>
internal sealed class BankGateway : IGateway
{
    public string Account => "";

    public bool TakesParts => true;

    public Result Accepts(Money amount) => Result.Success;

    public Task<GatewayAnswer> StartCheckoutAsync(CheckoutRequest request, CancellationToken cancellation) =>
        Task.FromResult(new GatewayAnswer(GatewayStatus.NeedsAction) { Reference = request.Reference });

    public Task<GatewayAnswer> ChargeSavedAsync(SavedCharge charge, CancellationToken cancellation) =>
        Task.FromResult(new GatewayAnswer(GatewayStatus.Refused) { Message = "Nothing can be charged by itself here." });

    public Task<GatewayAnswer> FindAsync(SentPayment payment, CancellationToken cancellation) =>
        Task.FromResult(new GatewayAnswer(GatewayStatus.NeedsAction) { Reference = payment.Reference });

    public Task<RefundAnswer> RefundAsync(SentRefund refund, CancellationToken cancellation) =>
        FindRefundAsync(refund, cancellation);

    public Task<RefundAnswer> FindRefundAsync(SentRefund refund, CancellationToken cancellation) =>
        Task.FromResult(new RefundAnswer(RefundStatus.NeedsAction));

    public Task<DisputeAnswer?> FindDisputeAsync(string id, CancellationToken cancellation) =>
        Task.FromResult<DisputeAnswer?>(null);

    public Task<IReadOnlyList<GatewayAnswer>?> ListSinceAsync(DateTimeOffset since, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<GatewayAnswer>?>([]);

    public Task<IReadOnlyList<DisputeAnswer>?> ListDisputesSinceAsync(DateTimeOffset since, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<DisputeAnswer>?>([]);

    public WebhookHint? VerifyWebhook(byte[] body, IHeaderDictionary headers) => null;

    public WebhookHint Read(byte[] body) => new("", "", DeliverySubject.Unknown, "", null);
}

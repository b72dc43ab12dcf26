using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>Sends refunds, asks for them, and books what the gateway says of them.</summary>
internal sealed class RefundWork(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    public async Task SendAsync(Refund refund, OpenGateway gateway, CancellationToken cancellation)
    {
        var answer = await gateway.Api.RefundAsync(await SentAsync(refund, cancellation), cancellation);
        await ApplyAsync(refund.Id, gateway.Row, answer, cancellation);
    }

    /// <summary>
    /// Asks how it stands, and sends it again if the gateway never got it and nobody can be sending it now. False: no answer.
    /// </summary>
    public async Task<bool> AskAsync(Refund refund, OpenGateway gateway, CancellationToken cancellation)
    {
        var answer = await gateway.Api.FindRefundAsync(await SentAsync(refund, cancellation), cancellation);
        bool isOpen = refund.State is RefundState.Created or RefundState.Sent;
        if (answer.Status == RefundStatus.Unknown && isOpen
            && refund.CreatedAt + PaymentRequests.LongestFlight < time.GetUtcNow())
            await SendAsync(refund, gateway, cancellation);
        else if (answer.Status != RefundStatus.Refused) // a refusal to answer refuses no refund
            await ApplyAsync(refund.Id, gateway.Row, answer, cancellation);
        return answer.Status is not RefundStatus.NoAnswer and not RefundStatus.Refused;
    }

    public async Task ApplyAsync(long refundId, Gateway gateway, RefundAnswer answer, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        long paymentId = await db.Refunds.Where(row => row.Id == refundId).Select(row => row.PaymentId).SingleAsync(cancellation);
        var payment = await db.Payments.Where(row => row.Id == paymentId).LockedForUpdate().SingleAsync(cancellation);
        var refund = await db.Refunds.Where(row => row.Id == refundId).LockedForUpdate().SingleAsync(cancellation);
        refund.GatewayRefundId = answer.GatewayRefundId ?? refund.GatewayRefundId;
        if (answer.Raw.Length > 0)
            refund.LastAnswer = answer.Raw;
        var before = refund.State;
        if (before != RefundState.Failed) // its money is in the wallet again, and may be spent
            refund.State = answer.Status switch
            {
                RefundStatus.Refused or RefundStatus.Failed => RefundState.Failed,
                RefundStatus.Settled => RefundState.Settled,
                RefundStatus.NeedsAction => RefundState.NeedsAction,
                RefundStatus.Pending => RefundState.Sent,
                RefundStatus.NoAnswer or RefundStatus.Unknown => before == RefundState.Created ? RefundState.Sent : before,
            };
        if (answer.ActionUrl.Length > 0)
            refund.ActionUrl = answer.ActionUrl;
        if (refund.State != before)
            await FollowAsync(refund, payment, gateway, answer, cancellation);
        await db.UpdateIfChangedAsync(refund, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task FollowAsync(
        Refund refund, Payment payment, Gateway gateway, RefundAnswer answer, CancellationToken cancellation)
    {
        switch (refund.State)
        {
            case RefundState.Failed:
                refund.SettledAt = null;
                await desk.Postings.RefundFailedAsync(payment, refund, gateway.Kind, cancellation);
                payment.Refunded -= refund.Amount;
                await db.UpdateIfChangedAsync(payment, cancellation);
                await desk.Events.OfPaymentAsync(PaymentEvents.RefundFailed, payment, refund.Amount, answer.Message,
                    cancellation);
                break;
            case RefundState.Settled:
                refund.SettledAt = time.GetUtcNow();
                await desk.Events.OfPaymentAsync(PaymentEvents.Refunded, payment, refund.Amount, refund.Reason, cancellation);
                break;
            case RefundState.NeedsAction:
                await desk.Events.OfPaymentAsync(PaymentEvents.RefundNeedsAction, payment, refund.Amount, refund.ActionUrl,
                    cancellation);
                break;
            case RefundState.Created or RefundState.Sent:
                break;
        }
    }

    private async Task<SentRefund> SentAsync(Refund refund, CancellationToken cancellation)
    {
        var payment = await db.Payments.SingleAsync(row => row.Id == refund.PaymentId, cancellation);
        return new SentRefund(refund.Reference, refund.GatewayRefundId, payment.Reference, payment.GatewayPaymentId,
            new Money(refund.Amount, payment.Currency), refund.Reason, refund.CreatedAt);
    }
}

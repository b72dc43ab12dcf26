using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Looks at one delivery. It is a hint: what it is about is fetched from the gateway, and that counts. So the same delivery
/// again, two at once and the wrong order all end in the same state.
/// </summary>
internal sealed class InboxHandling(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    /// <summary>Pauses after a failure double from a minute up to this.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(6);

    private readonly RefundWork _refunds = new(db, desk, time);
    private readonly DisputeBook _disputes = new(db, desk, time);

    public async Task<DeliveryState> HandleAsync(WebhookDelivery delivery, CancellationToken cancellation)
    {
        var gateway = await desk.Directory.OpenAsync(delivery.GatewayId, cancellation);
        var hint = gateway.Api.Read(delivery.Body);
        var (state, note) = hint.Subject switch
        {
            DeliverySubject.Payment => await PaymentAsync(gateway, hint, cancellation),
            DeliverySubject.Refund => await RefundAsync(gateway, hint, cancellation),
            DeliverySubject.Dispute => await DisputeAsync(gateway, hint, cancellation),
            DeliverySubject.Nothing => (DeliveryState.Handled, "Nothing to do."),
            DeliverySubject.Unknown => (DeliveryState.Parked, $"'{hint.Type}' is not understood."),
        };
        await NoteAsync(delivery, state, note, gateway, cancellation);
        return state;
    }

    /// <summary>What went wrong is tried again, later each time.</summary>
    public async Task NoteAsync(
        WebhookDelivery delivery, DeliveryState state, string note, OpenGateway? gateway, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        bool parks = state == DeliveryState.Parked && delivery.State != DeliveryState.Parked;
        delivery.Attempts++;
        (delivery.State, delivery.Note) = (state, note);
        delivery.HandledAt = state == DeliveryState.Handled ? now : null;
        delivery.NextTryAt = now + TimeSpan.FromMinutes(Math.Min(Math.Pow(2, delivery.Attempts), LongestPause.TotalMinutes));
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        await db.UpdateIfChangedAsync(delivery, cancellation);
        if (parks)
            await desk.Events.WriteAsync(PaymentEvents.DeliveryParked, null,
                new { DeliveryId = delivery.Id, Gateway = gateway?.Row.Name, delivery.EventType, delivery.ApiVersion, note },
                cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task<(DeliveryState, string)> PaymentAsync(OpenGateway gateway, WebhookHint hint,
        CancellationToken cancellation)
    {
        var payment = await FindAsync(gateway, hint.Reference, hint.ObjectId, cancellation);
        if (payment is null)
            return await StrangerAsync(gateway, hint, cancellation);
        var answer = await gateway.Api.FindAsync(PaymentRequests.SentOf(payment), cancellation);
        if (answer.Status is GatewayStatus.NoAnswer or GatewayStatus.Refused)
            return (DeliveryState.Failed, $"{gateway.Row.Name} did not say how the payment stands. {answer.Message}".TrimEnd());
        payment = await desk.Book.ApplyAsync(payment.Id, gateway, answer, cancellation);
        return (DeliveryState.Handled, $"Payment {payment.Reference} is {payment.State}.");
    }

    /// <summary>Of a payment that we never asked for: its money, if there is any, is somebody's.</summary>
    private async Task<(DeliveryState, string)> StrangerAsync(
        OpenGateway gateway, WebhookHint hint, CancellationToken cancellation)
    {
        var answer = await gateway.Api.FindAsync(
            new(hint.Reference, hint.ObjectId, new(0, "USD"), time.GetUtcNow()), cancellation);
        if (answer.Status is GatewayStatus.NoAnswer or GatewayStatus.Refused)
            return (DeliveryState.Failed, $"{gateway.Row.Name} did not say how the payment stands. {answer.Message}".TrimEnd());
        if (answer.Status != GatewayStatus.Settled || answer.Received is not { } money
            || (answer.Account is { } account && account != gateway.Api.Account))
            return (DeliveryState.Handled, $"No payment of ours, and no money ({answer.Status}).");
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        await desk.Unallocated.ReceiveAsync(gateway.Row, answer.GatewayPaymentId ?? hint.DeliveryKey, null, answer.Reference,
            money, "Nothing was asked for under this reference.", "", cancellation);
        await transaction.CommitAsync(cancellation);
        return (DeliveryState.Handled, $"No payment of ours: {money} is unallocated.");
    }

    private async Task<(DeliveryState, string)> RefundAsync(OpenGateway gateway, WebhookHint hint, CancellationToken cancellation)
    {
        var known = hint.ObjectId is { } id
            ? await db.Refunds.Where(refund => refund.GatewayRefundId == id).ToListAsync(cancellation) : [];
        if (known is [] && await FindAsync(gateway, hint.Reference, hint.ObjectId, cancellation) is { } payment)
            known = await db.Refunds.Where(refund => refund.PaymentId == payment.Id && refund.Target == RefundTarget.Method)
                .ToListAsync(cancellation);
        if (known is [])
            return await StrangersRefundAsync(gateway, hint, cancellation);
        foreach (var refund in known)
            if (!await _refunds.AskAsync(refund, gateway, cancellation))
                return (DeliveryState.Failed, $"{gateway.Row.Name} did not say how the refund stands.");
        return (DeliveryState.Handled, $"Refunds asked for: {known.Count}.");
    }

    private async Task<(DeliveryState, string)> StrangersRefundAsync(
        OpenGateway gateway, WebhookHint hint, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        await desk.Unallocated.DifferAsync(gateway.Row.Id, DifferenceKind.UnknownToUs, hint.ObjectId ?? hint.Reference,
            "no refund", hint.Type, cancellation);
        await transaction.CommitAsync(cancellation);
        return (DeliveryState.Handled, "No refund of ours: it was made at the gateway.");
    }

    private async Task<(DeliveryState, string)> DisputeAsync(OpenGateway gateway, WebhookHint hint,
        CancellationToken cancellation)
    {
        if (await gateway.Api.FindDisputeAsync(hint.ObjectId!, cancellation) is not { } answer)
            return (DeliveryState.Failed, $"{gateway.Row.Name} did not say how the dispute stands.");
        return (DeliveryState.Handled, await _disputes.ApplyAsync(gateway, answer, cancellation));
    }

    private async Task<Payment?> FindAsync(
        OpenGateway gateway, string reference, string? objectId, CancellationToken cancellation) =>
        await db.Payments.Where(row => row.GatewayId == gateway.Row.Id
                && (row.Reference == reference || (objectId != null && row.GatewayPaymentId == objectId)))
            .OrderByDescending(row => row.Reference == reference).FirstOrDefaultAsync(cancellation);
}

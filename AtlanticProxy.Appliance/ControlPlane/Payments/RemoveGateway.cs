using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>Removes a gateway: its secrets are wiped with the cards that were left there; its payments stay.</summary>
public sealed class RemoveGateway(AtlanticDb db, TimeProvider time)
{
    private static readonly Error InUse = new(ErrorKind.Conflict, "gateway.in_use",
        "Payments or refunds are under way there: disable it, and remove it when they have ended.");

    public sealed record Request(long GatewayId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        DateTimeOffset? now = time.GetUtcNow();
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        int removed = await db.Gateways.Where(gateway => gateway.Id == request.GatewayId)
            .Set(gateway => gateway.DeletedAt, now).Set(gateway => gateway.Enabled, false)
            .Set(gateway => gateway.SecretsSealed, (byte[]?)null).UpdateAsync(cancellation);
        if (removed == 0)
            return PaymentQueries.NoSuchGateway;
        if (await db.Payments.AnyAsync(payment => payment.GatewayId == request.GatewayId
                && (payment.State == PaymentState.Sent || payment.State == PaymentState.NeedsAction), cancellation)
            || await db.Refunds.AnyAsync(refund => refund.State != RefundState.Settled && refund.State != RefundState.Failed
                && db.Payments.Any(payment => payment.Id == refund.PaymentId && payment.GatewayId == request.GatewayId),
                    cancellation))
            return InUse;
        await db.PaymentMethods.Where(method => method.GatewayId == request.GatewayId)
            .Set(method => method.RemovedAt, now).Set(method => method.IsDefault, false)
            .Set(method => method.TokenSealed, (byte[]?)null).UpdateAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}

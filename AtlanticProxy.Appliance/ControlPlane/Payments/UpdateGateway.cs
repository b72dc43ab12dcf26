using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Replaces a gateway's settings; a null secret keeps the present one. What is signed with the secret before is taken until the
/// next change: deliveries are under way when it changes.
/// </summary>
public sealed class UpdateGateway(AtlanticDb db, PaymentDesk desk)
{
    public sealed record Request(long GatewayId, GatewaySettings Settings);

    /// <summary>The value says whether anything changed.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var gateway = await db.Gateways.Where(row => row.Id == request.GatewayId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (gateway is null)
            return PaymentQueries.NoSuchGateway;
        var validation = new Validation();
        request.Settings.Require(validation, gateway.Kind, isNew: false);
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);

        request.Settings.Write(gateway);
        if (gateway.SecretsSealed is { } kept)
        {
            var present = desk.Directory.Secrets(gateway.Id, kept);
            var next = present with
            {
                ApiKey = request.Settings.ApiKey ?? present.ApiKey,
                WebhookSecret = request.Settings.WebhookSecret ?? present.WebhookSecret,
            };
            // Sealing the same secrets again gives other bytes: leave them, so that the same settings twice change nothing.
            if (next != present)
                gateway.SecretsSealed = desk.Directory.Seal(gateway.Id,
                    next with { FormerSecret = SignedWith(gateway, present) });
        }
        bool changed = await db.UpdateIfChangedAsync(gateway, cancellation);
        await transaction.CommitAsync(cancellation);
        return changed;
    }

    private static string SignedWith(Gateway gateway, GatewaySecrets secrets) =>
        gateway.Kind == GatewayKind.Paystack ? secrets.ApiKey : secrets.WebhookSecret;
}

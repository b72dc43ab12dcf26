using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Webhooks;

/// <summary>Tells an endpoint of an event once more, after what it waits for already.</summary>
public sealed class RedeliverWebhook(AtlanticDb db, TimeProvider time)
{
    public sealed record Request(Scope Scope, long DeliveryId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var endpoints = db.WebhookEndpoints.VisibleTo(request.Scope);
        var delivery = db.WebhookDeliveries
            .Where(row => row.Id == request.DeliveryId && endpoints.Any(endpoint => endpoint.Id == row.EndpointId));
        int changed = await delivery.Where(row => row.State != DeliveryState.Pending)
            .Set(row => row.State, DeliveryState.Pending).Set(row => row.QueuedAt, time.GetUtcNow()).Set(row => row.Attempts, 0)
            .UpdateAsync(cancellation);
        if (changed > 0)
            return Result.Success;
        return await delivery.AnyAsync(cancellation)
            ? new Error(ErrorKind.Conflict, "webhook.pending", "This delivery is waiting for its turn already.")
            : new Error(ErrorKind.NotFound, "webhook.delivery_not_found", "There is no such delivery.");
    }
}

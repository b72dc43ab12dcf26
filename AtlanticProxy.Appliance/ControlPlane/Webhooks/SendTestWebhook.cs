using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Webhooks;

/// <summary>Puts an event into an endpoint's queue that means nothing, and goes to it alone.</summary>
public sealed class SendTestWebhook(AtlanticDb db, TimeProvider time)
{
    public sealed record Request(Scope Scope, long WebhookId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if (await db.WebhookEndpoints.VisibleTo(request.Scope)
            .SingleOrDefaultAsync(row => row.Id == request.WebhookId, cancellation)
            is not { } endpoint)
            return WebhookRules.NoSuchEndpoint;
        var now = time.GetUtcNow();
        await db.ExecuteSqlAsync($"""
            with event as (
                insert into events (kind, customer_id, payload, created_at, fanned_out_at)
                values ({EventKinds.WebhookTest}, {endpoint.CustomerId}, jsonb_build_object(), {now}, {now}) returning id)
            insert into webhook_deliveries (endpoint_id, event_id, state, queued_at) select {endpoint.Id}, id, 'pending',
                {now} from event
            """, cancellation);
        return Result.Success;
    }
}

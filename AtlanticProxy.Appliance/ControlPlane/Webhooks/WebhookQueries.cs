using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Webhooks;

/// <summary>Reads endpoints and what they were told.</summary>
public sealed class WebhookQueries(AtlanticDb db)
{
    /// <param name="customerId">Whose; null: the reseller's own.</param>
    public async Task<IReadOnlyList<WebhookSummary>> ListAsync(Scope scope, long? customerId, CancellationToken cancellation)
    {
        var rows = db.WebhookEndpoints.VisibleTo(scope);
        rows = customerId is { } id ? rows.Where(row => row.CustomerId == id) : rows.Where(row => row.CustomerId == null);
        return await rows.OrderBy(row => row.Id)
            .Select(row => new WebhookSummary(row.Id, row.CustomerId, row.Url, row.Kinds, row.Enabled, row.FailingSince,
                db.WebhookDeliveries.Count(one => one.EndpointId == row.Id && one.State == DeliveryState.Pending), row.CreatedAt))
            .ToListAsync(cancellation);
    }

    public async Task<Result<WebhookSummary>> FindAsync(
        Scope scope, long? customerId, long id, CancellationToken cancellation) =>
        (await ListAsync(scope, customerId, cancellation)).SingleOrDefault(webhook => webhook.Id == id) is { } found
            ? found
            : WebhookRules.NoSuchEndpoint;

    /// <summary>Newest first, of an endpoint that the caller may see.</summary>
    /// <param name="before">Ids less than this; 0 for the latest of all.</param>
    public async Task<Slice<DeliverySummary>> LatestAsync(
        long webhookId, long before, int count, CancellationToken cancellation) =>
        Slice<DeliverySummary>.Of(await db.QueryAsync<DeliverySummary>($"""
            select d.id, endpoint_id, kind, state, attempts, status, answer, took_ms, queued_at, tried_at
            from webhook_deliveries d join events e on e.id = event_id
            where endpoint_id = {webhookId} and ({before} = 0 or d.id < {before})
            order by d.id desc limit {count + 1}
            """, cancellation), count);

    /// <summary>Newest first.</summary>
    public async Task<Result<Page<DeliverySummary>>> DeliveriesAsync(
        Scope scope, long webhookId, PageRequest page, CancellationToken cancellation)
    {
        if (!await db.WebhookEndpoints.VisibleTo(scope).AnyAsync(row => row.Id == webhookId, cancellation))
            return WebhookRules.NoSuchEndpoint;
        int total = await db.WebhookDeliveries.CountAsync(row => row.EndpointId == webhookId, cancellation);
        var items = await db.QueryAsync<DeliverySummary>($"""
            select d.id, endpoint_id, kind, state, attempts, status, answer, took_ms, queued_at, tried_at
            from webhook_deliveries d join events e on e.id = event_id where endpoint_id = {webhookId}
            order by d.id desc offset {page.Offset} limit {page.Size}
            """, cancellation);
        return new Page<DeliverySummary>(items, page.Number, page.Size, total);
    }
}

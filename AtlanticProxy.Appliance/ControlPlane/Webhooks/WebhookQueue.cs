using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Webhooks;

/// <summary>
/// Serves endpoints that something waits for. An endpoint is claimed for a while by one node, so that its events come in order;
/// an event may come twice where a node dies, as receivers are told: its id is the same.
/// </summary>
public sealed class WebhookQueue(AtlanticDb db, WebhookClient client, SecretBox box, TimeProvider time)
{
    /// <summary>
    /// An endpoint that accepts nothing for that long is switched off: well after the first delivery is given
    /// up.
    /// </summary>
    internal static readonly TimeSpan OffAfter = TimeSpan.FromDays(5);

    /// <summary>In one turn: then other endpoints have theirs.</summary>
    private const int TurnLength = 20;

    private static readonly TimeSpan Claim = TurnLength * WebhookClient.Patience * 2;

    /// <summary>Serves one endpoint for a turn. The value is how much it accepted; null: nothing is due anywhere.</summary>
    internal async Task<int?> ServeNextAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        long id = await db.ScalarAsync<long>($"""
            update webhook_endpoints set claimed_until = {now + Claim} where id = (
                select e.id from webhook_endpoints e where enabled and next_try_at <= {now} and claimed_until <= {now}
                    and exists (select from webhook_deliveries d where d.endpoint_id = e.id and d.state = 'pending')
                order by next_try_at, e.id limit 1 for update skip locked)
            returning id
            """, cancellation);
        if (id == 0)
            return null;
        int accepted = 0;
        var endpoint = await db.WebhookEndpoints.SingleAsync(row => row.Id == id, cancellation);
        try
        {
            while (accepted < TurnLength && await HeadAsync(id, cancellation) is { } head)
            {
                var answer = await DeliverAsync(endpoint, head, cancellation);
                await NoteAsync(endpoint, head, answer);
                if (!answer.IsAccepted)
                    break;
                accepted++;
            }
            return accepted;
        }
        finally
        {
            await db.WebhookEndpoints.Where(row => row.Id == id).Set(row => row.ClaimedUntil, now)
                .UpdateAsync(CancellationToken.None);
        }
    }

    private Task<WebhookDelivery?> HeadAsync(long endpoint, CancellationToken cancellation) => db.WebhookDeliveries
        .Where(row => row.EndpointId == endpoint && row.State == DeliveryState.Pending)
        .OrderBy(row => row.QueuedAt).ThenBy(row => row.Id).FirstOrDefaultAsync(cancellation);

    private async Task<WebhookAnswer> DeliverAsync(
        WebhookEndpoint endpoint, WebhookDelivery delivery, CancellationToken cancellation)
    {
        var happened = (await db.QueryAsync<Event>($"""
            select id, kind, customer_id, payload::text as payload, created_at from events where id = {delivery.EventId}
            """, cancellation)).Single();
        string body = new JsonObject
        {
            ["id"] = $"evt_{happened.Id}", ["kind"] = happened.Kind, ["createdAt"] = happened.CreatedAt.UtcDateTime,
            ["customer"] = happened.CustomerId is { } customer ? $"cus_{customer}" : null,
            ["data"] = JsonNode.Parse(happened.Payload),
        }.ToJsonString();
        string secret = box.Open(endpoint.SecretSealed, SecretPlace.WebhookSecret(endpoint.Id));
        return await client.PostAsync(
            new Uri(endpoint.Url), body, WebhookSignature.Of(secret, time.GetUtcNow(), body), cancellation);
    }

    /// <summary>Also when the run is being stopped: the endpoint has answered.</summary>
    private async Task NoteAsync(WebhookEndpoint endpoint, WebhookDelivery delivery, WebhookAnswer answer)
    {
        var now = time.GetUtcNow();
        (delivery.Attempts, delivery.TriedAt) = (delivery.Attempts + 1, now);
        (delivery.Status, delivery.Answer, delivery.TookMs) = (answer.Status, answer.Text, (int)answer.Took.TotalMilliseconds);
        delivery.State = answer.IsAccepted ? DeliveryState.Delivered
            : delivery.QueuedAt + Retries.GiveUpAfter < now ? DeliveryState.Failed
            : DeliveryState.Pending;
        endpoint.Attempts = answer.IsAccepted ? 0 : endpoint.Attempts + 1;
        endpoint.FailingSince = answer.IsAccepted ? null : endpoint.FailingSince ?? now;
        endpoint.NextTryAt = answer.IsAccepted ? now : now + Retries.PauseAfter(endpoint.Attempts);

        await using var transaction = await db.BeginTransactionAsync(CancellationToken.None);
        await db.UpdateAsync(delivery, token: CancellationToken.None);
        // Not the whole row: somebody may have changed its settings meanwhile.
        await db.WebhookEndpoints.Where(row => row.Id == endpoint.Id)
            .Set(row => row.Attempts, endpoint.Attempts).Set(row => row.FailingSince, endpoint.FailingSince)
            .Set(row => row.NextTryAt, endpoint.NextTryAt).UpdateAsync(CancellationToken.None);
        if (endpoint.FailingSince + OffAfter < now)
            await SwitchOffAsync(endpoint, now);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private async Task SwitchOffAsync(WebhookEndpoint endpoint, DateTimeOffset now)
    {
        await db.WebhookEndpoints.Where(row => row.Id == endpoint.Id).Set(row => row.Enabled, false)
            .UpdateAsync(CancellationToken.None);
        await db.WebhookDeliveries.Where(row => row.EndpointId == endpoint.Id && row.State == DeliveryState.Pending)
            .Set(row => row.State, DeliveryState.Failed).UpdateAsync(CancellationToken.None);
        await db.AppendEventAsync(EventKinds.WebhookDisabled, endpoint.CustomerId,
            new { webhookId = endpoint.Id, url = endpoint.Url }, now, CancellationToken.None);
    }
}

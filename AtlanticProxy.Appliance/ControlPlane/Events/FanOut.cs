using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Mail;

namespace AtlanticProxy.ControlPlane.Events;

/// <summary>
/// Makes mails and webhook deliveries of what happened: each event once, for it is marked in the transaction that writes them.
/// </summary>
public sealed class FanOut(AtlanticDb db, EventMails mails, TimeProvider time) : IClusterJob
{
    /// <summary>So that no transaction is long.</summary>
    private const int BatchSize = 100;

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        int events = 0;
        while (await BatchAsync(cancellation) is > 0 and var done)
            events += done;
        return new JobReport($"{events} events told of");
    }

    private async Task<int> BatchAsync(CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var events = await db.QueryAsync<Event>($"""
            select id, kind, customer_id, payload::text as payload, created_at from events where fanned_out_at is null
            order by id limit {BatchSize} for update skip locked
            """, cancellation);
        foreach (var one in events)
        {
            await mails.WriteAsync(one, cancellation);
            await db.ExecuteSqlAsync($"""
                insert into webhook_deliveries (endpoint_id, event_id, state, queued_at)
                select id, {one.Id}, 'pending', {time.GetUtcNow()} from webhook_endpoints
                where enabled and (customer_id is null or customer_id = {one.CustomerId})
                    and (kinds = array[]::text[] or {one.Kind} = any(kinds))
                on conflict (endpoint_id, event_id) do nothing
                """, cancellation);
            await db.ExecuteSqlAsync($"update events set fanned_out_at = {time.GetUtcNow()} where id = {one.Id}", cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return events.Count;
    }
}

using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether mail and webhooks leave: none that is due waits for long, nor does what happened.</summary>
internal sealed class OutboxHealth(NpgsqlDataSource database, TimeProvider time) : IHealthCheck
{
    /// <summary>The jobs that send run each minute.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("""
            select (select count(*) from mails where state = 'queued' and next_try_at < $1
                    and exists (select from mail_settings where host is not null)),
                (select count(*) from webhook_deliveries d, webhook_endpoints e
                    where e.id = d.endpoint_id and d.state = 'pending' and e.enabled and e.next_try_at < $1
                        and d.queued_at < $1),
                (select count(*) from events where fanned_out_at is null and created_at < $1)
            """);
        command.Parameters.Add(new() { Value = time.GetUtcNow() - Late });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return Judge(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
    }

    internal static HealthCheckResult Judge(long mails, long deliveries, long events)
    {
        string[] late =
        [
            .. new[] { (mails, "mails"), (deliveries, "webhook deliveries"), (events, "events") }
                .Where(each => each.Item1 > 0).Select(each => $"{each.Item1} {each.Item2}"),
        ];
        return late.Length == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(
                $"{string.Join(", ", late)} are late by {Late.TotalMinutes:0} minutes or more: see jobs and mail server.");
    }
}

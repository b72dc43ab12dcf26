using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Asks gateways what became of payments and refunds that nobody has told us of, young ones every few minutes and old ones every
/// hour, and ends payments whose time is over.
/// </summary>
public sealed class AskGateways(AtlanticDb db, PaymentDesk desk, TimeProvider time) : IClusterJob
{
    /// <summary>In one go, the longest unasked first; the rest is the next run's.</summary>
    private const int Most = 500;

    private readonly PaymentRequests _requests = new(db, desk, time);
    private readonly RefundWork _refunds = new(db, desk, time);

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var gateways = (await db.AllGateways.ToListAsync(cancellation)).ToDictionary(row => row.Id, desk.Directory.Open);
        var failures = new List<string>();
        // Four times in its age so far: someone who pays is known in minutes, and a day costs thirty requests.
        var due = await db.QueryAsync<long>($"""
            select id from payments where state in ('created', 'sent', 'needs_action') and (expires_at <= {now}
                or coalesce(asked_at, created_at) + greatest(interval '2 minutes', least(({now} - created_at) / 4,
                    interval '1 hour')) <= {now})
            order by coalesce(asked_at, created_at) limit {Most}
            """, cancellation);
        foreach (long id in due)
        {
            var payment = await db.Payments.SingleAsync(row => row.Id == id, cancellation);
            var gateway = gateways[payment.GatewayId];
            var answer = payment.Attempts == 0 ? new GatewayAnswer(GatewayStatus.Unknown)
                : await gateway.Api.FindAsync(PaymentRequests.SentOf(payment), cancellation);
            payment = await desk.Book.ApplyAsync(id, gateway, answer, cancellation);
            if (answer.Status is GatewayStatus.NoAnswer or GatewayStatus.Refused)
                failures.Add($"{gateway.Row.Name} did not say how {payment.Reference} stands. {answer.Message}".TrimEnd());
            else if (payment.ExpiresAt <= now && answer.Status is GatewayStatus.Unknown or GatewayStatus.NeedsAction)
                await _requests.ExpireAsync(id, cancellation);
        }

        var refunds = await db.Refunds.Where(refund => refund.State == RefundState.Created || refund.State == RefundState.Sent
            || refund.State == RefundState.NeedsAction).OrderBy(refund => refund.Id).Take(Most).ToListAsync(cancellation);
        foreach (var refund in refunds)
        {
            long gatewayId = await db.Payments.Where(payment => payment.Id == refund.PaymentId)
                .Select(payment => payment.GatewayId).SingleAsync(cancellation);
            if (!await _refunds.AskAsync(refund, gateways[gatewayId], cancellation))
                failures.Add($"{gateways[gatewayId].Row.Name} did not say how refund {refund.Reference} stands.");
        }
        return new JobReport($"{due.Count} payments and {refunds.Count} refunds asked for", failures);
    }
}

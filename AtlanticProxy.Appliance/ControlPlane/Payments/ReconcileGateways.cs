using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Holds each gateway's list of the last days against our payments, in both directions. What was never delivered to us is made up
/// for; what cannot be explained is a difference, which staff are told of once.
/// </summary>
public sealed class ReconcileGateways(AtlanticDb db, PaymentDesk desk, TimeProvider time) : IClusterJob
{
    /// <summary>
    /// How far back: gateways try for three days to deliver, and a transaction older than that has been looked at often.
    /// </summary>
    private static readonly TimeSpan Span = TimeSpan.FromDays(4);

    /// <summary>Between a gateway's clock and ours, and from our row to theirs.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    private readonly DisputeBook _disputes = new(db, desk, time);

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        int compared = 0;
        var failures = new List<string>();
        var since = time.GetUtcNow() - Span;
        foreach (var row in await db.Gateways.OrderBy(gateway => gateway.Id).ToListAsync(cancellation))
        {
            var gateway = desk.Directory.Open(row);
            var theirs = await gateway.Api.ListSinceAsync(since, cancellation);
            var disputes = theirs is null ? null : await gateway.Api.ListDisputesSinceAsync(since, cancellation);
            if (theirs is null || disputes is null)
            {
                failures.Add($"{row.Name} did not list its payments: look at its key and whether it can be reached.");
                continue;
            }
            foreach (var answer in theirs)
                await CompareAsync(gateway, answer, cancellation);
            if (row.Kind != GatewayKind.Bank)
                await LookForMissingAsync(gateway, theirs, since + Slack, cancellation);
            foreach (var dispute in disputes)
                await _disputes.ApplyAsync(gateway, dispute, cancellation);
            compared += theirs.Count;
        }
        return new JobReport($"{compared} payments compared", failures);
    }

    private async Task CompareAsync(OpenGateway gateway, GatewayAnswer theirs, CancellationToken cancellation)
    {
        if (theirs.Account is { } account && account != gateway.Api.Account)
            return;
        var ours = await db.Payments.Where(payment => payment.GatewayId == gateway.Row.Id
                && (payment.Reference == theirs.Reference
                    || (theirs.GatewayPaymentId != null && payment.GatewayPaymentId == theirs.GatewayPaymentId)))
            .FirstOrDefaultAsync(cancellation);
        if (ours is null)
        {
            if (theirs is { Received: { } money, GatewayPaymentId: { } id })
                await StrangerAsync(gateway, theirs, money, id, cancellation);
            return;
        }
        bool isSame = ours.State == PaymentState.Settled ? theirs.Status == GatewayStatus.Settled
            && theirs.Received is { } received && received.MinorUnits <= ours.Received && received.Currency == ours.Currency
            : theirs.Received is null && theirs.Status != GatewayStatus.Settled;
        if (isSame)
            return;
        // A list may be older than its rows: what counts is what the gateway says of this one now.
        var answer = await gateway.Api.FindAsync(PaymentRequests.SentOf(ours), cancellation);
        await desk.Book.ApplyAsync(ours.Id, gateway, answer, cancellation);
    }

    private async Task StrangerAsync(
        OpenGateway gateway, GatewayAnswer theirs, Money money, string id, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        await desk.Unallocated.ReceiveAsync(gateway.Row, id, null, theirs.Reference, money,
            "Nothing was asked for under this reference.", "", cancellation);
        await desk.Unallocated.DifferAsync(gateway.Row.Id, DifferenceKind.UnknownToUs, id, "no such payment",
            $"{theirs.Reference} {money}".Trim(), cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Rows slip from page to page while a list is read: each that is not in it is asked for.</summary>
    private async Task LookForMissingAsync(
        OpenGateway gateway, IReadOnlyList<GatewayAnswer> theirs, DateTimeOffset since, CancellationToken cancellation)
    {
        var listed = theirs.Select(answer => answer.Reference).ToHashSet();
        var settled = await db.Payments.Where(payment => payment.GatewayId == gateway.Row.Id
            && payment.State == PaymentState.Settled && payment.CreatedAt >= since).ToListAsync(cancellation);
        foreach (var payment in settled.Where(payment => !listed.Contains(payment.Reference)))
        {
            var answer = await gateway.Api.FindAsync(PaymentRequests.SentOf(payment), cancellation);
            if (answer.Status != GatewayStatus.Unknown)
                continue;
            await using var transaction = await db.BeginTransactionAsync(cancellation);
            await desk.Unallocated.DifferAsync(gateway.Row.Id, DifferenceKind.MissingAtGateway, payment.Reference,
                $"settled, {new Money(payment.Received, payment.Currency)}", "no such payment", cancellation);
            await transaction.CommitAsync(cancellation);
        }
    }
}

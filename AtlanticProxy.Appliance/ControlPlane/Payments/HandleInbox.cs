using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>Looks at all deliveries whose turn it is, each by itself: one that fails keeps no other.</summary>
public sealed partial class HandleInbox(AtlanticDb db, PaymentDesk desk, TimeProvider time, ILogger<HandleInbox> log)
    : IClusterJob
{
    /// <summary>In one go; the rest is the next run's.</summary>
    private const int Most = 1000;

    private readonly InboxHandling _handling = new(db, desk, time);

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var due = await db.WebhookInbox
            .Where(row => (row.State == DeliveryState.Received || row.State == DeliveryState.Failed) && row.NextTryAt <= now)
            .OrderBy(row => row.Id).Take(Most).ToListAsync(cancellation);
        var failures = new List<string>();
        foreach (var delivery in due)
            if (await HandleAsync(delivery, cancellation) == DeliveryState.Failed)
                failures.Add($"Delivery {delivery.Id} ({delivery.EventType}): {delivery.Note}");
        return new JobReport($"{due.Count - failures.Count} deliveries handled", failures);
    }

    /// <summary>Handles one delivery, whatever became of it before: for staff, once it can be understood.</summary>
    public async Task<Result<DeliveryState>> ReplayAsync(long deliveryId, CancellationToken cancellation) =>
        await db.WebhookInbox.SingleOrDefaultAsync(row => row.Id == deliveryId, cancellation) is { } delivery
            ? await HandleAsync(delivery, cancellation)
            : new Error(ErrorKind.NotFound, "webhook.not_found", "There is no such delivery.");

    private async Task<DeliveryState> HandleAsync(WebhookDelivery delivery, CancellationToken cancellation)
    {
        try
        {
            return await _handling.HandleAsync(delivery, cancellation);
        }
        catch (Exception fault) when (!DatabaseOutage.Caused(fault) && !cancellation.IsCancellationRequested)
        {
            LogFailed(fault, delivery.Id, delivery.EventType);
            await _handling.NoteAsync(delivery, DeliveryState.Failed, fault.Message, null, cancellation);
            return DeliveryState.Failed;
        }
    }

    [LoggerMessage(2711, LogLevel.Error, "Delivery {Delivery} ({Type}) of a gateway could not be handled; it is tried again")]
    private partial void LogFailed(Exception fault, long delivery, string type);
}

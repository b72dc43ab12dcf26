using System.Text.Json;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Reconciliation;

/// <summary>
/// Looks every hour at the last days that are over, and raises an alarm when a provider's count and ours are too far apart: an
/// event, once for each count that was entered, and health shows it for as long as it is so.
/// </summary>
public sealed partial class DriftAlarm(
    AtlanticDb db, ReconciliationQueries queries, Findings findings, ReconciliationOptions options, TimeProvider time,
    ILogger<DriftAlarm> log) : IClusterJob
{
    private const string Check = "drift";

    /// <summary>What the last look found; null before the first.</summary>
    public Task<IReadOnlyList<ReconciledDay>?> FoundAsync(CancellationToken cancellation) =>
        findings.LastAsync<ReconciledDay>(Check, cancellation);

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var (from, to) = queries.LastDays;
        ReconciledDay[] found =
            [.. (await queries.DaysAsync(from, to, cancellation)).Where(day => day.DriftsBy(options.MaxDriftPercent))];
        foreach (var day in found)
            await RaiseAsync(day, cancellation);
        await findings.SaveAsync(Check, found, cancellation);
        return new JobReport($"{found.Length} days too far apart");
    }

    private async Task RaiseAsync(ReconciledDay day, CancellationToken cancellation)
    {
        string payload = JsonSerializer.Serialize(new
        {
            provider = day.Provider, day = day.Day, ourBytes = day.OurBytes, theirBytes = day.TheirBytes,
            driftPercent = day.DriftPercent,
        });
        var now = time.GetUtcNow();
        // Marked and told in one statement: once, whoever looks at the same time.
        int raised = await db.ExecuteSqlAsync($"""
            with marked as (
                update provider_bills set alarmed_at = {now} where provider_id = {day.ProviderId} and day = {day.Day}
                    and alarmed_at is null returning 1)
            insert into events (kind, payload, created_at) select 'provider_drift', {payload}::jsonb, {now} from marked
            """, cancellation);
        if (raised > 0)
            LogDrift(day.Provider, day.Day, day.TheirBytes, day.OurBytes, day.DriftPercent);
    }

    [LoggerMessage(2611, LogLevel.Error,
        "Provider {Provider} counts {TheirBytes} bytes on {Day}, we {OurBytes}: {Percent:0.0} % apart")]
    private partial void LogDrift(string provider, DateOnly day, long? theirBytes, long ourBytes, double? percent);
}

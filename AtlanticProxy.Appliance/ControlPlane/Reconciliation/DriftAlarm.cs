using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Reconciliation;

/// <summary>
/// Looks every hour at the last days that are over, and raises an alarm when a provider's count and ours are too far apart: an event, once for each count that
/// was entered, and health shows it for as long as it is so.
/// </summary>
public sealed partial class DriftAlarm(
    IServiceScopeFactory scopes, NpgsqlDataSource database, ReconciliationOptions options, TimeProvider time, ILogger<DriftAlarm> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // Several nodes may look at once: one of them marks it.
    private const string Raise = """
        with marked as (update provider_bills set alarmed_at = $3 where provider_id = $1 and day = $2 and alarmed_at is null returning 1)
        insert into events (kind, payload, created_at) select 'provider_drift', $4::jsonb, $3 from marked
        """;

    /// <summary>What the last look found; null before the first.</summary>
    public IReadOnlyList<ReconciledDay>? Found { get; private set; }

    /// <summary>Runs until cancelled. Faults of the database end it: whoever runs it starts it again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
            await LookAsync(cancellation);
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    internal async Task LookAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var queries = scope.ServiceProvider.GetRequiredService<ReconciliationQueries>();
        var (from, to) = queries.LastDays;
        Found = [.. (await queries.DaysAsync(from, to, cancellation)).Where(day => day.DriftsBy(options.MaxDriftPercent))];
        foreach (var day in Found)
            await RaiseAsync(day, cancellation);
    }

    private async Task RaiseAsync(ReconciledDay day, CancellationToken cancellation)
    {
        await using var raise = database.CreateCommand(Raise);
        raise.Parameters.AddWithValue(day.ProviderId);
        raise.Parameters.AddWithValue(day.Day);
        raise.Parameters.AddWithValue(time.GetUtcNow());
        raise.Parameters.AddWithValue(JsonSerializer.Serialize(new
        {
            provider = day.Provider, day = day.Day, ourBytes = day.OurBytes, theirBytes = day.TheirBytes, driftPercent = day.DriftPercent,
        }));
        if (await raise.ExecuteNonQueryAsync(cancellation) > 0)
            LogDrift(day.Provider, day.Day, day.TheirBytes, day.OurBytes, day.DriftPercent);
    }

    [LoggerMessage(2601, LogLevel.Error, "Provider {Provider} counts {TheirBytes} bytes on {Day}, we {OurBytes}: {Percent:0.0} % apart")]
    private partial void LogDrift(string provider, DateOnly day, long? theirBytes, long ourBytes, double? percent);
}
